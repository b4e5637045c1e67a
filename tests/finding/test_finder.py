"""The finder: numbers, facets, order and rights, by the address as people share it."""

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from html import unescape
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from search import SearchIndex
from search.arrays import np
from tests.at_once import at_once
from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.finding import indexing
from wiki.finding.catalogue import catalogue
from wiki.finding.indexing import Follower, rebuild
from wiki.finding.looking import Question, look_for
from wiki.finding.sets import set_of, set_where, those_in
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import visible_to
from wiki.pages.writing import (
    Contribution,
    bring_back,
    purge,
    retire,
    revision_of,
    save_edit,
)
from wiki.recipes.computing import Wishes, run_for, shortest_minutes

Browsers = Callable[[str], FlaskClient]
SHORT = [{"key": "kaa", "title": "Machen", "minutes": 30}]


@pytest.fixture
def index(app: Flask) -> SearchIndex:
    index: SearchIndex = app.extensions["laborwiki-search"]
    return index


def titles(client: FlaskClient, **query: object) -> list[str]:
    """The titles of what is found with this address, in their order."""
    html = client.get("/suche?" + urlencode(query, doseq=True)).text
    results = html.split('id="results"')[1].split("</section>")[0]
    found = re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", results, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", title)) for title in found]


def counts(client: FlaskClient, facet: str, **query: object) -> dict[str, int]:
    """What the values of a facet are called, and how many would be found with each."""
    html = client.get("/suche?" + urlencode(query, doseq=True)).text
    part = html.split(f'id="facet-{facet}"')[1].split('class="facet"')[0]
    found = re.findall(r'<label[^>]*>(.*?) <small class="amount">(\d+)</small>', part)
    return {unescape(label): int(count) for label, count in found}


def test_numbers_filter_truly(client: FlaskClient, cast: Cast) -> None:
    make_page("Klein", group_min=6, group_max=12, steps=SHORT)
    make_page("Groß", group_min=20, steps=SHORT)
    make_page("Egal", steps=SHORT)
    make_page("Ohne Zahlen", kind="article")

    assert sorted(titles(client, personen=10)) == ["Egal", "Klein"]
    assert sorted(titles(client, personen=6)) == ["Egal", "Klein"]
    assert sorted(titles(client, personen=13)) == ["Egal"]
    assert sorted(titles(client, personen=40)) == ["Egal", "Groß"]


def test_minutes_are_those_for_that_many_people(client: FlaskClient, cast: Cast) -> None:
    each = {"key": "kaa", "title": "Reihum", "minutes": 10, "minutes_per_person": 5}
    make_page("Reihum", group_ideal=10, steps=[each])

    assert titles(client, minuten=60) == ["Reihum"]
    assert titles(client, minuten=59) == []
    assert titles(client, minuten=59, personen=9) == ["Reihum"]
    assert titles(client, minuten=60, personen=11) == []


def test_what_only_fits_when_shortened_is_shown_as_such_and_behind(
    client: FlaskClient, cast: Cast
) -> None:
    steps = [
        {"key": "kaa", "title": "Lang", "minutes": 80, "if_short": "halve"},
        {"key": "kbb", "title": "Weg", "minutes": 20, "if_short": "skip"},
    ]
    make_page("Passt", steps=SHORT)
    page = make_page("Dehnbar", steps=steps)

    html = client.get("/suche?minuten=45").text
    assert "gekürzt auf 45 min, sonst 100 min" in html
    assert f'href="/wiki/{page.slug}?minuten=45"' in html
    # What was written last stands first, if it fits as it is.
    assert titles(client, minuten=45) == ["Passt", "Dehnbar"]
    assert titles(client, minuten=100) == ["Dehnbar", "Passt"]
    assert titles(client, minuten=39) == ["Passt"]


def test_the_finder_and_the_recipe_agree_on_minutes(app: Flask, cast: Cast) -> None:
    steps = [
        {"key": "kaa", "title": "A", "minutes": 15, "minutes_per_person": "2.5"},
        {"key": "kbb", "title": "B", "minutes": 20, "if_short": "halve"},
        {"key": "kcc", "title": "C", "minutes": 31, "if_short": "skip"},
    ]
    page = make_page("Abend", group_min=2, group_max=30, steps=steps)
    recipe = content_of(revision_of(page, 1))

    for people in (2, 7, 12, 30):
        whole = run_for(recipe, Wishes(people=people)).minutes
        shortest = shortest_minutes(recipe, people)
        for minutes in (shortest - 1, shortest, whole - 1, whole):
            found = look_for(Question(people=people, minutes=minutes), None).found
            assert bool(found) == (minutes >= shortest)
            assert [hit.whole for hit in found] == (
                [whole] if shortest <= minutes < whole else [0]
            )[: len(found)]


def test_what_it_may_cost(client: FlaskClient, cast: Cast) -> None:
    make_page("Umsonst", cost_fixed=0)
    make_page("Je Person", cost_fixed=5, cost_per_person=2, group_ideal=10)
    make_page("Sagt nichts")

    assert titles(client, kosten=0) == ["Umsonst"]
    assert sorted(titles(client, kosten=25)) == ["Je Person", "Umsonst"]
    assert titles(client, kosten=24) == ["Umsonst"]
    assert sorted(titles(client, kosten=24, personen=9)) == ["Je Person", "Umsonst"]


def test_facets_narrow_together_and_their_values_add_up(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("A", topics=["Robotik"], settings=["mobile"], lab=labs["soest"], level="1")
    make_page("B", topics=["Robotik", "Film"], settings=["mobile", "outdoors"], wifi="none")
    make_page("C", topics=["Film"], settings=["lab"], lab=labs["menden"])
    make_page("D", topics=["Film"], kind="article")

    assert sorted(titles(client, thema="Robotik")) == ["A", "B"]
    assert sorted(titles(client, thema=["Robotik", "Film"], ort="mobil")) == ["A", "B"]
    assert titles(client, ort="draussen", netz="ohne") == ["B"]
    assert sorted(titles(client, labor=["soest", "menden"], art="format")) == ["A", "C"]
    assert titles(client, niveau="leicht") == ["A"]
    # Each facet counts what would be found with another of its values; the others narrow it.
    assert counts(client, "thema", ort="mobil") == {"Robotik": 2, "Film": 1}
    assert counts(client, "thema", thema="Robotik") == {"Robotik": 2, "Film": 3}
    assert counts(client, "ort", thema="Robotik") == {"mobil": 2, "draußen": 1}
    assert counts(client, "art", thema="Film") == {"Formate": 2, "Hintergrund": 1}


def test_every_count_is_what_is_found(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    for number in range(12):
        make_page(
            f"Rezept {number}",
            topics=["Robotik", "Film", "Ton"][: number % 4],
            settings=["lab", "mobile", "online"][number % 3 :],
            level=str(number % 3 + 1),
            lab=labs["soest"] if number % 2 else labs["menden"],
        )

    address = {"ort": ["mobil"], "niveau": ["leicht", "mittel"]}
    for facet, words in {
        "thema": {"Robotik": "Robotik", "Film": "Film", "Ton": "Ton"},
        "niveau": {"leicht": "leicht", "mittel": "mittel", "anspruchsvoll": "anspruchsvoll"},
        "labor": {lab.name: slug for slug, lab in labs.items()},
    }.items():
        counted = counts(client, facet, **address)
        assert len(counted) > 1
        for label, count in counted.items():
            assert len(titles(client, **{**address, facet: words[label]})) == count


def test_chips_take_one_filter_away(client: FlaskClient, cast: Cast) -> None:
    make_page("A", topics=["Robotik"])

    html = client.get("/suche?q=Rezept&thema=Robotik&thema=Film&personen=12&seite=2").text
    chips = html.split('aria-label="Gewählte Filter"')[1].split("</ul>")[0]
    found = [unescape(href) for href in re.findall('href="([^"]+)"', chips)]

    assert found == [
        "/suche?q=Rezept&thema=Robotik&thema=Film",
        "/suche?q=Rezept&thema=Film&personen=12",
        "/suche?q=Rezept&thema=Robotik&personen=12",
        "/suche?q=Rezept",
    ]


def test_the_order(client: FlaskClient, cast: Cast, index: SearchIndex) -> None:
    make_page("Löten für alle", steps=[{"key": "kaa", "title": "Machen", "minutes": 90}])
    make_page("Abend mit etwas Löten am Rand", steps=SHORT)
    Follower(index).follow()

    assert titles(client, q="löten")[0] == "Löten für alle"
    assert titles(client, q="löten", sortiert="neu")[0] == "Abend mit etwas Löten am Rand"
    assert titles(client, q="löten", sortiert="kurz")[0] == "Abend mit etwas Löten am Rand"
    assert titles(client, sortiert="Unsinn")[0] == "Abend mit etwas Löten am Rand"


def test_words_and_filters_together(client: FlaskClient, cast: Cast, index: SearchIndex) -> None:
    make_page("Löten im Wald", settings=["outdoors"])
    make_page("Löten im Labor", settings=["lab"])
    Follower(index).follow()

    assert titles(client, q="gelötet", ort="draussen") == ["Löten im Wald"]
    assert counts(client, "ort", q="gelötet") == {"Labor": 1, "draußen": 1}


def test_labs_are_found_and_follow_their_changes(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], index: SearchIndex
) -> None:
    follower = Follower(index)
    follower.follow()
    assert titles(client, q="Musterhausen") == ["Stadt Musterhausen"]
    assert titles(client, art="labor", q="Werkstatt") == ["Werkstatt Beispiel"]

    with writing():
        lab = db.session.get_one(Lab, labs["nachbar"].id)
        lab.name, lab.version = "Gemeinde Anderswo", lab.version + 1
    follower.follow()

    assert titles(client, q="Musterhausen") == []
    assert titles(client, q="Anderswo") == ["Gemeinde Anderswo"]


def test_what_is_probably_meant_is_offered(
    client: FlaskClient, cast: Cast, index: SearchIndex
) -> None:
    make_page("Bürgerbeteiligung im Quartier")
    Follower(index).follow()

    html = client.get("/suche?q=Bürgerbeteiligug").text

    assert '<a href="/suche?q=B%C3%BCrgerbeteiligung">Bürgerbeteiligung</a>' in html
    assert "Vielleicht gemeint" not in client.get("/suche?q=Bürgerbeteiligung").text


def test_a_search_can_be_followed(client: FlaskClient, cast: Cast, index: SearchIndex) -> None:
    make_page("Löten im Wald", settings=["outdoors"])
    make_page("Löten im Labor", settings=["lab"])
    make_page("Entwurf vom Löten", publish=False, by=cast.anke)
    Follower(index).follow()

    html = client.get("/suche?q=löten&ort=draussen").text
    address = unescape(re.search(r'<link rel="alternate"[^>]*href="([^"]+)"', html)[1])
    answer = client.get(address)
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(answer.data)

    assert answer.mimetype == "application/atom+xml"
    assert [t.text for t in feed.findall("a:entry/a:title", names)] == ["Löten im Wald"]
    assert client.get("/suche.atom").text.index("Löten im Labor") < client.get(
        "/suche.atom"
    ).text.index("Löten im Wald")
    assert "Entwurf" not in client.get("/suche.atom").text


@pytest.mark.parametrize("name", [None, "gabi", "carla", "bilal", "anke", "vera"])
def test_nobody_is_shown_or_counted_what_they_may_not_see(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], signed_in: Browsers, name: str | None
) -> None:
    for lab in (None, labs["soest"], labs["menden"], labs["nachbar"]):
        for by in (cast.anke, cast.gabi):
            slug = lab.slug if lab else "netz"
            make_page(f"Entwurf {slug} {by}", by=by, lab=lab, publish=False, topics=[f"T{slug}"])
    make_page("Öffentlich", topics=["Tnetz"])
    retire(make_page("Zurück", topics=["Tnetz"]), db.session.get_one(User, cast.vera))
    browser = signed_in(name) if name else client
    reader = db.session.get_one(User, getattr(cast, name)) if name else None

    # What lists show is asked of the database elsewhere; here it must come out the same.
    visible = db.session.scalars(select(Page).where(visible_to(reader))).all()
    topics = Counter(topic for page in visible for topic in topics_of(page))
    labs_too = [lab.name for lab in labs.values()]

    assert sorted(titles(browser) + titles(browser, seite=2)) == sorted(
        [*(page.title for page in visible), *labs_too]
    )
    assert counts(browser, "thema") == topics


def topics_of(page: Page) -> list[str]:
    return content_of(revision_of(page, 1)).topics


def test_a_lab_finds_its_drafts_by_their_title(
    signed_in: Browsers, client: FlaskClient, cast: Cast, labs: dict[str, Lab], index: SearchIndex
) -> None:
    make_page("Geheimer Abend", by=cast.anke, lab=labs["soest"], publish=False)
    make_page("Ein Abend", by=cast.anke, lab=labs["soest"])
    rebuild(index)

    for reader, found in (
        (signed_in("anke"), ["Ein Abend", "Geheimer Abend"]),
        (signed_in("bilal"), ["Ein Abend", "Geheimer Abend"]),
        (signed_in("carla"), ["Ein Abend"]),
        (client, ["Ein Abend"]),
    ):
        assert titles(reader, q="Abend") == found
        assert titles(reader, q="geheimer") == found[1:]


def test_what_is_retired_or_purged_is_gone_at_once(
    client: FlaskClient, cast: Cast, index: SearchIndex
) -> None:
    def vera() -> User:
        return db.session.get_one(User, cast.vera)

    pages = [make_page(f"Löten {name}", topics=[name]) for name in ("A", "B", "C")]
    Follower(index).follow()
    assert len(titles(client, q="löten")) == 3

    # The index still knows them.
    retire(pages[0], vera())
    retire(pages[1], vera())
    purge(pages[1], vera())

    assert titles(client, q="löten") == ["Löten C"]
    assert counts(client, "thema", q="löten") == {"C": 1}
    bring_back(pages[0], vera())
    assert counts(client, "thema") == {"A": 1, "C": 1}


def test_what_was_changed_is_found_by_what_it_says_now(client: FlaskClient, cast: Cast) -> None:
    page = make_page("Runde", topics=["Film"], steps=SHORT)
    assert titles(client, thema="Film", minuten=30) == ["Runde"]

    content = content_of(revision_of(page, 1)).model_copy(update={"topics": ["Ton"]})
    contribution = Contribution(by=db.session.get_one(User, cast.vera))
    save_edit(page, kinds().named("format"), content, contribution, base=1, publish=True)

    assert titles(client, thema="Film") == []
    assert titles(client, thema="Ton", minuten=30) == ["Runde"]


def test_what_was_committed_is_found_by_whoever_began_to_read_before(
    app: Flask, cast: Cast
) -> None:
    make_page("Vorher")
    assert look_for(Question(), None).found[0].card.title == "Vorher"
    # This session sees the database as it is now, until it ends.
    assert db.session.scalar(select(func.count(Page.id))) == 1

    at_once(partial(make_page, "Danach"), app=app)
    assert db.session.scalar(select(func.count(Page.id))) == 1

    assert look_for(Question(), None).found[0].card.title == "Danach"


def test_whoever_reads_goes_on_with_what_was_there(app: Flask, cast: Cast) -> None:
    page = make_page("Runde", topics=["Film"])
    before = catalogue()
    place = before.places[str(page.id)]

    retire(page, db.session.get_one(User, cast.vera))
    make_page("Neues", topics=["Ton"])
    after = catalogue()

    assert before.at(place).card.title == "Runde"
    assert before.sets["thema"]["Film"].bit_count() == 1
    assert "Ton" not in before.sets["thema"]
    assert str(page.id) not in after.places
    assert not after.sets["thema"]["Film"]


def test_without_an_index_titles_are_searched(client: FlaskClient, cast: Cast) -> None:
    make_page("Löten im Wald", topics=["Handwerk"])
    make_page("Nähen", summary="Statt Löten.")
    make_page("Entwurf vom Löten", publish=False, by=cast.anke)

    assert "wird gerade neu aufgebaut" in client.get("/suche?q=löten").text
    assert sorted(titles(client, q="löten")) == ["Löten im Wald", "Nähen"]
    assert titles(client, q="löten", thema="Handwerk") == ["Löten im Wald"]


def test_who_searches_while_the_index_is_made_does_not_have_it_made_again(
    app: Flask, client: FlaskClient, cast: Cast, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page("Löten")
    made = []

    def rebuild_while_somebody_searches(index: SearchIndex) -> None:
        assert "wird gerade neu aufgebaut" in client.get("/suche?q=löten").text
        made.append(rebuild(index))

    monkeypatch.setattr(indexing, "rebuild", rebuild_while_somebody_searches)
    client.get("/suche?q=löten")
    follower = Follower(index, app.extensions["laborwiki-search-complaint"])
    for _ in range(3):
        follower.follow()

    assert made == [1]
    assert titles(client, q="gelötet") == ["Löten"]


@pytest.mark.parametrize(
    "query",
    [
        "personen=0&minuten=-5&kosten=x",
        "personen=999999999999999999999&minuten=1e9",
        "thema=" + "a" * 5_000,
        "&".join(f"thema={number}" for number in range(500)),
        "art=%00&ort=%F0%9F%92%A9&labor=../../etc&niveau='%20OR%201=1--",
        "seite=-1&sortiert=%3Cscript%3E",
        "q=%22&thema=%3Cimg%20src=x%20onerror=alert(1)%3E",
    ],
)
def test_no_address_does_harm(client: FlaskClient, cast: Cast, query: str) -> None:
    make_page("A", topics=["<img src=x onerror=alert(1)>"])

    for address in (f"/suche?{query}", f"/suche.atom?{query}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "<script>" not in answer.text


def test_titles_and_topics_are_suggested_while_typing(
    client: FlaskClient, cast: Cast, signed_in: Browsers
) -> None:
    make_page("Abend mit Robotern", topics=["Robotik"])
    make_page("Roboter bauen", by=cast.anke, publish=False, topics=["Robotergeheimnis"])
    make_page("Nähen", topics=["<b>Roben"])

    def suggested(browser: FlaskClient, typed: str) -> list[str]:
        html = browser.get("/suche/vorschlaege?" + urlencode({"q": typed})).text
        assert "<b>" not in html
        return [unescape(value) for value in re.findall('value="([^"]*)"', html)]

    assert suggested(client, "ROBO") == ["Robotik", "Abend mit Robotern"]
    assert suggested(client, "robe") == ["<b>Roben"]
    assert suggested(signed_in("anke"), "robot") == [
        "Robotergeheimnis",
        "Robotik",
        "Roboter bauen",
        "Abend mit Robotern",
    ]
    assert suggested(client, "r") == suggested(client, "") == suggested(client, "zzz") == []


def test_sets_hold_what_was_put_in() -> None:
    places = [0, 7, 8, 63, 64, 999]

    assert those_in(np.arange(1_200), set_of(places)).tolist() == places
    assert those_in(np.array([999, 5, 0]), set_of(places)).tolist() == [999, 0]
    assert those_in(np.array([3, 500]), set_of([])).tolist() == []
    assert those_in(np.empty(0, np.intp), set_of(places)).tolist() == []
    assert set_where(np.array([True, False, True])) == set_of([2, 0]) == 0b101


def test_what_nobody_chose_is_not_searched(client: FlaskClient, index: SearchIndex) -> None:
    """What a form begins with stands in every page: it would find all of them."""
    material = {"key": "kmm", "item": "Mischpult"}
    make_page("Ton", materials=[material])
    make_page("Ausleihe", materials=[material | {"category": "device"}])
    rebuild(index)

    assert sorted(titles(client, q="Mischpult")) == ["Ausleihe", "Ton"]
    for begun in ("Verbrauchsmaterial", "bleibt", "Namensnennung"):
        assert titles(client, q=begun) == []
    assert titles(client, q="Gerät") == ["Ausleihe"]


def test_topics_and_audiences_of_a_page_lead_to_all_that_have_them(client: FlaskClient) -> None:
    page = make_page("Ton", topics=["Mikrofone & Co"], audiences=["Familien"])
    make_page("Erwähnt es nur", summary="Mikrofone & Co für Familien")

    leads = re.findall(r'class="chip" href="([^"]+)"', client.get(f"/wiki/{page.slug}").text)

    assert len(leads) == 2
    for address in leads:
        found = client.get(unescape(address)).text
        assert "Ton</a>" in found
        assert "Erwähnt es nur" not in found
