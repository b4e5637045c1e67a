"""„Wir haben das gemacht“: runs told of without an account; an editor looks first."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from flask import url_for
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import ColumnElement, delete, func, select, true

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.fields import Blank, Count, Day, Line
from wiki.labs.membership import memberships_of
from wiki.language import N_
from wiki.outcomes.content import Again, OutcomeContent
from wiki.outcomes.evidence import KIND
from wiki.outcomes.models import ToldRun
from wiki.pages.content import CreatorKind
from wiki.pages.kinds import kinds
from wiki.pages.links import published_pages
from wiki.pages.models import Page, PageState
from wiki.pages.rendering import render_content
from wiki.pages.visibility import may_look_after_page
from wiki.pages.writing import Contribution, NewPage, add_pages

#: Of one recipe: more is either a movement or an attack.
MOST_WAITING = 50
Lines = Annotated[Line, StringConstraints(max_length=300)]


class TooManyTold(LaborwikiError):
    """So many runs of this recipe wait to be looked at that no more are taken."""


class RecipeElsewhere(LaborwikiError):
    """The recipe's title leads nowhere, or to another page: a report would count there."""


class ToldContent(BaseModel):
    """What a stranger tells of a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        title=N_("Welche Kommune, welcher Verein?"),
        description=N_("So heißt, wer es gemacht hat. Ohne Namen einzelner Menschen."),
    )
    held_on: Day = Field(None, title=N_("Wann?"))
    people: Count = Field(
        None, title=N_("Wie viele waren da?"), description=N_("Eine Zahl genügt.")
    )
    worked: Lines = Field("", title=N_("Was hat geklappt?"), json_schema_extra={"long": True})
    failed: Lines = Field("", title=N_("Was hat nicht geklappt?"), json_schema_extra={"long": True})
    again: Annotated[Again | None, Blank] = Field(None, title=N_("Noch einmal machen?"))


def tell(recipe: Page, content: ToldContent, number: int = 0) -> ToldRun:
    """Keep it until an editor has looked; `number` is the version they used, if they know.

    Raises:
        TooManyTold: very many wait already.
        NotFound: the recipe is not published (any more).
    """
    with writing() as session:
        page = session.get_one(Page, recipe.id)
        if not page.is_published:
            raise NotFound
        waiting = select(func.count()).where(ToldRun.recipe_id == page.id)
        if session.scalars(waiting).one() >= MOST_WAITING:
            raise TooManyTold
        values = content.model_dump() | {"again": content.again.value if content.again else ""}
        is_public = (page.published_from or 0) <= number <= page.current_number
        number = number if number and is_public else page.current_number
        told = ToldRun(recipe_id=page.id, number=number, **values)
        session.add(told)
    return told


def find_told(recipe: Page, number: int, by: User) -> ToldRun:
    """What waits at this recipe under this number, for somebody who may look after it.

    Raises:
        NotAllowed: they may not.
        NotFound: nothing waits there (any more).
    """
    if not may_look_after_page(by, recipe):
        raise NotAllowed
    told = db.session.scalar(
        select(ToldRun).where(ToldRun.id == number, ToldRun.recipe_id == recipe.id)
    )
    if told is None:
        raise NotFound
    return told


def publish_told(recipe: Page, number: int, by: User) -> Page:
    """Make a report of it that counts; it belongs to the network, made by who told of it.

    Raises:
        NotAllowed, NotFound: as `find_told`.
        RecipeElsewhere: it would not count at this recipe.
        TooComplex: the text cannot be rendered in time.
    """
    content = _report_on(find_told(recipe, number, by))
    if published_pages([content.recipe]).get(content.recipe, (0, ""))[0] != recipe.id:
        raise RecipeElsewhere
    html = render_content(content)
    with writing() as session:
        # Somebody else may have been faster.
        session.delete(find_told(session.get_one(Page, recipe.id), number, by))
        new = NewPage(kinds().named(KIND), content, html, Contribution(by), publish=True)
        return add_pages([new])[0]


def delete_told(recipe: Page, number: int, by: User) -> None:
    """It was no run.

    Raises:
        NotAllowed, NotFound: as `find_told`.
    """
    with writing() as session:
        session.delete(find_told(session.get_one(Page, recipe.id), number, by))


def waiting_told(user: User) -> Iterator[Waiting]:
    """For „Zu tun“: what this person is to look at, the oldest first."""
    for told in _waiting_for(user):
        yield Waiting(
            title=told.recipe.title,
            reason=_("%(place)s hat das gemacht: ansehen und veröffentlichen", place=told.place),
            address=url_for("told.look", slug=told.recipe.slug, number=told.id),
            since=told.at,
        )


def forget_told(page: Page) -> None:
    """What waits at a recipe goes with it; inside the transaction that purges it."""
    db.session.execute(delete(ToldRun).where(ToldRun.recipe_id == page.id))


def _waiting_for(user: User) -> Sequence[ToldRun]:
    query = (
        select(ToldRun)
        .join(Page, Page.id == ToldRun.recipe_id)
        .where(Page.state != PageState.PURGED.value, _looked_after_by(user))
        .order_by(ToldRun.at)
    )
    return db.session.scalars(query).all()


def _looked_after_by(user: User) -> ColumnElement[bool]:
    """The pages of the labs this person edits; of the network's, admins see to."""
    if user.is_admin:
        return true()
    edited = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
    return Page.lab_id.in_(edited)


def _report_on(told: ToldRun) -> OutcomeContent:
    values: dict[str, Any] = {
        "recipe": told.recipe.title,
        "recipe_version": told.number,
        "held_on": told.held_on,
        "place": told.place,
        "people": told.people,
        "again": told.again,
        "worked": [{"text": told.worked}] if told.worked else [],
        "failed": [{"text": told.failed}] if told.failed else [],
        "creators": [{"name": told.place, "kind": CreatorKind.ORGANISATION}],
    }
    return OutcomeContent.model_validate(values)
