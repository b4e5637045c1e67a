"""Saving: numbered versions, nothing lost, one transaction."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from tests.conftest import Cast, make_page, token
from tests.labs.cast import words_of
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import Gone, NotAllowed
from wiki.labs.models import Lab, Membership
from wiki.pages import history
from wiki.pages.addresses import find_page
from wiki.pages.content import Content
from wiki.pages.history import history_of, recent_changes
from wiki.pages.kinds import kinds
from wiki.pages.models import Change, Page, PageFacts, PageTerm, Rendering, Revision
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    EditConflict,
    bring_back,
    protect,
    purge,
    retire,
    revision_of,
    save_edit,
)
from wiki.slugs import slug_for


def person(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def edited(page: Page, by: int, base: int = 0, note: str = "", **fields: object) -> Content:
    """Save a change on top of version `base` (the newest if not said)."""
    base = base or page.current_number
    old = content_of(revision_of(page, base))
    content = type(old).model_validate({**old.to_json(), **fields})
    kind = kinds().named(page.kind)
    save_edit(page, kind, content, Contribution(by=person(by), note=note), base=base, publish=False)
    db.session.refresh(page)
    return content_of(revision_of(page, page.current_number))


def test_every_save_is_a_numbered_version(page: Page, cast: Cast) -> None:
    edited(page, cast.anke, summary="Zweite")
    edited(page, cast.bilal, summary="Dritte")

    summaries = [content_of(revision).summary for revision in page.revisions]
    assert [revision.number for revision in page.revisions] == [1, 2, 3]
    assert summaries == ["Zum Ausprobieren.", "Zweite", "Dritte"]


def test_saving_without_a_change_makes_no_version(page: Page, cast: Cast) -> None:
    edited(page, cast.anke)

    assert page.current_number == 1


def test_html_facts_and_log_come_with_the_version(page: Page, cast: Cast) -> None:
    edited(page, cast.anke, topics=["Handy"], group_min=4)

    revision = revision_of(page, 2)
    facts = db.session.get_one(PageFacts, page.id)
    terms = db.session.scalars(select(PageTerm.value).where(PageTerm.page_id == page.id)).all()
    assert (
        "Alle kommen an."
        in db.session.get_one(Rendering, revision.id).html["html"]["steps.kaa.text"]
    )
    assert (facts.minutes, facts.group_min) == (60, 4)
    assert list(terms) == ["Handy"]
    assert page.touched == db.session.scalar(select(Change.seq).order_by(Change.seq.desc()))


def test_one_persons_consecutive_versions_are_listed_as_one(page: Page, cast: Cast) -> None:
    edited(page, cast.anke, summary="Zweite")
    edited(page, cast.anke, summary="Dritte")
    edited(page, cast.bilal, summary="Vierte")

    groups = history_of(page, None).groups
    assert [group.author and group.author.name for group in groups] == ["Bilal", "Anke"]
    assert [revision.number for revision in groups[1].revisions] == [3, 2, 1]


def test_lists_of_versions_name_the_changed_fields_where_nobody_wrote_a_note(
    page: Page, cast: Cast, client: FlaskClient
) -> None:
    edited(page, cast.bilal, topics=["Handy"])
    edited(page, cast.bilal, summary="Zweite", plain_summary="Kurz.", group_min=4)
    edited(page, cast.anke, base=2, language="en")

    newest, by_bilal, first = history_of(page, None).groups
    assert newest.changed == ["Sprache"], "what was merged in is not Anke's"
    assert by_bilal.changed == [
        "Worum geht es?",
        "In einfacher Sprache",
        "Themen",
        "Personen mindestens",
    ]
    assert first.changed == []
    versions = words_of(client.get(f"/wiki/{page.slug}/versionen"))
    assert "Geändert: „Sprache“" in versions
    assert "Geändert: „Worum geht es?“, „In einfacher Sprache“, „Themen“" in versions
    assert "und 1 weiteres Feld" in versions
    assert "Version 2 Geändert: „Themen“" in versions, "each of a group says its own"
    assert "Erste Version" in versions
    assert "Ohne Anmerkung" not in versions
    changes = words_of(client.get("/aenderungen"))
    assert "Smartphone-Stunde hat eine neue Version – „Sprache“" in changes


def test_what_one_person_wrote_about_several_versions_stands_together(
    page: Page, cast: Cast, client: FlaskClient
) -> None:
    for note in ("Zeiten geprüft", "", "Material ergänzt", "Zeiten geprüft"):
        edited(page, cast.bilal, note=note, summary=f"Satz {page.current_number}.")

    versions = words_of(client.get(f"/wiki/{page.slug}/versionen"))
    assert "Zeiten geprüft · Material ergänzt Bilal" in versions
    assert f"/wiki/{page.slug}/vergleich?von=1&amp;bis=5" in client.get("/aenderungen").text


def test_what_was_improved_since_it_was_published_is_still_new(
    cast: Cast, client: FlaskClient, labs: dict[str, Lab]
) -> None:
    page = make_page("Gerade erst", by=cast.bilal, lab=labs["soest"])
    edited(page, cast.bilal, summary="Noch ein Satz.")
    assert "Gerade erst ist neu" in words_of(client.get("/aenderungen"))
    start = words_of(client.get("/"))
    assert "Gerade erst ist neu" in start

    edited(page, cast.anke, summary="Ankes Satz.")
    start = words_of(client.get("/"))
    assert "Gerade erst hat eine neue Version" in start
    assert "Gerade erst ist neu" not in start, "each page has one line"


def test_a_page_that_changed_again_and_again_pushes_no_other_from_the_start_page(
    cast: Cast, client: FlaskClient, labs: dict[str, Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "RECENT", 4)
    make_page("Die andere", by=cast.bilal, lab=labs["soest"])
    busy = make_page("Die eine", by=cast.bilal, lab=labs["soest"])
    for number in range(6):
        edited(busy, (cast.bilal, cast.anke)[number % 2], summary=f"Satz {number}.")

    start = words_of(client.get("/"))
    assert start.count("Die eine hat eine neue Version") == 1
    assert "Die andere ist neu" in start


def test_changes_in_different_places_are_merged(page: Page, cast: Cast) -> None:
    edited(page, cast.anke, base=1, summary="Von Anke")
    merged = edited(page, cast.bilal, base=1, topics=["Von Bilal"])

    assert (merged.summary, merged.topics) == ("Von Anke", ["Von Bilal"])
    assert page.current_number == 3


def test_changes_in_the_same_place_are_asked_about_and_nothing_is_lost(
    page: Page, cast: Cast
) -> None:
    edited(page, cast.anke, base=1, summary="Von Anke")

    with pytest.raises(EditConflict) as caught:
        edited(page, cast.bilal, base=1, summary="Von Bilal")

    (conflict,) = caught.value.merge.conflicts
    assert (conflict.path, conflict.mine, conflict.theirs) == ("summary", "Von Bilal", "Von Anke")
    assert db.session.get_one(Page, page.id).current_number == 2


def test_a_new_title_gives_a_new_address_and_the_old_one_still_leads_there(
    page: Page, cast: Cast
) -> None:
    edited(page, cast.anke, title="Handy-Stunde")

    assert page.slug == "handy-stunde"
    assert find_page("smartphone-stunde").id == page.id


def test_addresses_are_never_given_twice(page: Page, cast: Cast, labs: dict[str, Lab]) -> None:
    edited(page, cast.anke, title="Handy-Stunde")

    again = make_page("Smartphone-Stunde", by=cast.anke, lab=labs["soest"])
    assert again.slug == "smartphone-stunde-2"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café für Ältere", "cafe-fuer-aeltere"),
        ("Straße & Söhne", "strasse-soehne"),
        ("Teilnehmer:innen", "teilnehmer-innen"),
        ("日本", "seite"),
        ("x" * 100, "x" * 80),
        ("v1.2", "v1-2"),
    ],
)
def test_addresses_are_readable_ascii(title: str, slug: str) -> None:
    assert slug_for(title) == slug


def test_members_edit_any_labs_page_and_guests_only_their_own(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    edited(page, cast.carla, summary="Von Carla")
    with pytest.raises(NotAllowed):
        edited(page, cast.gabi, summary="Von Gabi")
    own = make_page("Aus Musterhausen", by=cast.gabi, lab=labs["nachbar"])
    edited(own, cast.gabi, summary="Von Gabi")

    assert (page.current_number, own.current_number) == (2, 2)


def test_a_protected_page_is_edited_by_its_editors_alone(page: Page, cast: Cast) -> None:
    protect(page, person(cast.anke), on=True)

    with pytest.raises(NotAllowed):
        edited(page, cast.bilal, summary="Von Bilal")
    edited(page, cast.anke, summary="Von Anke")
    assert page.current_number == 2


def test_a_retired_page_leaves_the_lists_and_can_come_back(page: Page, cast: Cast) -> None:
    retire(page, person(cast.anke))
    assert recent_changes(None) == []

    bring_back(page, person(cast.anke))
    assert len(recent_changes(None)) == 1


def test_members_cannot_retire_or_purge(page: Page, cast: Cast) -> None:
    for verb in (retire, purge):
        with pytest.raises(NotAllowed):
            verb(page, person(cast.bilal))
    assert db.session.get_one(Page, page.id).is_published


def test_a_purged_page_leaves_nothing_but_its_reserved_address(page: Page, cast: Cast) -> None:
    purge(page, person(cast.anke))

    with pytest.raises(Gone):
        find_page("smartphone-stunde")
    for table in (Revision, Rendering, PageTerm, PageFacts):
        assert db.session.scalars(select(table)).all() == []
    assert make_page("Smartphone-Stunde").slug == "smartphone-stunde-2"


def test_readers_see_versions_from_the_first_published_one_on(
    app: Flask, cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    kind = kinds().named("format")
    edited(draft, cast.anke, summary="Besser")
    content = content_of(revision_of(draft, 2))
    save_edit(draft, kind, content, Contribution(by=person(cast.anke)), base=2, publish=True)

    page = find_page("entwurf")
    assert [r.number for group in history_of(page, None).groups for r in group.revisions] == [2]
    assert len(history_of(page, person(cast.bilal)).groups[0].revisions) == 2


def test_whoever_leaves_a_lab_leaves_its_drafts_to_it(
    client: FlaskClient, signed_in: Callable[[str], FlaskClient], cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Angefangen", by=cast.bilal, lab=labs["soest"], publish=False)
    address, browser = f"/wiki/{draft.slug}", signed_in("bilal")
    assert browser.get(address).status_code == 200
    with writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == cast.bilal))

    sent = {"csrf_token": token(browser, "/konto")}
    assert [browser.get(f"{address}{way}").status_code for way in ("", "/bearbeiten")] == [404] * 2
    assert browser.post(f"{address}/veroeffentlichung", data=sent).status_code == 404
    assert "Angefangen" not in browser.get("/merkliste").text
    assert "Angefangen" not in browser.get("/zu-tun").text
    assert "Angefangen" not in browser.get("/suche?q=Ausprobieren").text
    assert signed_in("anke").get(address).status_code == 200
    assert client.get(address).status_code == 404
