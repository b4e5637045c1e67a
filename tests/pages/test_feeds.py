"""The feeds: Atom as readers' programs expect it (RFC 4287), with names that stay."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, revision_of, save_edit

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = (
    "/aenderungen.atom",
    "/aenderungen.atom?labor=soest",
    "/wiki/smartphone-stunde/versionen.atom",
)


def read(client: FlaskClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)


def say(page: Page, by: int, **fields: str) -> None:
    """A new version of the page."""
    kind = kinds().named(page.kind)
    values = content_of(revision_of(page, page.current_number)).to_json() | fields
    contribution = Contribution(by=db.session.get_one(User, by), lab=page.lab)
    content = kind.content.model_validate(values)
    save_edit(page, kind, content, contribution, base=page.current_number, publish=True)


def ids(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_all_that_atom_asks_for(
    client: FlaskClient, page: Page, cast: Cast, address: str
) -> None:
    say(page, cast.bilal, summary="Anders & <neu>.")

    feed = read(client, address)

    links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    assert links["self"].endswith(address)
    assert client.get(links["alternate"].split(":8000")[1]).status_code == 200
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for part in (feed, *entries):
        assert part.findtext(f"{ATOM}title")
        assert part.findtext(f"{ATOM}id", "").startswith(("urn:uuid:", "http://"))
        moment = datetime.fromisoformat(part.findtext(f"{ATOM}updated", ""))
        assert moment.tzinfo is not None
    times = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert feed.findtext(f"{ATOM}updated") == max(times) == times[0]
    assert entries[0].findtext(f"{ATOM}summary") == "Anders & <neu>."
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "Bilal"
    assert len(set(ids(feed))) == 2


@pytest.mark.parametrize("address", FEEDS)
def test_names_stay_when_a_page_is_renamed(
    client: FlaskClient, page: Page, cast: Cast, address: str
) -> None:
    before = read(client, address)

    say(page, cast.bilal, title="Telefonstunde")
    after = read(client, address)

    assert page.slug == "telefonstunde"
    assert ids(after)[1:] == ids(before)
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")


def test_the_feed_of_a_lab_says_whose_it_is(
    client: FlaskClient, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Nähtreff", by=cast.carla, lab=labs["menden"])

    feed = read(client, "/aenderungen.atom?labor=menden")

    assert feed.findtext(f"{ATOM}title") == "Änderungen · Werkstatt Beispiel · Laborwiki"
    assert [e.findtext(f"{ATOM}title") for e in feed.iter(f"{ATOM}entry")] == ["Nähtreff"]
    assert "/aenderungen.atom?labor=menden" in client.get("/labore/menden").text


def test_what_is_written_behind_the_address_names_no_other_feed(
    client: FlaskClient, page: Page
) -> None:
    plain = read(client, "/aenderungen.atom")
    asked = read(client, "/aenderungen.atom?sprache=en&irgendwas=1")

    assert asked.findtext(f"{ATOM}id") == plain.findtext(f"{ATOM}id")
    assert asked.findtext(f"{ATOM}title") == "Changes · Laborwiki"
    assert asked.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert "Accept-Language" in client.get("/aenderungen.atom").headers["Vary"]


@pytest.mark.parametrize("unseen", ["\x01", "\ufffe", "\x00", "\u202e"])
def test_signs_that_xml_does_not_know_reach_no_feed(
    client: FlaskClient, page: Page, cast: Cast, unseen: str
) -> None:
    kind = kinds().named(page.kind)
    content = content_of(revision_of(page, 1)).model_copy(update={"summary": "Neu."})
    by = Contribution(by=db.session.get_one(User, cast.anke), note=f"Ein{unseen}fach")
    save_edit(page, kind, content, by, base=1, publish=True)

    for address in FEEDS:
        entry = read(client, address).find(f"{ATOM}entry")
        assert entry is not None
        assert entry.findtext(f"{ATOM}summary") == "Einfach"


def test_a_feed_of_a_search_is_called_by_its_words(client: FlaskClient, page: Page) -> None:
    feed = read(client, "/suche.atom?q=a%26b%EF%BF%BEc+%3Ci%3E&sprache=en")

    assert (feed.findtext(f"{ATOM}title") or "").startswith("Search: a&bc <i> · ")
    assert (feed.findtext(f"{ATOM}id") or "").endswith("/suche.atom?q=a%26bc+%3Ci%3E")
