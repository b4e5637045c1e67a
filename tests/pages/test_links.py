"""Pages that speak of each other follow when one appears, moves or goes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from tests.at_once import at_once
from tests.conftest import Cast, make_page, token
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.markup import can_be_linked
from wiki.pages.backlinks import SHOWN
from wiki.pages.completing import titles_like
from wiki.pages.kinds import kinds
from wiki.pages.links import published_pages
from wiki.pages.models import Change, Link, Page, PageSlug, PageState, Rendering, Revision
from wiki.pages.renaming import AT_ONCE, adapt_links, pages_to_adapt, speaking_of
from wiki.pages.rendering import (
    RENDERER,
    content_of,
    refresh_renderings,
    render_content,
)
from wiki.pages.writing import (
    Contribution,
    bring_back,
    protect,
    purge,
    retire,
    revision_of,
    save_edit,
)

HTMX = {"HX-Request": "true"}
SignIn = Callable[[str], FlaskClient]


def edit(page: Page, by: int, **fields: Any) -> None:
    """A new version that says these fields differently."""
    number = db.session.get_one(Page, page.id, populate_existing=True).current_number
    revision = revision_of(page, number)
    kind = kinds().named(revision.kind)
    content = kind.content.model_validate({**content_of(revision).to_json(), **fields})
    who = Contribution(by=db.session.get_one(User, by))
    save_edit(page, kind, content, who, base=number, publish=False)


def rename(page: Page, title: str, by: int) -> None:
    edit(page, by, title=title)


def article(title: str, body: str = "", **more: Any) -> Page:
    return make_page(title, kind="article", body=body, **more)


@pytest.fixture
def soest(cast: Cast, labs: dict[str, Lab]) -> dict[str, Any]:
    """What a page of Anke's lab is made with."""
    return {"by": cast.anke, "lab": labs["soest"]}


@pytest.fixture
def cafe(soest: dict[str, Any]) -> Page:
    return make_page("World-Café", kind="method", **soest)


def body_of(page: Page) -> str:
    db.session.expire_all()
    content = content_of(revision_of(page, db.session.get_one(Page, page.id).current_number))
    return str(content.model_dump()["body"])


# Where links lead


def test_a_link_to_a_missing_page_leads_to_writing_it(cast: Cast, signed_in: SignIn) -> None:
    article("Abend", "Siehe [[World-Café]].")

    html = signed_in("anke").get("/wiki/abend").text
    assert '<a class="missing" href="/neu/rezept?titel=World-Caf%C3%A9"' in html


def test_a_missing_method_leads_to_the_form_with_a_method_chosen(signed_in: SignIn) -> None:
    steps = [{"key": "kaa", "title": "Reden", "method": "World-Café"}]
    make_page("Abend", steps=steps)
    anke = signed_in("anke")

    html = anke.get("/wiki/abend").text
    assert 'class="missing" href="/neu/rezept?titel=World-Caf%C3%A9&amp;art=methode"' in html
    form = anke.get("/neu/rezept?titel=World-Caf%C3%A9&art=methode").text
    assert 'value="method" checked' in " ".join(form.split())


def test_for_readers_without_an_account_a_missing_page_is_marked_text(
    signed_in: SignIn, client: FlaskClient
) -> None:
    steps = [
        {"key": "kaa", "title": "Reden", "method": "Fishbowl", "text": "[[World-Café]] & mehr"}
    ]
    make_page("Abend", steps=steps)
    # Parts are kept for everybody: whoever comes first must not decide for the others.
    assert 'href="/neu/' in signed_in("anke").get("/wiki/abend").text.split("<article")[1]

    for address in ("/wiki/abend", "/wiki/abend/druck"):
        html = client.get(address).text
        assert 'href="/neu/' not in html
    html = client.get("/wiki/abend").text
    assert '<span class="missing">World-Café</span> &amp; mehr' in html
    assert '<span class="missing">Fishbowl</span>' in html
    assert 'href="/neu/' in signed_in("anke").get("/wiki/abend").text.split("<article")[1]


def test_a_link_finds_its_page_as_soon_as_it_is_published(client: FlaskClient) -> None:
    article("Abend", "Siehe [[World-Café]].")
    client.get("/wiki/abend")
    make_page("World-Café", kind="method")

    html = client.get("/wiki/abend").text
    assert 'href="/wiki/world-cafe"' in html
    assert 'class="missing"' not in html


def test_a_link_to_a_draft_looks_missing_to_everyone(
    soest: dict[str, Any], signed_in: SignIn
) -> None:
    make_page("World-Café", kind="method", publish=False, **soest)
    article("Abend", "Siehe [[World-Café]].")

    assert 'class="missing"' in signed_in("anke").get("/wiki/abend").text


def test_a_link_follows_a_page_to_its_new_title(
    cafe: Page, cast: Cast, client: FlaskClient
) -> None:
    article("Abend", "Siehe [[World-Café]].")
    rename(cafe, "Gespräche an Tischen", cast.anke)

    assert 'href="/wiki/gespraeche-an-tischen"' in client.get("/wiki/abend").text


def test_a_link_to_a_retired_page_looks_missing(
    cafe: Page, cast: Cast, client: FlaskClient
) -> None:
    article("Abend", "Siehe [[World-Café]].")
    retire(cafe, db.session.get_one(User, cast.anke))

    assert 'class="missing"' in client.get("/wiki/abend").text


def test_a_page_that_speaks_of_itself_finds_itself(client: FlaskClient) -> None:
    article("Abend", "Das ist [[Abend]].")

    assert 'href="/wiki/abend">Abend</a>' in client.get("/wiki/abend").text


def test_of_two_pages_with_one_title_the_older_is_meant(cafe: Page, client: FlaskClient) -> None:
    make_page("World-Café", kind="method")
    article("Abend", "Siehe [[World-Café]].")

    assert 'href="/wiki/world-cafe"' in client.get("/wiki/abend").text


def test_titles_without_latin_letters_are_not_mistaken_for_each_other(
    client: FlaskClient,
) -> None:
    article("Привіт")
    article("Abend", "Siehe [[До побачення]] und [[Привіт]].")

    html = client.get("/wiki/abend").text
    assert '<span class="missing">До побачення</span>' in html
    assert 'href="/wiki/seite">Привіт</a>' in html


def test_brackets_in_code_are_no_links(app: Flask) -> None:
    article("Abend", "`[[World-Café]]` und\n\n```\n[[Fishbowl]]\n```")

    assert db.session.scalars(select(Link)).all() == []


def test_a_text_full_of_links_is_cut_short_not_refused(client: FlaskClient) -> None:
    titles = "".join(f"[[Titel {number}]]" for number in range(1_900))
    more = "".join(f"[[Name {number}]]" for number in range(300))
    article("Abend", titles, plain_summary=more)

    assert client.get("/wiki/abend").status_code == 200
    assert len(db.session.scalars(select(Link)).all()) == 2_000


def test_stale_pages_are_rendered_anew_in_the_background(app: Flask) -> None:
    article("Abend", "Siehe [[World-Café]].")
    make_page("World-Café", kind="method")

    refresh_renderings()

    renderings = db.session.scalars(select(Rendering)).all()
    assert {rendering.renderer for rendering in renderings} == {RENDERER}
    assert "/wiki/world-cafe" in renderings[0].html["html"]["body"]


def test_saving_a_popular_page_under_its_old_title_makes_nothing_stale(
    cafe: Page, cast: Cast
) -> None:
    article("Abend", "Siehe [[World-Café]].")
    edit(cafe, cast.anke, summary="In Ruhe reden.")

    assert set(db.session.scalars(select(Rendering.renderer))) == {RENDERER}


def test_links_are_recorded_anew_after_an_upgrade(app: Flask, client: FlaskClient) -> None:
    article("Abend", "Siehe [[World-Café]].")
    make_page("World-Café", kind="method")
    with writing() as session:
        session.execute(delete(Link))
        session.query(Rendering).update({"renderer": RENDERER - 1})
    assert "Darauf verweisen" not in client.get("/wiki/world-cafe").text

    while refresh_renderings():
        pass

    assert "Darauf verweisen" in client.get("/wiki/world-cafe").text
    assert db.session.scalars(select(Change.what).order_by(Change.seq.desc())).first() == "linked"


# Who speaks of a page


def test_a_page_tells_who_speaks_of_it_and_how(cafe: Page, client: FlaskClient) -> None:
    make_page("Plotter", kind="tool")
    make_page(
        "Abend",
        steps=[{"key": "kaa", "title": "Reden", "method": "World-Café"}],
        tools=["Plotter"],
        variations="Ohne [[World-Café]].",
    )
    article("Gespräche", "Zum Beispiel [[World-Café]] am [[Plotter|Schneidegerät]].")

    panel = client.get("/wiki/world-cafe").text.split("Darauf verweisen")[1]
    assert panel.index("Als Schritt verwendet in") < panel.index("/wiki/abend")
    assert (
        panel.index("/wiki/abend") < panel.index("Verwiesen von") < panel.index("/wiki/gespraeche")
    )
    assert panel.count('href="/wiki/abend"') == 1
    panel = client.get("/wiki/plotter").text.split("Darauf verweisen")[1]
    assert (
        panel.index("Wird benutzt in") < panel.index("/wiki/abend") < panel.index("Verwiesen von")
    )


def test_what_stands_on_a_page_follows_the_pages_that_speak_of_it(
    cafe: Page, cast: Cast, client: FlaskClient
) -> None:
    """Readers keep a page until its ETag changes: here only other pages change."""

    def panel() -> str:
        html = client.get("/wiki/world-cafe").text
        return html.split("Darauf verweisen")[1] if "Darauf verweisen" in html else ""

    anke = db.session.get_one(User, cast.anke)
    assert panel() == ""
    evening = article("Abend", "Siehe [[World-Café]].", by=cast.anke, lab=cafe.lab)
    assert ">Abend</a>" in panel()
    rename(evening, "Nachmittag", cast.anke)
    assert ">Nachmittag</a>" in panel()
    retire(evening, anke)
    assert panel() == ""
    bring_back(evening, anke)
    assert ">Nachmittag</a>" in panel()
    edit(evening, cast.anke, body="Siehe [[Fishbowl]].")
    assert panel() == ""
    edit(evening, cast.anke, body="Siehe [[World-Café]].")
    assert ">Nachmittag</a>" in panel()
    purge(evening, anke)
    assert panel() == ""


def test_who_speaks_of_a_page_is_told_to_those_who_may_see_them(
    cafe: Page, soest: dict[str, Any], signed_in: SignIn, client: FlaskClient
) -> None:
    article("Geheimer Plan", "Mit [[World-Café]].", publish=False, **soest)

    for address in ("/wiki/world-cafe", "/wiki/world-cafe/verweise"):
        assert "Geheimer Plan" not in client.get(address).text
        assert "Geheimer Plan" not in signed_in("carla").get(address).text
        assert "Geheimer Plan" in signed_in("bilal").get(address).text


def test_a_popular_page_shows_some_and_leads_to_all(cafe: Page, client: FlaskClient) -> None:
    for number in range(SHOWN + 1):
        article(f"Abend {number:02}", "[[World-Café]] und [[world-café]]")

    html = client.get("/wiki/world-cafe").text
    assert html.count('href="/wiki/abend-') == SHOWN
    assert 'href="/wiki/world-cafe/verweise"' in html
    assert client.get("/wiki/world-cafe/verweise").text.count('href="/wiki/abend-') == SHOWN + 1


@pytest.mark.parametrize("name", ["nobody", "anke"])
def test_a_page_asks_the_database_equally_often_however_many_speak_of_it(
    name: str, cafe: Page, signed_in: SignIn, client: FlaskClient
) -> None:
    browser = client if name == "nobody" else signed_in(name)
    browser.get("/wiki/world-cafe")
    article("Abend", "[[World-Café]]")
    one = queries(lambda: browser.get("/wiki/world-cafe"))
    for number in range(20):
        article(f"Abend {number}", "[[World-Café]]")

    assert queries(lambda: browser.get("/wiki/world-cafe")) == one


def queries(work: Callable[[], object]) -> int:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    work()
    event.remove(db.engine, "before_cursor_execute", count)
    return len(statements)


# Completing titles


def titles_for(words: str, reader: User | None = None, kind: str = "") -> list[str]:
    return [completion.page.title for completion in titles_like(words, reader, kind)]


def test_titles_are_found_by_their_beginning_then_by_words_then_inside(app: Flask) -> None:
    for title in ("Fahrradwerkstatt", "Offene Werkstatt", "Werkstatt-Regeln", "Café"):
        article(title)

    found = ["Werkstatt-Regeln", "Offene Werkstatt", "Fahrradwerkstatt"]
    assert titles_for("werkst") == found
    assert titles_for("regeln WERK") == ["Werkstatt-Regeln"]
    assert titles_for("CAFÉ") == titles_for("cafe") == ["Café"]
    assert titles_for("%") == titles_for("_") == titles_for("") == []


@pytest.mark.parametrize("typed", ["über ält", "ueber aelt", "ÜBER", "ä"])
def test_umlauts_are_found_however_they_are_typed(app: Flask, typed: str) -> None:
    article("Über Ältere")

    assert titles_for(typed) == ["Über Ältere"]


def test_a_step_is_offered_methods_first(app: Flask) -> None:
    make_page("Kartenabend")
    make_page("Kartenabfrage", kind="method")

    assert titles_for("karten", kind="method") == ["Kartenabfrage", "Kartenabend"]
    assert titles_for("karten") == ["Kartenabend", "Kartenabfrage"]


def test_titles_are_offered_to_those_who_may_see_them(
    soest: dict[str, Any], cast: Cast, signed_in: SignIn, client: FlaskClient
) -> None:
    article("Geheimer Plan", publish=False, **soest)
    retire(article("Geheimes Fax", **soest), db.session.get_one(User, cast.anke))
    purge(article("Geheimes Band", **soest), db.session.get_one(User, cast.anke))

    assert "data-title" not in client.get("/titel?q=geheim", headers=HTMX).text
    assert "data-title" not in signed_in("carla").get("/titel?q=geheim", headers=HTMX).text
    html = signed_in("bilal").get("/titel?q=geheim", headers=HTMX).text
    assert 'data-title="Geheimer Plan"' in html
    assert html.count("data-title") == 1


def test_what_is_offered_leads_to_the_page_it_names(cafe: Page, client: FlaskClient) -> None:
    """A younger page of the same title, and one with brackets in it, are linked by address."""
    make_page("World-Café", kind="method")
    article("World [Teil 1]")

    html = client.get("/titel?q=world", headers=HTMX).text
    for link in (
        "[[World-Café]]",
        "[[world-cafe-2|World-Café]]",
        "[[world-teil-1|World (Teil 1)]]",
    ):
        assert f'data-link="{link}"' in html
    assert 'data-link="[[world]]"' in html
    assert 'id="title-new"' not in client.get("/titel?q=World-Café", headers=HTMX).text


def test_without_a_script_the_titles_are_those_of_the_search(client: FlaskClient) -> None:
    assert client.get("/titel?q=welt").location == "/suche?q=welt"


# What is missing and what stands alone


def test_titles_are_wanted_by_those_who_ask_for_them(signed_in: SignIn) -> None:
    steps = [{"key": "kaa", "title": "Reden", "method": "Fishbowl"}]
    make_page("Abend", steps=steps, tools=["Plotter"])
    article("Gespräche", "[[Fishbowl]], [[fishbowl]] und [[Nirgendwo]].")

    html = signed_in("anke").get("/gesuchte-seiten").text
    assert html.index(">Fishbowl</h2>") < html.index(">Nirgendwo</h2>")
    # What a recipe uses need not have a page: it is asked for in a list of its own.
    assert "Plotter" not in html
    assert "2 Seiten fragen danach" in html
    assert 'href="/neu/rezept?titel=Fishbowl&amp;art=methode"' in html
    assert 'href="/neu/rezept?titel=Nirgendwo"' in html
    html = signed_in("anke").get("/gesuchte-seiten?art=werkzeug").text
    assert 'href="/neu/werkzeug?titel=Plotter' in html
    assert "Nirgendwo" not in html


def test_nobody_learns_from_the_wanted_pages_what_a_draft_says(
    soest: dict[str, Any], signed_in: SignIn, client: FlaskClient
) -> None:
    article("Geheimer Plan", "[[Geheime Sache]]", publish=False, **soest)

    assert "Geheim" not in client.get("/gesuchte-seiten").text
    assert "Geheim" not in signed_in("carla").get("/gesuchte-seiten").text
    assert "Geheime Sache" in signed_in("bilal").get("/gesuchte-seiten").text


def test_readers_see_what_is_wanted_and_are_offered_no_form(client: FlaskClient) -> None:
    article("Abend", "[[Fishbowl]]")

    html = client.get("/gesuchte-seiten").text
    assert "Fishbowl" in html
    assert "/neu/" not in html


def test_a_page_stands_alone_until_another_published_one_speaks_of_it(
    cafe: Page, soest: dict[str, Any], client: FlaskClient
) -> None:
    article("Abend", "[[Abend]] und [[World-Café]].", publish=False, **soest)
    assert ">World-Café</a>" in client.get("/verwaiste-seiten").text

    article("Morgen", "[[World-Café]], [[Morgen]].")
    # Every page leads to this one, at its foot.
    article("Impressum")

    html = client.get("/verwaiste-seiten").text
    assert ">World-Café</a>" not in html
    assert ">Morgen</a>" in html
    assert "Abend" not in html
    assert ">Impressum</a>" not in html.split("<main")[1].split("</main>")[0]
    assert ">Morgen</a>" not in client.get("/verwaiste-seiten?art=methode").text


def test_long_lists_come_in_sheets(client: FlaskClient) -> None:
    article("Abend", " ".join(f"[[Titel {number:02}]]" for number in range(60)))

    first, second = (client.get(f"/gesuchte-seiten?seite={n}").text for n in (1, 2))
    assert "Titel 49" in first
    assert "Titel 50" not in first
    assert "Titel 50" in second
    assert "Titel 59" in second


# Renaming


def test_old_addresses_lead_to_the_page_for_ever(
    cafe: Page, cast: Cast, client: FlaskClient
) -> None:
    for title in ("Gespräche", "Reden", "World-Café"):
        rename(cafe, title, cast.anke)

    assert client.get("/wiki/world-cafe").status_code == 200
    for slug in ("gespraeche", "reden"):
        assert client.get(f"/wiki/{slug}").location == "/wiki/world-cafe"


def test_a_new_page_with_an_old_title_gets_an_address_of_its_own(
    cafe: Page, cast: Cast, client: FlaskClient
) -> None:
    article("Abend", "Siehe [[World-Café]].")
    rename(cafe, "Gespräche", cast.anke)
    make_page("World-Café", kind="method")

    assert client.get("/wiki/world-cafe").location == "/wiki/gespraeche"
    assert client.get("/wiki/world-cafe-2").status_code == 200
    # Who writes a title means the page that has it.
    assert 'href="/wiki/world-cafe-2"' in client.get("/wiki/abend").text


def test_after_renaming_the_links_are_offered_to_be_adapted(
    cafe: Page, soest: dict[str, Any], signed_in: SignIn
) -> None:
    steps = [{"key": "kaa", "title": "Reden", "method": "World-Café"}]
    evening = make_page("Abend", steps=steps, **soest)
    talk = article("Gespräche", "Siehe [[World-Café|das Café]] und `[[World-Café]]`.", **soest)
    anke = signed_in("anke")

    form = {"title": "Weltcafé", "base": "1", "licence": "CC-BY-4.0", "language": "de"}
    address = f"/wiki/{cafe.slug}/bearbeiten"
    sent = {**form, "csrf_token": token(anke, address), "do": "publish"}
    html = anke.post(address, data=sent, follow_redirects=True).text
    assert "2 Seiten verweisen noch mit dem alten Titel." in html
    assert 'href="/wiki/weltcafe/verweise"' in html

    html = anke.get("/wiki/weltcafe/verweise").text
    assert "„World-Café“" in html
    answer = anke.post(
        "/wiki/weltcafe/verweise/anpassung",
        data={"csrf_token": token(anke, "/wiki/weltcafe/verweise")},
        follow_redirects=True,
    )
    assert "2 Seiten angepasst." in answer.text
    assert "Noch mit altem Titel" not in answer.text
    assert body_of(talk) == "Siehe [[Weltcafé|das Café]] und `[[World-Café]]`."
    revision = revision_of(evening, 2)
    assert revision.content["steps"][0]["method"] == "Weltcafé"
    assert revision.note == "Verweis angepasst: World-Café → Weltcafé"
    assert revision.author_id == soest["by"]


def test_links_are_offered_as_long_as_there_are_some_and_only_to_those_who_may_edit(
    cafe: Page, cast: Cast, soest: dict[str, Any], signed_in: SignIn, client: FlaskClient
) -> None:
    talk = article("Gespräche", "Siehe [[World-Café]].", **soest)
    rename(cafe, "Weltcafé", cast.anke)
    protect(talk, db.session.get_one(User, cast.anke), on=True)

    assert "mit einem alten Titel" in signed_in("anke").get("/wiki/weltcafe").text
    for browser in (client, signed_in("bilal"), signed_in("gabi")):
        for address in ("/wiki/weltcafe", "/wiki/weltcafe/verweise"):
            html = browser.get(address).text
            assert "altem Titel" not in html
            assert "alten Titel" not in html
    bilal = db.session.get_one(User, cast.bilal)
    assert adapt_links(db.session.get_one(Page, cafe.id), bilal).changed == []
    assert body_of(talk) == "Siehe [[World-Café]]."


def test_another_spelling_is_no_old_title(cafe: Page, cast: Cast, soest: dict[str, Any]) -> None:
    article("Gespräche", "Siehe [[world-café]].", **soest)
    anke = db.session.get_one(User, cast.anke)
    assert pages_to_adapt(cafe, anke) == []

    rename(cafe, "World Café", cast.anke)
    article("Später", "Siehe [[World-Café]].", **soest)

    page = db.session.get_one(Page, cafe.id)
    anke = db.session.get_one(User, cast.anke)
    assert [outdated.page.title for outdated in pages_to_adapt(page, anke)] == ["Später"]


def test_what_somebody_writes_while_links_are_adapted_is_not_lost(
    cafe: Page, cast: Cast, soest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bilal saves between Anke's reading and her saving, once beside the link, once on it."""
    beside = article("Daneben", "Siehe [[World-Café]].\n\nEnde.", **soest)
    on_it = article("Darauf", "Siehe [[World-Café]].", **soest)
    rename(cafe, "Weltcafé", cast.anke)
    edits = {
        beside.id: "Siehe [[World-Café]].\n\nEnde gut.",
        on_it.id: "Siehe nun [[World-Café|dort]].",
    }

    def read_then_bilal_saves(page: Page, number: int) -> Revision:
        revision = revision_of(page, number)
        if body := edits.pop(page.id, None):
            edit(page, cast.bilal, body=body)
        return revision

    monkeypatch.setattr("wiki.pages.renaming.revision_of", read_then_bilal_saves)
    page = db.session.get_one(Page, cafe.id)
    adapted = adapt_links(page, db.session.get_one(User, cast.anke))

    assert [page.title for page in adapted.changed] == ["Daneben"]
    assert [page.title for page in adapted.skipped] == ["Darauf"]
    assert body_of(beside) == "Siehe [[Weltcafé]].\n\nEnde gut."
    assert body_of(on_it) == "Siehe nun [[World-Café|dort]]."


def test_hundreds_of_pages_are_adapted_in_steps(
    cafe: Page, cast: Cast, soest: dict[str, Any]
) -> None:
    for number in range(AT_ONCE + 2):
        article(f"Seite {number}", "[[World-Café]]", **soest)
    rename(cafe, "Weltcafé", cast.anke)

    numbers = []
    for _press in range(3):
        page = db.session.get_one(Page, cafe.id)
        numbers.append(len(adapt_links(page, db.session.get_one(User, cast.anke)).changed))

    assert numbers == [AT_ONCE, 2, 0]


pieces = st.sampled_from(
    [
        *("[[Alt]]", "[[Alt|Text]]", "[[ Alt ]]", "[[alt]]", "[[Alter]]", "\\[[Alt]]", "[[Alt]"),
        *("`[[Alt]]`", "``` \n[[Alt]]\n```", "| [[Alt\\|Text]] | b |", "**[[Alt]]**", "* [[Alt]]"),
        *("\n\n", " ", "\n", "Wort", "`", "|", "\\", "[", "]"),
    ]
)


@given(st.lists(pieces, max_size=12).map("".join), st.sampled_from(["Neu", "N[e]u", "A|B", "\\N"]))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_adapting_changes_the_links_and_nothing_else(app: Flask, text: str, title: str) -> None:
    """What leads to the old title leads to the new one; what is shown as text stays."""
    make = kinds().named("article").content
    before = make.model_validate({"title": "Seite", "body": text})

    after = speaking_of(before, {"Alt"}, title, "neu")

    old, new = (render_content(content)["named"]["text"] for content in (before, after))
    wanted = title if can_be_linked(title) else "neu"
    expected = [wanted if one == "Alt" else one for one in old]
    assert list(dict.fromkeys(new)) == list(dict.fromkeys(expected))
    assert speaking_of(after, {"Alt"}, title, "neu") == after


# Several at once


def test_one_renames_while_one_links_and_one_takes_the_old_title(
    app: Flask, cafe: Page, cast: Cast, soest: dict[str, Any]
) -> None:
    evening = article("Abend", "Siehe [[World-Café]].", **soest)

    for number in range(8):
        title = ("Gespräche", "World-Café")[number % 2]
        works: list[Callable[[], Any]] = [
            lambda t=title: rename(db.session.get_one(Page, cafe.id), t, cast.anke),
            lambda n=number: edit(
                db.session.get_one(Page, evening.id),
                cast.bilal,
                body=f"Zum {n}. Mal [[World-Café]], [[Gespräche]], [[Neu {n}]].",
            ),
            lambda n=number: article(("World-Café", f"Neu {n}")[n % 2]),
        ]
        at_once(*works, app=app)
        assert_links_are_true()


TITLES = ["Alt", "alt", "Neu", "Neu!", "Mitte"]
steps_of_life = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(TITLES), st.sampled_from(TITLES)),
        st.tuples(st.just("draft"), st.sampled_from(TITLES), st.sampled_from(TITLES)),
        st.tuples(st.just("rename"), st.integers(0, 5), st.sampled_from(TITLES)),
        st.tuples(st.just("edit"), st.integers(0, 5), st.sampled_from(TITLES)),
        st.tuples(st.just("publish"), st.integers(0, 5), st.none()),
        st.tuples(st.just("retire"), st.integers(0, 5), st.none()),
        st.tuples(st.just("return"), st.integers(0, 5), st.none()),
        st.tuples(st.just("purge"), st.integers(0, 5), st.none()),
        st.tuples(st.just("refresh"), st.none(), st.none()),
    ),
    min_size=4,
    max_size=14,
)


@given(steps_of_life)
@example(
    # The younger of two pages with one title takes the links over, and leaves them again.
    [
        ("create", "Alt", "Neu"),
        ("create", "Alt", "Mitte"),
        ("create", "Mitte", "Alt"),
        ("retire", 0, None),
        ("rename", 1, "Neu!"),
    ]
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_links_are_what_they_would_be_if_made_anew(
    app: Flask, cast: Cast, soest: dict[str, Any], steps: list[tuple[str, Any, Any]]
) -> None:
    anke = db.session.get_one(User, cast.anke)
    with writing() as session:
        for table in (Link, Rendering, Revision, PageSlug, Change):
            session.execute(delete(table))
        session.execute(db.text("DELETE FROM page_facts"))
        session.execute(db.text("DELETE FROM page"))
    pages: list[Page] = []
    for what, where, title in steps:
        if what in ("create", "draft"):
            link = {"body": f"[[{title}]] und [[Mitte]]"}
            pages.append(article(where, publish=what == "create", **link, **soest))
        elif what == "refresh":
            refresh_renderings()
        elif pages:
            live(pages[where % len(pages)], what, title, anke)
    assert_links_are_true()


def live(page: Page, what: str, title: str | None, by: User) -> None:
    page = db.session.get_one(Page, page.id, populate_existing=True)
    if page.is_purged:
        return
    if what == "rename" and title:
        rename(page, title, by.id)
    elif what == "edit":
        edit(page, by.id, body=f"Nur noch [[{title}]].")
    elif what == "publish" and page.is_draft:
        kind = kinds().named(page.kind)
        content = content_of(revision_of(page, page.current_number))
        who = Contribution(by=by)
        save_edit(page, kind, content, who, base=page.current_number, publish=True)
    elif what == "retire" and page.is_published:
        retire(page, by)
    elif what == "return" and page.is_retired:
        bring_back(page, by)
    elif what == "purge":
        purge(page, by)


def assert_links_are_true() -> None:
    """Stored links are those of each current version and lead where their titles lead; fresh
    HTML is the same as if it were rendered now, and what is stale becomes it."""
    db.session.rollback()
    db.session.expire_all()
    while refresh_renderings():
        pass
    db.session.expire_all()
    stored = {
        (link.source_id, link.via, link.title, link.target_id)
        for link in db.session.scalars(select(Link))
    }
    expected = set()
    for page in db.session.scalars(select(Page)):
        if page.state == PageState.PURGED.value:
            continue
        revision = revision_of(page, page.current_number)
        content = content_of(revision)
        rendering = db.session.get_one(Rendering, revision.id)
        fresh = render_content(content)
        assert rendering.renderer == RENDERER
        assert rendering.html["html"] == fresh["html"]
        for via, titles in fresh["named"].items():
            for title in titles:
                target = published_pages([title]).get(title)
                expected.add((page.id, via, title, target[0] if target else None))
    assert stored == expected
