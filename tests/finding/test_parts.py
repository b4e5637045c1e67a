"""„Was nicht geklappt hat“ and „Was wir herausfinden wollten“, searched by themselves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search import SearchIndex
from tests.conftest import Cast, make_page
from tests.finding.test_finder import counts, titles
from wiki.finding.indexing import rebuild


@pytest.fixture
def reports(app: Flask, cast: Cast) -> None:
    """Two reports and a recipe that speak of cables, one of them as what went wrong."""
    wrong = [{"text": "Drei Kabel haben gefehlt.", "step": "Aufbau"}]
    make_page("Zu wenig", kind="outcome", failed=wrong, wanted="Ob der Saal **reicht**.")
    make_page("Gut", kind="outcome", worked=[{"text": "Genug Kabel."}], wanted="Wer Kabel hat.")
    make_page("Löten", summary="Mit Kabel und Kolben.")
    index: SearchIndex = app.extensions["laborwiki-search"]
    rebuild(index)


def test_each_part_is_searched_alone(client: FlaskClient, reports: None) -> None:
    assert sorted(titles(client, q="Kabel")) == ["Gut", "Löten", "Zu wenig"]
    assert titles(client, q="Kabel", teil="nicht-geklappt") == ["Zu wenig"]
    assert titles(client, q="Kabel", teil="herausfinden") == ["Gut"]
    assert titles(client, q="Aufbau", teil="nicht-geklappt") == ["Zu wenig"]


def test_the_excerpt_is_from_there(client: FlaskClient, reports: None) -> None:
    html = client.get("/suche?q=Saal+reicht&teil=herausfinden").text

    assert "Ob der <mark>Saal</mark> <mark>reicht</mark>." in html


def test_without_words_all_that_have_it_are_listed(client: FlaskClient, reports: None) -> None:
    assert titles(client, teil="nicht-geklappt") == ["Zu wenig"]
    assert sorted(titles(client, teil="herausfinden")) == ["Gut", "Zu wenig"]
    assert counts(client, "art", teil="nicht-geklappt") == {"Erfahrungsberichte": 1}


def test_nothing_found_there_leads_to_everywhere(client: FlaskClient, reports: None) -> None:
    html = client.get("/suche?q=Kolben&teil=nicht-geklappt&thema=").text

    assert "Anderswo gibt es 1 Treffer." in html
    assert 'href="/suche?q=Kolben">Überall suchen' in html
    assert "hinterlassen" in client.get("/suche?q=Zeppelin&teil=nicht-geklappt").text
    assert "Überall suchen" not in client.get("/suche?q=Zeppelin&teil=nicht-geklappt").text


def test_it_is_offered_where_there_are_reports(client: FlaskClient, reports: None) -> None:
    assert 'name="teil"' in client.get("/suche?q=Kabel").text
    assert 'name="teil"' in client.get("/suche?art=erfahrung").text
    assert 'name="teil"' not in client.get("/suche?q=Kolben").text
    narrowed = client.get("/suche?q=Kabel&teil=nicht-geklappt").text
    assert '<option value="nicht-geklappt" selected>' in narrowed
    assert "nur in „Was nicht geklappt hat“" in narrowed


@pytest.mark.parametrize("word", ["", "failed", "x" * 400, "nicht-geklappt\x00", "' OR 1=1"])
def test_a_part_that_is_none_narrows_nothing(client: FlaskClient, reports: None, word: str) -> None:
    assert len(titles(client, q="Kabel", teil=word)) == 3


def test_what_is_not_found_in_a_part_is_no_gap_of_the_wiki(
    client: FlaskClient, reports: None
) -> None:
    assert "load delay" in client.get("/suche?q=Zeppelin").text
    assert "load delay" not in client.get("/suche?q=Zeppelin&teil=nicht-geklappt").text


def test_the_feed_follows_the_part(client: FlaskClient, reports: None) -> None:
    feed = client.get("/suche.atom?q=Kabel&teil=nicht-geklappt").text

    assert "<title>Zu wenig</title>" in feed
    assert "<title>Gut</title>" not in feed
