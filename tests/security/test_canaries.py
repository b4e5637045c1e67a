"""A word that only some may know is looked for at every address, in everybody's answers."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from search import SearchIndex
from tests.conftest import Cast, all_labs, make_page, token
from tests.security.conftest import ROLES, BrowserOf
from tests.stages import made_once
from wiki.accounts.models import User
from wiki.announcing.announcing import announce
from wiki.announcing.content import AnnouncementContent
from wiki.db import db, now, writing
from wiki.files.storing import store_file
from wiki.finding.indexing import Follower
from wiki.guests.asking import ask_for_place
from wiki.guests.content import RequestContent
from wiki.kits.answering import PARTS
from wiki.labs.content import InvitationContent
from wiki.labs.inviting import invite
from wiki.labs.models import Lab, MemberRole
from wiki.outcomes.told import ToldContent, tell
from wiki.pages.drafts import DraftMark, EditDraft, Place, keep_draft
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, purge, retire, revision_of, save_edit
from wiki.plans.content import Beginnings
from wiki.plans.models import Plan
from wiki.plans.planning import keep_version, make_plan
from wiki.plans.recipes import newest
from wiki.proposals.commenting import comment
from wiki.proposals.content import CommentContent, ReasonsOfReader
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import Change, propose
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.models import Thread
from wiki.talk.saying import answer, ask, say

# Every secret page carries this word, too: searching for it may not bring the canary along.
LURE = "Lockvogel"
DRAFT, EARLY, PURGED, RETIRED = "Hagebuttenfink", "Moorschnepfe", "Steinkauz", "Wasseramsel"
INVITED, TYPED, TOLD, HOPED = "Rohrammer", "Zwergdommel", "Brachvogel", "Haubenlerche"
FILE = "Eisvogel"
# Proposed by somebody without an account, by Gabi, and for the page that is purged.
PROPOSED, OWN_PROPOSED = "Uferschwalbe", "Heidelerche"
# Said about Gabi's proposal.
SAID = "Rauhfußkauz"
# What Bilal's plan is called.
PLANNED = "Sumpfohreule"
WAITING, WHISPERED, ASKED = "Schwarzkehlchen", "Ziegenmelker", "Turteltaube"
TALK = (WAITING, WHISPERED, ASKED)
MAILS = {name: f"{name}@example.org" for name in ROLES if name != "nobody"}
CANARIES = (
    DRAFT,
    EARLY,
    PURGED,
    RETIRED,
    INVITED,
    TYPED,
    TOLD,
    HOPED,
    FILE,
    PROPOSED,
    OWN_PROPOSED,
    SAID,
    PLANNED,
    *TALK,
    *MAILS.values(),
)
KNOWN = {
    "nobody": {RETIRED},
    "gabi": {RETIRED, MAILS["gabi"], OWN_PROPOSED, SAID, ASKED},
    "carla": {RETIRED, MAILS["carla"], PROPOSED, OWN_PROPOSED, SAID, ASKED},
    "bilal": {
        *(RETIRED, MAILS["bilal"], DRAFT, EARLY, FILE, TYPED, WHISPERED, ASKED),
        *(PROPOSED, OWN_PROPOSED, SAID, PLANNED),
    },
    "anke": {
        *(RETIRED, MAILS["anke"], MAILS["bilal"], DRAFT, EARLY, INVITED, FILE, TOLD),
        *(PROPOSED, OWN_PROPOSED, SAID, HOPED, *TALK),
    },
    "vera": {
        *(RETIRED, *MAILS.values(), DRAFT, EARLY, INVITED, FILE, TOLD),
        *(PROPOSED, OWN_PROPOSED, SAID, HOPED, *TALK),
    },
}
OWN_ADDRESSES = {
    "pages.show",
    "pages.print_page",
    "pages.short_address",
    "history.versions",
    "history.version",
    "history.comparison",
    "changes.page_feed",
    "editing.edit",
    "expert.edit",
    "states.confirm_purge",
    "page_links.mentions",
    "taking.as_json",
    "taking.markdown",
    "taking.package",
    "taking.take",
    "taking.word",
    "told.scanned",
    "talk.show",
}
# Where Bilal finds what he typed and has not saved.
OWN_PLACES = {"drafts", "editing", "expert", "todo", "accounts"}
QUERY = f"q={LURE}&title={LURE}&titel={LURE}&labor=soest&von=1&bis=2&art=format"


@dataclass(frozen=True)
class Aviary:
    app: Flask
    index: SearchIndex
    early: int

    def follow(self) -> None:
        # In a context of its own: the follower forgets all objects of its session.
        with self.app.app_context():
            while Follower(self.index).follow():
                pass


@pytest.fixture
def aviary(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Aviary:
    """Each canary in its cage; the index still holds what was retired and purged since."""
    index: SearchIndex = app.extensions["laborwiki-search"]
    early = made_once(app, "aviary", lambda: _fill_cages(app, index, cast, all_labs()))
    return Aviary(app, index, early)


def _fill_cages(app: Flask, index: SearchIndex, cast: Cast, labs: dict[str, Lab]) -> int:
    """Returns the number of the page whose first version was for its lab alone."""
    soest, anke = labs["soest"], db.session.get_one(User, cast.anke)
    page = make_page("Smartphone-Stunde", by=cast.anke, lab=soest, summary=LURE)
    _type(TYPED, page, cast.bilal)
    tell(page, ToldContent(place=TOLD, worked=LURE))
    _propose(PROPOSED, page, None)
    proposal = _propose(OWN_PROPOSED, page, cast.gabi)
    comment(proposal, CommentContent(text=SAID), anke)
    draft = make_page(**_telling(DRAFT), by=cast.anke, lab=soest, publish=False)
    _keep_file(FILE, draft, anke)
    early = make_page(**_telling(EARLY), by=cast.anke, lab=soest, publish=False)
    _talk(EARLY, early, anke)
    _publish_without_the_canary(early, anke)
    retired = make_page(**_telling(RETIRED), by=cast.anke, lab=soest)
    purged = make_page(**_telling(PURGED), by=cast.anke, lab=soest)
    _keep_file(PURGED, purged, anke)
    _propose(PURGED, purged, cast.gabi)
    _type(PURGED, purged, cast.bilal)
    _talk(WAITING, page, None)
    _talk(WHISPERED, draft, anke)
    _talk(PURGED, purged, anke)
    _announce(_plan(PLANNED, page, cast.bilal), soest, cast.bilal)
    keep_version(_plan("", purged, cast.bilal).edit_secret, "", None)
    ask(QuestionContent(title=f"{LURE} {ASKED}", text=ASKED), soest, anke)
    ask_for_place(RequestContent(guest=HOPED, name=HOPED, email=f"{HOPED}@example.org"), page)
    content = InvitationContent(
        name=INVITED, email=f"{INVITED}@example.org", role=MemberRole.MEMBER
    )
    invite(db.session.get_one(Lab, soest.id), content, by=anke)
    Aviary(app, index, early.id).follow()
    retire(db.session.get_one(Page, retired.id), anke)
    purge(db.session.get_one(Page, purged.id), anke)
    return early.id


@pytest.mark.parametrize(("role", "known"), KNOWN.items())
def test_who_opens_everything_sees_what_is_theirs_to_see_and_nothing_else(
    role: str, known: set[str], app: Flask, aviary: Aviary, browser_of: BrowserOf
):
    aviary.follow()

    seen = sightings_of(role, app, browser_of)

    assert {canary for canary, endpoints in seen.items() if endpoints} == known
    # Retired pages are in no list but that of who can bring them back; who wrote one may take it
    # along.
    can_bring_back = {"bookmarks.index"} if role in ("anke", "vera") else set()
    assert seen[RETIRED] - {"accounts.export"} - can_bring_back <= OWN_ADDRESSES
    assert {endpoint.split(".")[0] for endpoint in seen[TYPED]} <= OWN_PLACES
    for canary in (PROPOSED, OWN_PROPOSED, SAID):
        assert {endpoint.split(".")[0] for endpoint in seen[canary]} <= {
            *("answers", "todo", "accounts"),
        }
    assert seen[INVITED] <= {"lab_people.index"}
    assert seen[PLANNED] <= {"making_plans.index", "making_plans.new", "accounts.export"}
    assert seen[TOLD] <= {"told.look", "todo.index"}
    assert seen[HOPED] <= {"guests.show", "todo.index"}


@pytest.mark.parametrize("role", ROLES)
def test_an_index_that_lags_behind_shows_nothing_retired_or_purged(
    role: str, aviary: Aviary, browser_of: BrowserOf
):
    assert aviary.index.search(PURGED).total == 1
    assert aviary.index.search(RETIRED).total == 1

    for headers in ({}, {"HX-Request": "true"}):
        found = browser_of(role).get(f"/suche?q={LURE}", headers=headers).text

        assert "Smartphone-Stunde" in found
        assert RETIRED not in found
        assert PURGED not in found


@pytest.mark.parametrize("role", ROLES)
def test_the_number_of_hits_does_not_betray_what_is_hidden(
    role: str, aviary: Aviary, browser_of: BrowserOf
):
    for canary in (DRAFT, EARLY, PURGED, RETIRED):
        aviary.follow()
        found = browser_of(role).get(f"/suche?q={canary}").text

        # A lab finds its own drafts.
        may_find = canary == DRAFT and role in ("bilal", "anke", "vera")
        assert ("/wiki/" + canary.lower() in found) == may_find
        assert ("<h2><a " in found.split('id="results"')[1]) == may_find


@pytest.mark.parametrize("role", ["nobody", "gabi", "carla"])
@pytest.mark.parametrize(
    "ending", ["", "/druck", "/versionen", "/bearbeiten", "/versionen.atom", "/diskussion"]
)
def test_a_draft_is_hidden_like_a_page_that_never_was(
    ending: str, role: str, aviary: Aviary, browser_of: BrowserOf
):
    browser = browser_of(role)
    for headers in ({}, {"If-None-Match": "*"}):
        answers = [
            browser.get(f"/wiki/{slug}{ending}", headers=headers)
            for slug in (DRAFT.lower(), "gab-es-nie")
        ]

        assert answers[0].status_code == answers[1].status_code


@pytest.mark.parametrize("do", ["publish", "resolve"])
def test_a_conflict_with_an_early_version_does_not_show_it(
    do: str, aviary: Aviary, browser_of: BrowserOf
):
    """Carla may edit the published page; the versions before are still not hers to see."""
    page = db.session.get_one(Page, aviary.early)
    theirs = content_of(revision_of(page, 2))
    browser = browser_of("carla")
    for base, other in ((1, 1), (1, 2), (2, 1)):
        mine = theirs.model_copy(update={"summary": "von Carla", "title": "Ganz anders"})
        answer = browser.post(
            f"/wiki/{page.slug}/bearbeiten",
            data={
                "csrf_token": token(browser, "/konto"),
                "do": do,
                "base": str(base),
                "theirs": str(other),
                "mine": mine.model_dump_json(),
                "kind": "format",
                "title": "Ganz anders",
                "summary": "von Carla",
                "licence": "CC-BY-4.0",
                "language": "de",
            },
            follow_redirects=True,
        )

        assert answer.status_code < 500
        assert EARLY not in answer.text


@pytest.mark.parametrize("name", ["fetched", "boosted"])
def test_fragments_show_no_more_than_pages(name: str, aviary: Aviary, browser_of: BrowserOf):
    headers = {"HX-Request": "true", "HX-Target": "similar"}
    if name == "boosted":
        headers["HX-Boosted"] = "true"
    for role in ("gabi", "carla"):
        browser = browser_of(role)
        for address in ("/neu/rezept", "/suche", "/wiki/smartphone-stunde"):
            text = browser.get(f"{address}?{QUERY}", headers=headers).text
            assert not any(canary in text for canary in (DRAFT, EARLY, PURGED, RETIRED)), address


def test_after_a_purge_nothing_of_the_page_is_left_in_the_tables(app: Flask, aviary: Aviary):
    aviary.follow()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)).mappings():
            left = {name for name, value in row.items() if PURGED in str(value)}
            assert left == set(), table.name


def sightings_of(role: str, app: Flask, browser_of: BrowserOf) -> dict[str, set[str]]:
    """Canary → endpoints where this person sees it."""
    found: dict[str, set[str]] = {canary: set() for canary in CANARIES}
    browser = browser_of(role)
    for endpoint, address in addresses_to_read(app):
        if endpoint.startswith("security."):
            browser = browser_of(role)
        text = _answer(browser, address)
        for canary in CANARIES:
            if canary.lower() in _without_its_address(text, address):
                found[canary].add(endpoint)
    return found


def addresses_to_read(app: Flask) -> Iterator[tuple[str, str]]:
    """Every GET address with everything there is put in, bare and with a query.

    Addresses with a secret in them are left out: whoever has it may see what is behind it.
    """
    pages = list(db.session.scalars(db.select(Page)))
    values: dict[str, list[Any]] = {
        "write_word": sorted({kind.write_word for kind in kinds()}),
        "token": ["falsch"],
        "key": list(db.session.scalars(db.select(EditDraft.key))),
        "user_id": [1],
        "file_id": list(db.session.scalars(db.text("SELECT id FROM file"))),
        "name": ["x"],
        "width": [320],
        "part": sorted(PARTS),
        "year": [2026],
    }
    slugs = list(db.session.scalars(db.text("SELECT slug FROM page_slug")))
    labs = list(db.session.scalars(db.select(Lab.slug)))
    # Those of signing in come last: some of them end the session.
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint.startswith("security."))
    for rule in rules:
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if "secret" in rule.arguments:
            continue
        known = {
            **values,
            "slug": labs if str(rule).startswith("/labore") else slugs,
            "number": [page.id for page in pages] if str(rule).startswith("/r/") else [1, 2],
        }
        for filled in _combinations({name: known[name] for name in sorted(rule.arguments)}):
            built = rule.build(filled, append_unknown=False)
            assert built is not None
            yield rule.endpoint, built[1]
            yield rule.endpoint, f"{built[1]}?{QUERY}"


def _combinations(values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not values:
        yield {}
        return
    name, *rest = values
    for value in values[name]:
        for others in _combinations({other: values[other] for other in rest}):
            yield {name: value, **others}


def _answer(browser: FlaskClient, address: str) -> str:
    """What a browser is sent: the body, and where it should go next."""
    answer = browser.get(address)
    assert answer.status_code < 500 or address.startswith("/readyz")
    if answer.data.startswith(b"PK"):
        return _unpacked(answer.data)
    return f"{answer.text}\n{answer.location or ''}"


def _unpacked(data: bytes) -> str:
    """Everything in a ZIP, and in the documents in it."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    return "\n".join(
        _unpacked(part) if part.startswith(b"PK") else part.decode("utf-8", "replace")
        for part in parts
    )


def _without_its_address(text: str, address: str) -> str:
    """The text without the words of the address that was asked for: they tell nothing new."""
    parts = address.split("?")[0].split("/")
    return text.lower().replace(parts[2], "") if len(parts) > 2 else text.lower()


def _telling(canary: str) -> dict[str, Any]:
    """Fields of a page that has the canary everywhere, and the lure beside it."""
    words = f"{LURE} {canary}"
    step = {"key": "kaa", "title": words, "minutes": 10, "text": words, "prompt": words}
    return {"title": canary, "summary": words, "topics": [words], "steps": [step]}


def _keep_file(canary: str, page: Page, by: User) -> None:
    """An attachment of the page that has the canary in its name, its words and its bytes."""
    text = BytesIO(f"{LURE} {canary}".encode())
    store_file(text, f"{canary}.txt", by=by, lab=page.lab, author=canary, page=page)


def _propose(canary: str, page: Page, by: int | None) -> Proposal:
    """Somebody proposes the canary in every place where words stand."""
    said = content_of(revision_of(page, page.current_number))
    content = said.model_copy(update={"summary": canary})
    reasons = ReasonsOfReader(
        reason=canary,
        evidence=[canary],
        proposer_name=canary,
        contact=f"{canary.lower()}@example.org",
    )
    person = db.session.get_one(User, by) if by else None
    return propose(page, Change(kinds().named(page.kind), content, 1), reasons, person, "")


def _type(canary: str, page: Page, by: int) -> None:
    """Somebody writes on a page and has not saved yet."""
    words = MultiDict({"title": f"{LURE} {canary}", "summary": canary})
    person = db.session.get_one(User, by)
    keep_draft(person, Place(page, "rezept", 1), DraftMark.fresh(), words)


def _talk(canary: str, page: Page, by: User | None) -> None:
    """Somebody says the canary about the page and is answered; without an account it waits."""
    content = RemarkContent(text=f"{LURE} {canary}", name=canary)
    remark = say(page, content, by)
    if by is not None:
        answer(db.session.get_one(Thread, remark.thread_id), content, by)


def _plan(title: str, page: Page, by: int) -> Plan:
    """A plan of somebody's own, of the page's steps."""
    plan = make_plan(newest(page), Beginnings(), db.session.get_one(User, by))
    with writing() as session:
        named = session.get_one(Plan, plan.id)
        named.content = {**named.content, "title": title}
    return plan


def _announce(plan: Plan, lab: Lab, by: int) -> None:
    """Everybody may know when it is; what it is called among those who plan it stays theirs."""
    day = now().date() + timedelta(days=30)
    content = AnnouncementContent(title=LURE, held_on=day, begins="18:00")
    announce(plan.edit_secret, content, lab.id, db.session.get_one(User, by))


def _publish_without_the_canary(page: Page, by: User) -> None:
    harmless = content_of(revision_of(page, 1)).model_copy(
        update={"title": "Veröffentlicht", "summary": LURE, "topics": [LURE], "steps": []}
    )
    contribution = Contribution(by=by, lab=page.lab)
    save_edit(page, kinds().named("format"), harmless, contribution, base=1, publish=True)
