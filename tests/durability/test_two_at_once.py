"""Two people save at the same moment: nothing is lost, whoever comes second."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.durability.serving import Fields, filled, form_in
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.drafts import (
    DraftFinished,
    DraftMark,
    EditDraft,
    Kept,
    Place,
    discard_draft,
    keep_draft,
    open_drafts,
)
from wiki.pages.kinds import kinds
from wiki.pages.models import Change, Page, Revision
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    EditConflict,
    Saved,
    revision_of,
    save_edit,
)

ROUNDS = 50
FORM = "/wiki/smartphone-stunde/bearbeiten"
Values = dict[str, Any]


@pytest.fixture
def start(page: Page) -> Values:
    """What the page says at first."""
    return content_of(revision_of(page, 1)).to_json()


def test_of_two_saves_of_the_same_field_one_wins_and_the_other_gets_both_texts(
    app: Flask, page: Page, cast: Cast
):
    for number in range(1, ROUNDS + 1):
        texts = [f"Annas Satz {number}", f"Bens Satz {number}"]
        outcomes = at_once(
            lambda n=number, t=texts[0]: save(page, cast.anke, n, summary=t),
            lambda n=number, t=texts[1]: save(page, cast.bilal, n, summary=t),
            app=app,
            expected=(EditConflict,),
        )

        (conflict,) = [outcome for outcome in outcomes if isinstance(outcome, EditConflict)]
        (saved,) = [outcome for outcome in outcomes if isinstance(outcome, Saved)]
        assert saved.revision is not None
        assert saved.revision.number == number + 1
        (place,) = conflict.merge.conflicts
        winner = says(page)["summary"]
        assert place.path == "summary"
        assert place.theirs == winner
        assert {place.mine, place.theirs} == set(texts)
    assert count_of_versions() == ROUNDS + 1


@pytest.mark.parametrize("places", ["two fields", "two rows", "two fields of a row", "new rows"])
def test_two_saves_in_different_places_are_both_kept(
    app: Flask, page: Page, cast: Cast, start: Values, places: str
):
    base = 1
    for number in range(1, ROUNDS // 2 + 1):
        before = says(page)
        mine, theirs, wanted = changes_in(places, before, number)
        outcomes = at_once(
            lambda b=base, v=mine: save(page, cast.anke, b, **v),
            lambda b=base, v=theirs: save(page, cast.bilal, b, **v),
            app=app,
        )

        assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
        assert sorted(bool(outcome.taken) for outcome in outcomes) == [False, True]
        assert wanted(says(page)), (places, says(page))
        base += 2
    assert count_of_versions() == base
    assert logged_saves() == list(range(1, base + 1))


def test_eight_saves_of_eight_rows_are_all_kept(app: Flask, cast: Cast, labs: dict[str, Lab]):
    steps = [{"key": f"k0{n}", "title": "Machen", "minutes": 1} for n in range(8)]
    page = make_page("Achtmal", by=cast.anke, lab=labs["soest"], steps=steps)

    def change(number: int) -> Saved:
        changed = [step | ({"minutes": 50} if n == number else {}) for n, step in enumerate(steps)]
        return save(page, cast.anke, 1, steps=changed)

    at_once(*(partial(change, n) for n in range(8)), app=app)

    assert [step["minutes"] for step in says(page)["steps"]] == [50] * 8


def test_a_draft_that_is_kept_while_it_is_saved_is_never_left_behind(
    app: Flask, page: Page, cast: Cast
):
    for number in range(1, ROUNDS // 2 + 1):
        mark = DraftMark.fresh()
        outcomes = at_once(
            lambda m=mark: keep(page, cast.anke, m, "zu spät?"),
            lambda n=number, m=mark: save(
                page, cast.anke, n, draft=m.key, summary=f"Satz {n} und Schluss"
            ),
            lambda m=mark: keep(page, cast.anke, replace(m, version=1), "ganz spät?"),
            app=app,
            expected=(DraftFinished,),
        )

        assert len([outcome for outcome in outcomes if isinstance(outcome, Saved)]) == 1
        assert open_drafts_of(cast.anke) == []
    assert count_of_versions() == ROUNDS // 2 + 1


def test_two_devices_that_keep_one_draft_at_once_keep_both_texts(
    app: Flask, page: Page, cast: Cast
):
    for number in range(1, ROUNDS // 2 + 1):
        begun = keep(page, cast.anke, DraftMark.fresh(), "Anfang").draft
        marks = [DraftMark.going_on(begun), DraftMark.going_on(begun)]
        texts = [f"Telefon {number}", f"Laptop {number}"]
        outcomes = at_once(
            lambda m=marks[0], t=texts[0]: keep(page, cast.anke, m, t),
            lambda m=marks[1], t=texts[1]: keep(page, cast.anke, m, t),
            app=app,
        )

        assert sorted(kept.other is not None for kept in outcomes) == [False, True]
        drafts = open_drafts_of(cast.anke)
        assert {draft.sent["summary"] for draft in drafts} == set(texts)
        for draft in drafts:
            discard_draft(db.session.get_one(User, cast.anke), draft.key)


def test_two_new_pages_of_one_title_get_two_addresses(app: Flask, cast: Cast, labs: dict[str, Lab]):
    for number in range(ROUNDS // 2):
        title = f"Ein Titel {number}"
        made = at_once(
            lambda t=title: make_page(t, by=cast.anke, lab=labs["soest"]),
            lambda t=title: make_page(t, by=cast.carla, lab=labs["menden"]),
            app=app,
        )

        slug = f"ein-titel-{number}"
        assert {each.slug for each in made} == {slug, f"{slug}-2"}


def test_two_browsers_send_their_forms_at_once_and_both_changes_stand(
    app: Flask, page: Page, signed_in: Callable[[str], FlaskClient]
):
    anke, bilal = signed_in("anke"), signed_in("bilal")
    for number in range(1, 6):
        forms = [form_of(anke), form_of(bilal)]
        changed = [
            filled(forms[0], summary=f"Satz {number}"),
            filled(forms[1], steps__kbb__text=f"Text {number}"),
        ]
        answers = at_once(
            lambda fields=changed[0]: send(anke, fields),
            lambda fields=changed[1]: send(bilal, fields),
            app=app,
        )

        assert [answer.status_code for answer in answers] == [303, 303]
        told = [browser.get("/wiki/smartphone-stunde").text for browser in (anke, bilal)]
        assert sorted("beides wurde zusammengeführt" in text for text in told) == [False, True]
        assert says(page)["summary"] == f"Satz {number}"
        assert says(page)["steps"][1]["text"] == f"Text {number}"


@pytest.mark.parametrize(
    ("pick", "result"),
    [
        ("mine", "Bilals Satz"),
        ("theirs", "Ankes Satz"),
        ("own", "Ankes und Bilals Satz"),
    ],
)
def test_who_comes_second_sees_both_texts_and_decides(
    page: Page, signed_in: Callable[[str], FlaskClient], pick: str, result: str
):
    anke, bilal = signed_in("anke"), signed_in("bilal")
    theirs, mine = form_of(anke), form_of(bilal)

    assert send(anke, filled(theirs, summary="Ankes Satz")).status_code == 303
    refused = send(bilal, filled(mine, summary="Bilals Satz", title="Smartphone-Abend"))

    assert refused.status_code == 409
    assert "Ankes Satz" in refused.text
    assert "Bilals Satz" in refused.text
    assert says(page)["summary"] == "Ankes Satz"
    choices = filled(form_in(refused.text, FORM), pick__summary=pick)
    answer = bilal.post(
        FORM, data=sent(filled(choices, own__summary="Ankes und Bilals Satz"), do="resolve")
    )
    assert answer.status_code == 303
    assert (says(page)["summary"], says(page)["title"]) == (result, "Smartphone-Abend")


def test_who_does_not_decide_is_asked_again_and_loses_nothing(
    page: Page, signed_in: Callable[[str], FlaskClient]
):
    anke, bilal = signed_in("anke"), signed_in("bilal")
    theirs, mine = form_of(anke), form_of(bilal)
    send(anke, filled(theirs, summary="Ankes Satz"))
    refused = send(bilal, filled(mine, summary="Bilals Satz"))

    again = bilal.post(FORM, data=sent(form_in(refused.text, FORM), do="resolve"))

    assert again.status_code == 409
    assert "Ankes Satz" in again.text
    assert "Bilals Satz" in again.text


def test_who_decides_while_a_third_person_saves_is_asked_about_that_too(
    page: Page, signed_in: Callable[[str], FlaskClient]
):
    anke, bilal, carla = signed_in("anke"), signed_in("bilal"), signed_in("carla")
    first, second, third = form_of(anke), form_of(bilal), form_of(carla)
    send(anke, filled(first, summary="Ankes Satz"))
    refused = send(bilal, filled(second, summary="Bilals Satz"))
    asked_too = send(carla, filled(third, summary="Carlas Satz"))
    decided = filled(form_in(asked_too.text, FORM), pick__summary="mine")
    assert carla.post(FORM, data=sent(decided, do="resolve")).status_code == 303

    choices = filled(form_in(refused.text, FORM), pick__summary="mine")
    asked_again = bilal.post(FORM, data=sent(choices, do="resolve"))

    assert asked_again.status_code == 409
    assert "Carlas Satz" in asked_again.text
    assert "Bilals Satz" in asked_again.text
    assert says(page)["summary"] == "Carlas Satz"


def keep(page: Page, by: int, mark: DraftMark, summary: str) -> Kept:
    """What somebody's form sends while they type."""
    place = Place(db.session.get_one(Page, page.id), "rezept", 1)
    person = db.session.get_one(User, by)
    return keep_draft(person, place, mark, MultiDict({"summary": summary}))


def open_drafts_of(person: int) -> Sequence[EditDraft]:
    db.session.rollback()
    db.session.expire_all()
    return open_drafts(db.session.get_one(User, person))


def save(page: Page, by: int, base: int, draft: str = "", **changed: Any) -> Saved:
    """Save the page as it was in version `base` with some fields changed."""
    kind = kinds().named("format")
    values = content_of(revision_of(page, base)).to_json() | changed
    mine = db.session.get_one(Page, page.id)
    contribution = Contribution(by=db.session.get_one(User, by), draft=draft)
    return save_edit(
        mine, kind, kind.content.model_validate(values), contribution, base=base, publish=True
    )


def changes_in(
    places: str, before: Values, number: int
) -> tuple[Values, Values, Callable[[Values], bool]]:
    """Two people's changes, and whether a page says both."""
    steps = before["steps"]
    if places == "two fields":
        return (
            {"summary": f"Satz {number}"},
            {"topics": [f"Thema {number}"]},
            lambda now: (now["summary"], now["topics"]) == (f"Satz {number}", [f"Thema {number}"]),
        )
    if places == "two rows":
        return (
            {"steps": [steps[0] | {"minutes": number}, steps[1]]},
            {"steps": [steps[0], steps[1] | {"text": f"Text {number}"}]},
            lambda now: (
                (now["steps"][0]["minutes"], now["steps"][1]["text"]) == (number, f"Text {number}")
            ),
        )
    if places == "two fields of a row":
        return (
            {"steps": [steps[0] | {"minutes": number}, steps[1]]},
            {"steps": [steps[0] | {"title": f"Titel {number}"}, steps[1]]},
            lambda now: (
                (now["steps"][0]["minutes"], now["steps"][0]["title"])
                == (number, f"Titel {number}")
            ),
        )
    return (
        {"steps": [*steps, {"key": f"ka{number}", "title": "Eins"}]},
        {"steps": [*steps, {"key": f"kb{number}", "title": "Zwei"}]},
        lambda now: {f"ka{number}", f"kb{number}"} <= {step["key"] for step in now["steps"]},
    )


def says(page: Page) -> Values:
    """What the page says now."""
    db.session.rollback()
    db.session.expire_all()
    current = db.session.get_one(Page, page.id)
    return content_of(revision_of(current, current.current_number)).to_json()


def count_of_versions() -> int:
    return db.session.scalar(select(func.count()).select_from(Revision)) or 0


def logged_saves() -> list[int | None]:
    return list(
        db.session.scalars(
            select(Change.revision_number).where(Change.what == "saved").order_by(Change.seq)
        )
    )


def form_of(browser: FlaskClient) -> Fields:
    return form_in(browser.get(FORM).text, FORM)


def send(browser: FlaskClient, fields: Fields) -> Any:
    return browser.post(FORM, data=sent(fields, do="publish"))


def sent(fields: Fields, do: str) -> MultiDict[str, str]:
    return MultiDict([*fields, ("do", do)])
