"""Watched searches and topics: told of what they come to find, and of nothing else."""

from io import BytesIO

import pytest
from flask import Flask

from search import ranking
from tests.conftest import Cast, make_page
from tests.watching.stage import edit, follow, lines, news, person
from wiki.db import db
from wiki.files.reading import Reader
from wiki.files.storing import store_file
from wiki.finding.asking import name_of, read, written
from wiki.labs.models import Lab
from wiki.language import in_language
from wiki.pages.models import Page
from wiki.watching import watching
from wiki.watching.models import Notice, Watching
from wiki.watching.telling import tell
from wiki.watching.watching import Target, TooMuchWatched, watch


def watch_search(by: int, search: str) -> None:
    follow()
    watch(person(by), Target(search=written(read(search))))


def test_a_search_tells_what_is_new_in_it_and_what_comes_to_fit(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    known = make_page("Löten für alle", by=cast.anke, lab=labs["soest"])
    other = make_page("Nähen", by=cast.anke, lab=labs["soest"])
    watch_search(cast.carla, "q=löten")
    edit(known, cast.anke, summary="Schon immer dabei.")
    assert news(cast.carla) == []

    make_page("Löten im Freien", by=cast.anke, lab=labs["soest"])
    make_page("Löten bei mir", by=cast.carla, lab=labs["menden"])
    edit(other, cast.anke, summary="Und ein wenig löten.")

    assert news(cast.carla) == ["Nähen: passt jetzt dazu", "Löten im Freien: wurde veröffentlicht"]
    assert lines(cast.carla)[0].why == "„löten“"


def test_a_topic_is_a_search_for_it_alone(cast: Cast, labs: dict[str, Lab]) -> None:
    watch_search(cast.carla, "thema=Holz")
    make_page("Hobeln", by=cast.anke, lab=labs["soest"], topics=["Holz"])
    make_page("Fräsen", by=cast.anke, lab=labs["soest"], topics=["Metall"], summary="Kein Holz.")

    assert news(cast.carla) == ["Hobeln: wurde veröffentlicht"]


def test_what_left_a_search_and_came_back_is_news_again(cast: Cast, labs: dict[str, Lab]) -> None:
    page = make_page("Hobeln", by=cast.anke, lab=labs["soest"], topics=["Holz"])
    watch_search(cast.carla, "thema=Holz")
    edit(page, cast.anke, topics=["Metall"])
    assert news(cast.carla) == []

    edit(page, cast.anke, topics=["Holz"])

    assert news(cast.carla) == ["Hobeln: passt jetzt dazu"]


def test_drafts_and_what_only_resembles_the_words_are_no_news(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    watch_search(cast.bilal, "q=quantenlötkolben draußen")
    make_page("Leise: Quantenlötkolben draußen", by=cast.anke, lab=labs["soest"], publish=False)
    make_page("Etwas draußen", by=cast.anke, lab=labs["soest"])
    make_page("Quantenlötkolbem draußen", by=cast.anke, lab=labs["soest"])
    assert news(cast.bilal) == []

    make_page("Quantenlötkolben, draußen benutzt", by=cast.anke, lab=labs["soest"])

    assert news(cast.bilal) == ["Quantenlötkolben, draußen benutzt: wurde veröffentlicht"]


def test_a_phrase_is_a_phrase_however_many_pages_have_its_words(
    cast: Cast, labs: dict[str, Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "_MOST_PHRASE_CHECKS", 1)
    for number in range(3):
        make_page(f"Der Ton macht die Musik {number}", by=cast.anke, lab=labs["soest"])
    watch_search(cast.carla, 'q="der ton macht"')
    edit(db.session.query(Page).order_by(Page.id).limit(1).one(), cast.anke, summary="Anders.")
    make_page("Macht der Ton etwas aus?", by=cast.anke, lab=labs["soest"])
    make_page("Wo der Ton macht, was er will", by=cast.anke, lab=labs["soest"])

    assert news(cast.carla) == ["Wo der Ton macht, was er will: wurde veröffentlicht"]


def test_a_report_brings_its_recipe_into_a_search_for_what_was_tried(
    cast: Cast, labs: dict[str, Lab], page: Page
) -> None:
    watch_search(cast.bilal, "reife=erprobt")
    make_page("Am Markt", by=cast.carla, lab=labs["menden"], kind="outcome", recipe=page.title)

    assert news(cast.bilal) == ["Smartphone-Stunde: passt jetzt dazu"]


def test_the_words_of_a_file_count(
    app: Flask, cast: Cast, labs: dict[str, Lab], page: Page
) -> None:
    watch_search(cast.carla, "q=waldmeister")
    text = BytesIO("Alles über Waldmeister.".encode())
    store_file(text, "liste.txt", by=person(cast.anke), lab=labs["soest"], page=page)
    with app.app_context():
        Reader().read_some()

    assert news(cast.carla) == ["Smartphone-Stunde: passt jetzt dazu"]


def test_one_page_found_by_lab_topic_and_search_is_one_line(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    watch_search(cast.carla, "thema=Holz")
    watch_search(cast.carla, "q=hobeln")
    watch(person(cast.carla), Target(lab_id=labs["soest"].id))

    make_page("Hobeln", by=cast.anke, lab=labs["soest"], topics=["Holz"])

    assert news(cast.carla) == ["Hobeln: wurde veröffentlicht"]


def test_an_index_that_lags_behind_loses_no_news(cast: Cast, labs: dict[str, Lab]) -> None:
    watch_search(cast.carla, "q=hobeln")
    make_page("Hobeln", by=cast.anke, lab=labs["soest"])
    while tell():
        pass
    assert db.session.query(Notice).count() == 0

    assert news(cast.carla) == ["Hobeln: wurde veröffentlicht"]


# Whoosh leaves files open when it finds a damaged index.
@pytest.mark.usefixtures("closes_files")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_index_only_delays(app: Flask, cast: Cast, labs: dict[str, Lab]) -> None:
    watch_search(cast.carla, "q=hobeln")
    make_page("Hobeln", by=cast.anke, lab=labs["soest"])
    for file in (app.config["LABORWIKI"].data / "search").rglob("*.toc"):
        file.write_bytes(b"broken")
    while tell():
        pass
    assert db.session.query(Notice).count() == 0

    assert news(cast.carla) == ["Hobeln: wurde veröffentlicht"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thema=b&thema=a&q=x", "q=+x++&thema=a&thema=b&sortiert=neu&seite=3"),
        ("minuten=90&personen=12", "personen=12&minuten=90&gibtesnicht=1&ort=nirgends"),
        ("q=a", "q=a&personen=-1&minuten=viele&kosten=99999"),
    ],
)
def test_the_same_search_is_written_the_same(app: Flask, one: str, other: str) -> None:
    assert written(read(one)) == written(read(other))
    assert written(read(written(read(one)))) == written(read(one))


def test_a_search_has_a_name_people_understand(cast: Cast, labs: dict[str, Lab]) -> None:
    question = read("q=Löten&thema=Holz&art=format&labor=soest&minuten=90&kosten=0")

    with in_language("de"):
        name = name_of(question)

    assert name == (
        "„Löten“ · Art: Formate · Thema: Holz · Labor: stadtLABOR Beispiel · 90 Minuten · "
        "höchstens 0 €"
    )


def test_nobody_watches_more_than_anybody_reads(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, labs: dict[str, Lab]
) -> None:
    monkeypatch.setattr(watching, "MOST", 4)
    monkeypatch.setattr(watching, "MOST_SEARCHES", 2)
    for word in ("eins", "zwei", "zwei"):
        watch(person(cast.carla), Target(search=f"q={word}"))
    with pytest.raises(TooMuchWatched):
        watch(person(cast.carla), Target(search="q=drei"))
    watch(person(cast.carla), Target(lab_id=labs["soest"].id))
    watch(person(cast.carla), Target(lab_id=labs["menden"].id))

    with pytest.raises(TooMuchWatched):
        watch(person(cast.carla), Target(lab_id=labs["nachbar"].id))

    assert db.session.query(Watching).count() == 4
