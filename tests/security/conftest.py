"""A stage with one of everything that has an address, and the six who try to come in."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import MultiDict

from tests.conftest import Cast, all_labs, make_page
from tests.live import LiveServer
from tests.stages import keeper_of, made_once
from wiki.accounts.links import make_link
from wiki.accounts.models import User
from wiki.adaptations.models import Adaptation
from wiki.announcing.announcing import announce, withdraw
from wiki.announcing.content import AnnouncementContent
from wiki.db import db, now, writing
from wiki.files.storing import store_file
from wiki.finding.words import SynonymGroup, UnmetSearch
from wiki.guests.asking import ask_for_place
from wiki.guests.content import RequestContent
from wiki.guests.models import GuestRequest
from wiki.labs.content import InvitationContent
from wiki.labs.inviting import invite
from wiki.labs.models import Lab, MemberRole
from wiki.language import in_language
from wiki.outcomes.told import ToldContent, tell
from wiki.pages.drafts import DraftMark, Place, keep_draft
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, protect, purge, retire, revision_of, save_edit
from wiki.plans.changing import resized
from wiki.plans.content import Beginnings
from wiki.plans.models import Plan
from wiki.plans.planning import change, keep_version, make_plan
from wiki.plans.recipes import newest
from wiki.proposals.commenting import comment
from wiki.proposals.content import CommentContent, Reasons
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import Change, propose
from wiki.reuse.models import Import, ImportState
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.saying import ask, say
from wiki.watching.models import Notice, Watching, What
from wiki.watching.stopping import MailKind, address_to_stop
from wiki.wishes.content import AnswerContent, WishContent
from wiki.wishes.wishing import answer_wish, make_wish
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import plan_from

# Who tries: Deniz without an account, Gabi of a guest, Carla of another lab, Bilal of the lab,
# Anke its editor, Vera who runs the site.
ROLES = ("nobody", "gabi", "carla", "bilal", "anke", "vera")

BrowserOf = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Stage:
    """What stands in the addresses: ids, and secrets nobody else knows."""

    page: int
    draft: int
    purged: int
    invitation: int
    invitation_secret: str
    link_secret: str
    draft_key: str
    wish: int
    public_wish: int
    proposal: int
    own_proposal: int
    file: str
    draft_file: str
    package: int
    words: int
    removed_words: int
    unmet: int
    learning: str
    told: int
    thread: int
    draft_thread: int
    remark: int
    waiting_remark: int
    draft_remark: int
    question: int
    place_request: int
    comment: int
    watching: int
    notice: int
    stop_secret: str
    plan_secret: str
    plan_read_secret: str
    plan_block: str
    own_plan_secret: str
    from_template_secret: str
    dated_plan_secret: str
    announced_plan_secret: str
    announced_plan_read_secret: str
    announcement: int
    withdrawn: int
    cast: Cast
    restore: Callable[[], None]

    def fill(self, address: str) -> str:
        """`/r/{page}` → `/r/1`."""
        people = {name: getattr(self.cast, name) for name in ROLES if name != "nobody"}
        return address.format(
            page=self.page,
            draft=self.draft,
            purged=self.purged,
            invitation=self.invitation,
            invitation_secret=self.invitation_secret,
            link_secret=self.link_secret,
            draft_key=self.draft_key,
            wish=self.wish,
            public_wish=self.public_wish,
            proposal=self.proposal,
            own_proposal=self.own_proposal,
            file=self.file,
            draft_file=self.draft_file,
            package=self.package,
            words=self.words,
            removed_words=self.removed_words,
            unmet=self.unmet,
            learning=self.learning,
            told=self.told,
            thread=self.thread,
            draft_thread=self.draft_thread,
            remark=self.remark,
            waiting_remark=self.waiting_remark,
            draft_remark=self.draft_remark,
            question=self.question,
            place_request=self.place_request,
            comment=self.comment,
            watching=self.watching,
            notice=self.notice,
            stop_secret=self.stop_secret,
            plan_secret=self.plan_secret,
            plan_read_secret=self.plan_read_secret,
            plan_block=self.plan_block,
            own_plan_secret=self.own_plan_secret,
            from_template_secret=self.from_template_secret,
            dated_plan_secret=self.dated_plan_secret,
            announced_plan_secret=self.announced_plan_secret,
            announced_plan_read_secret=self.announced_plan_read_secret,
            announcement=self.announcement,
            withdrawn=self.withdrawn,
            **people,
        )


@pytest.fixture
def stage(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Stage:
    """Pages in every state, an open invitation, a sign-in link; `restore` brings all back."""
    standing = made_once(app, "stage", lambda: _set_stage(cast, all_labs()))
    return Stage(**standing, cast=cast, restore=keeper_of(app))


def _set_stage(cast: Cast, labs: dict[str, Lab]) -> dict[str, Any]:
    """One of everything; returns its ids and secrets by the names they have on the stage."""
    soest = labs["soest"]
    anke = db.session.get_one(User, cast.anke)
    page = make_page("Smartphone-Stunde", by=cast.anke, lab=soest)
    draft = make_page("Leiser Entwurf", by=cast.anke, lab=soest, publish=False)
    imprint = make_page("Impressum", by=cast.vera, kind="article")
    network_draft = make_page("Netzentwurf", by=cast.vera, kind="article", publish=False)
    neighbours = make_page("Seite der Nachbarn", by=cast.gabi, lab=labs["nachbar"])
    for each in (page, draft, imprint, network_draft, neighbours):
        _say_more(each)
    with writing() as session:
        session.add(Adaptation(page_id=neighbours.id, source_id=page.id, number=1, seen={}))
    protect(make_page("Geschützt", by=cast.anke, lab=soest), anke, on=True)
    retire(make_page("Zurückgezogen", by=cast.anke, lab=soest), anke)
    purged = make_page("Entfernt", by=cast.anke, lab=soest)
    purge(purged, anke)
    content = InvitationContent(name="Neue", email="neue@example.org", role=MemberRole.MEMBER)
    invitation, secret = invite(db.session.get_one(Lab, soest.id), content, by=anke)
    with writing():
        link = make_link(db.session.get_one(User, cast.bilal))
    bilal = db.session.get_one(User, cast.bilal)
    typed = MultiDict({"title": "Smartphone-Stunde", "summary": "Bilal schreibt noch."})
    kept = keep_draft(bilal, Place(page, "rezept", 1), DraftMark.fresh(), typed).draft
    wish = make_wish(WishContent(title="Leiser Wunsch"), db.session.get_one(Lab, soest.id), None)
    public = make_wish(WishContent(title="Erfüllt"), db.session.get_one(Lab, soest.id), None)
    answered = AnswerContent(answer="Kommt im März.")
    answer_wish(public, answered, db.session.get_one(User, cast.anke), take_up=True)
    failed = [{"key": "kf1", "text": "Es war zu laut."}]
    about = {"recipe": page.title, "failed": failed}
    report = make_page("Am Markt", by=cast.carla, lab=labs["menden"], kind="outcome", **about)
    make_page("Ohne Rezept", by=cast.anke, lab=soest, kind="outcome", failed=failed)
    told = tell(page, ToldContent(place="Beispielhausen"))
    with writing() as session:
        words = SynonymGroup(words="Handy, Smartphone")
        removed = SynonymGroup(words="Rechner, Computer", removed_at=now())
        unmet = UnmetSearch(words="goldschmieden", times=3, month="2026-11")
        session.add_all([words, removed, unmet])
    carla = db.session.get_one(User, cast.carla)
    remark = say(page, RemarkContent(text="Wie lange, @Anke?"), carla)
    waiting_remark = say(page, RemarkContent(text="Ohne Konto."), None)
    draft_remark = say(draft, RemarkContent(text="Noch leise."), bilal)
    ask_for_place(RequestContent(guest="Nebenan", name="N", email="n@example.org"), page)
    plan = make_plan(newest(page), Beginnings(), None)
    keep_version(plan.edit_secret, "Für den Regen", None)
    question = ask(QuestionContent(title="Wer hat Lötkolben?"), labs["menden"], carla)
    return {
        "page": page.id,
        "draft": draft.id,
        "purged": purged.id,
        "invitation": invitation.id,
        "invitation_secret": secret,
        "link_secret": link,
        "draft_key": kept.key,
        "wish": wish.id,
        "public_wish": public.id,
        "proposal": _propose(page, None),
        "own_proposal": (own_proposal := _propose(page, cast.gabi)),
        "comment": _comment(own_proposal, anke),
        "file": _keep_picture(page, cast.anke),
        "draft_file": _keep_picture(draft, cast.anke),
        "package": _look_at_package(soest, cast.anke),
        "words": words.id,
        "removed_words": removed.id,
        "unmet": unmet.id,
        "told": told.id,
        "learning": f"{report.id}.failed.kf1",
        "thread": remark.thread_id,
        "draft_thread": draft_remark.thread_id,
        "remark": remark.id,
        "waiting_remark": waiting_remark.id,
        "draft_remark": draft_remark.id,
        "question": question.id,
        "place_request": db.session.query(GuestRequest).one().id,
        "plan_secret": plan.edit_secret,
        "plan_read_secret": plan.read_secret,
        "plan_block": plan.content["blocks"][0]["key"],
        "own_plan_secret": make_plan(newest(page), Beginnings(), anke).edit_secret,
        "from_template_secret": _plan_from_template(page, soest).edit_secret,
        **_announce(page, soest, bilal),
        **_watch(page, carla),
    }


def _say_more(page: Page) -> None:
    """A second version."""
    content = content_of(revision_of(page, 1)).model_copy(update={"plain_summary": "Kurz."})
    anybody = Contribution(by=None, is_operator=True)
    save_edit(page, kinds().named(page.kind), content, anybody, base=1, publish=False)


def _plan_from_template(recipe: Page, lab: Lab) -> Plan:
    """Nobody's plan that was made from a published workshop template, and changed since."""
    blocks = [{"key": "aaa", "recipe": recipe.title, "step": "Machen", "minutes": 50}]
    template = make_page("Nachmittag am Gerät", kind="plan", lab=lab, blocks=blocks)
    content = content_of(revision_of(template, 1))
    assert isinstance(content, WorkshopContent)
    plan = plan_from(template, 1, content, Beginnings(), None)
    return change(plan.edit_secret, lambda one: resized(one, "aaa", 5), seen=plan.version)


def _announce(page: Page, lab: Lab, by: User) -> dict[str, Any]:
    """A plan that could be announced, one that is, and what was withdrawn of another."""
    day = now().date() + timedelta(days=30)
    content = AnnouncementContent(title="Offener Abend", held_on=day, begins="18:00")
    plans = [make_plan(newest(page), Beginnings(date=day), None) for _ in range(3)]
    made = [announce(plan.edit_secret, content, lab.id, by).id for plan in plans[1:]]
    withdraw(made[1], by)
    return {
        "dated_plan_secret": plans[0].edit_secret,
        "announced_plan_secret": plans[1].edit_secret,
        "announced_plan_read_secret": plans[1].read_secret,
        "announcement": made[0],
        "withdrawn": made[1],
    }


def _watch(page: Page, user: User) -> dict[str, Any]:
    """Somebody watches a page, has news of it, and a mail with a link to stop such mails."""
    with writing() as session:
        watching = Watching(user_id=user.id, page_id=page.id, known=b"")
        notice = Notice(user_id=user.id, page_id=page.id, what=What.CHANGED.value)
        session.add_all([watching, notice])
    with in_language("de"):
        address = address_to_stop(user, MailKind.NEWS)
    return {
        "watching": watching.id,
        "notice": notice.id,
        "stop_secret": address.rpartition("/")[2],
    }


def _propose(page: Page, by: int | None) -> int:
    """A change that waits for an answer; returns its number."""
    kind = kinds().named(page.kind)
    content = content_of(revision_of(page, 1)).model_copy(update={"summary": "Noch besser."})
    person = db.session.get_one(User, by) if by else None
    return propose(page, Change(kind, content, 1), Reasons(reason="Darum."), person, "").id


def _comment(number: int, by: User) -> int:
    """Something said about a proposal; returns its number."""
    proposal = db.session.get_one(Proposal, number)
    return comment(proposal, CommentContent(text="Warum?"), by).id


def _look_at_package(lab: Lab, by: int) -> int:
    """A package that was looked at and waits to be applied; returns its number."""
    with writing() as session:
        import_ = Import(name="Paket.zip", file="x.zip", by_id=by, lab_id=lab.id, params={})
        import_.state = ImportState.CHECKED.value
        session.add(import_)
    return import_.id


def _keep_picture(page: Page, by: int) -> str:
    """A picture with two versions, attached to the page; returns its id."""
    person, file_id = db.session.get_one(User, by), None
    for colour in (0, 200):
        picture = BytesIO()
        Image.new("L", (8, 8), colour).save(picture, "PNG")
        picture.seek(0)
        file = store_file(picture, "bild.png", by=person, lab=page.lab, file_id=file_id, page=page)
        file_id = file.id
    return file.id


@pytest.fixture
def browser_of(app: Flask, signed_in: Callable[[str], FlaskClient]) -> BrowserOf:
    """`browser_of("anke")` is Anke's browser, signed in a moment ago; "nobody" is Deniz."""

    def open_browser(role: str) -> FlaskClient:
        if role == "nobody":
            return app.test_client()
        browser = signed_in(role)
        with browser.session_transaction() as session:
            session["fs_paa"] = time.time()
        return browser

    return open_browser


@pytest.fixture
def live(app: Flask) -> Iterator[LiveServer]:
    """The application on a real socket."""
    with LiveServer(app) as server:
        yield server
