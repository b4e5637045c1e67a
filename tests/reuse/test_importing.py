"""Importing: what comes, what changes the second time, and taking it all back."""

import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.reuse.conftest import Bring, folder, lines, outcomes, png, reason_for
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.files.models import File
from wiki.labs.models import Lab
from wiki.pages.addresses import find_page
from wiki.pages.history import recent_changes
from wiki.pages.kinds import kinds
from wiki.pages.models import Change, Link, Page, Rendering
from wiki.pages.rendering import content_of, refresh_renderings
from wiki.pages.writing import Contribution, create_page, protect, purge, revision_of, save_edit
from wiki.reuse import importing
from wiki.reuse.importing import apply
from wiki.reuse.models import Import, ImportedPage, ImportState
from wiki.reuse.planning import PLANNED_AT_ONCE, Target, plan
from wiki.reuse.reading import FileMention, ReadPage, RefusedPage
from wiki.reuse.source import Source
from wiki.reuse.undoing import undo

RECIPE = """---
Art: format
Titel: %s
Sprache: de
Lizenz: CC-BY-4.0
---

## Ablauf

### Ankommen {#kaa}

Alle kommen an. %s
"""


def body_of(slug: str) -> str:
    page = find_page(slug)
    content = content_of(revision_of(page, page.current_number))
    return getattr(content, "body", "") or content.steps[0].text


def edit(slug: str, by: int, **fields: str) -> None:
    page = find_page(slug)
    revision = revision_of(page, page.current_number)
    content = content_of(revision).model_copy(update=fields)
    contribution = Contribution(db.session.get_one(User, by), page.lab)
    kind = kinds().named(revision.kind)
    save_edit(page, kind, content, contribution, base=revision.number, publish=False)


def take_back(number: int) -> None:
    undo(number, lambda _count: None)
    db.session.expire_all()


def test_pages_come_in_as_they_are_named_and_where_they_belong(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", treff_md=RECIPE % ("Treff", ""), mehr_md="# Mehr\n\nText.")
    number = bring(path, by=cast.anke, lab=soest)

    page, import_ = find_page("mehr"), db.session.get_one(Import, number)
    assert outcomes(number) == {"mehr.md": "new", "treff.md": "new"}
    assert (import_.state, import_.done, import_.total) == (ImportState.DONE.value, 2, 2)
    assert (page.kind, page.is_published, page.lab_id) == ("article", True, soest)
    assert page.created_by_id == cast.anke
    assert find_page("treff").kind == "format"


def test_as_drafts_nobody_else_sees_them(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    bring(folder(tmp_path / "paket", a_md="# A"), by=cast.anke, lab=soest, publish=False)

    assert find_page("a").is_draft


def test_an_import_is_one_line_among_the_changes_and_hides_nothing(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int, client: FlaskClient
) -> None:
    make_page("Von Hand", by=cast.anke)
    texts = {f"t{number}_md": f"# Text {number}" for number in range(60)}
    first = bring(folder(tmp_path / "paket", **texts), by=cast.anke, lab=soest)
    make_page("Danach", by=cast.anke)

    groups = recent_changes(None)
    assert [(group.newest.title, group.pages) for group in groups] == [
        ("Danach", 1),
        ("Text 9", 60),
        ("Von Hand", 1),
    ]
    shown = client.get("/aenderungen").text
    assert "und 59 weitere Seiten kamen mit einem Import" in shown
    assert "Text 9 und 59 weitere Seiten" in client.get("/aenderungen.atom").text

    take_back(first)
    assert [group.newest.title for group in recent_changes(None)] == ["Danach", "Von Hand"]


def test_imported_drafts_are_not_counted_for_others(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A", b_md="# B")
    bring(path, by=cast.anke, lab=soest, publish=False)

    assert recent_changes(None) == []
    assert [g.pages for g in recent_changes(db.session.get_one(User, cast.anke))] == [2]


def test_a_second_time_changes_only_what_changed(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\nEins.", b_md="# B\n\nEins.")
    bring(path, by=cast.anke, lab=soest)
    folder(path, b_md="# B\n\nZwei.", c_md="# C")
    import_ = bring(path, by=cast.anke, lab=soest)

    assert outcomes(import_) == {"a.md": "unchanged", "b.md": "changed", "c.md": "new"}
    assert body_of("b") == "Zwei."
    assert find_page("a").current_number == 1
    assert find_page("b").current_number == 2
    third = bring(path, by=cast.anke, lab=soest)
    assert set(outcomes(third).values()) == {"unchanged"}


def test_what_was_edited_here_is_merged_or_else_left_and_named(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\nEins.", b_md="# B\n\nEins.")
    bring(path, by=cast.anke, lab=soest)
    edit("a", cast.anke, summary="Von hier.")
    edit("b", cast.anke, body="Von hier.")
    folder(path, a_md="# A\n\nZwei.", b_md="# B\n\nZwei.")
    import_ = bring(path, by=cast.anke, lab=soest)

    assert outcomes(import_) == {"a.md": "changed", "b.md": "refused"}
    assert (body_of("a"), find_page("a").summary) == ("Zwei.", "Von hier.")
    assert body_of("b") == "Von hier."
    assert "anders geändert" in reason_for(import_, "b.md")


def test_two_packages_with_equal_file_names_are_told_apart(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    bring(folder(tmp_path / "eins", readme_md="# Eins"), by=cast.anke, lab=soest)
    other = bring(folder(tmp_path / "zwei", readme_md="# Zwei"), by=cast.anke, lab=soest)
    again = bring(folder(tmp_path / "drei", readme_md="# Eins"), by=cast.anke, lab=soest)

    assert outcomes(other) == {"readme.md": "new"}
    assert outcomes(again) == {"readme.md": "unchanged"}


def test_nobody_changes_by_import_what_they_may_not_edit(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\nEins.")
    bring(path, by=cast.bilal, lab=soest)
    protect(find_page("a"), db.session.get_one(User, cast.anke), on=True)
    folder(path, a_md="# A\n\nZwei.")
    import_ = bring(path, by=cast.bilal, lab=soest)

    assert outcomes(import_) == {"a.md": "refused"}
    assert body_of("a") == "Eins."


def test_a_text_that_cannot_be_shown_is_named_and_the_others_come(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    nested = "> " * 40 + "x"
    path = folder(tmp_path / "paket", gut_md="# Gut", tief_md=f"# Tief\n\n{nested}")
    import_ = bring(path, by=cast.anke, lab=soest)

    assert outcomes(import_) == {"gut.md": "new", "tief.md": "refused"}
    assert "verschachtelt" in reason_for(import_, "tief.md")


def test_links_among_imported_pages_lead_there_whatever_their_order(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "WRITTEN_AT_ONCE", 1)
    texts = {f"s{n}_md": f"# Seite {n}\n\n[[Seite {(n + 1) % 4}]]" for n in range(4)}
    bring(folder(tmp_path / "paket", **texts), by=cast.anke, lab=soest)
    while refresh_renderings():
        pass

    assert db.session.query(Link).filter(Link.target_id.is_(None)).count() == 0
    for rendering in db.session.query(Rendering):
        assert "missing" not in rendering.html["html"]["body"]


def test_pictures_beside_the_texts_come_along(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(
        tmp_path / "paket",
        a_md="# A\n\n![Rot](bilder/rot.png) ![Kein Bild](böse.svgz)",
        bilder__rot_png=png(),
        böse_svgz=b"\x1f\x8b",
    )
    bring(path, by=cast.anke, lab=soest)
    import_ = bring(path, by=cast.anke, lab=soest)

    file = db.session.query(File).one()
    assert body_of("a") == f"![Rot]({file.mention}) ![Kein Bild](böse.svgz)"
    assert (file.lab_id, file.current_number) == (soest, 1)
    assert outcomes(import_) == {"a.md": "unchanged"}


def test_what_could_not_be_stored_is_noted_at_its_page(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\n[Film](f.mp4)", f_mp4=b"\0\0\0\x18ftypmp42")
    import_ = bring(path, by=cast.anke, lab=soest)

    (row,) = db.session.query(ImportedPage).filter_by(import_id=import_)
    assert any(note.startswith("f.mp4: Videos") for note in row.notes)


def test_an_import_can_be_undone_as_a_whole(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\nEins.", bild_png=png())
    bring(path, by=cast.anke, lab=soest)
    folder(path, a_md="# A\n\nZwei. ![x](bild.png)", neu_md="# Neu")
    second = bring(path, by=cast.anke, lab=soest)

    take_back(second)

    assert db.session.get_one(Import, second).state == ImportState.UNDONE.value
    assert body_of("a") == "Eins."
    assert db.session.query(Page).filter_by(slug="neu").count() == 0
    assert not list(db.session.query(ImportedPage).filter(ImportedPage.reason != ""))
    third = bring(path, by=cast.anke, lab=soest)
    assert outcomes(third) == {"a.md": "changed", "neu.md": "new"}
    assert find_page("neu").is_published


def test_pages_and_pictures_that_only_an_import_brought_leave_nothing_behind(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# Kanarienvogel\n\n![x](b.png)", b_png=png())
    take_back(bring(path, by=cast.anke, lab=soest))

    assert db.session.query(File).count() == 0
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)).mappings():
            assert "anarienvogel" not in str(dict(row)), table.name


def test_undoing_keeps_and_names_what_was_edited_since(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A\n\nEins.", b_md="# B\n\nEins.")
    bring(path, by=cast.anke, lab=soest)
    folder(path, b_md="# B\n\nZwei.", c_md="# C")
    import_ = bring(path, by=cast.anke, lab=soest)
    edit("b", cast.bilal, summary="Besser.")
    edit("c", cast.bilal, summary="Besser.")

    take_back(import_)

    assert body_of("b") == "Zwei."
    assert find_page("c").summary == "Besser."
    assert "bleibt" in reason_for(import_, "b.md")
    assert "bleibt" in reason_for(import_, "c.md")


def test_what_was_purged_does_not_come_back_by_itself(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    path = folder(tmp_path / "paket", a_md="# A")
    bring(path, by=cast.anke, lab=soest)
    purge(find_page("a"), db.session.get_one(User, cast.anke))
    import_ = bring(path, by=cast.anke, lab=soest)

    assert outcomes(import_) == {"a.md": "refused"}
    assert "entfernt" in reason_for(import_, "a.md")


def test_an_import_that_was_stopped_goes_on_where_it_was(
    app: Flask, tmp_path: Path, cast: Cast, soest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "WRITTEN_AT_ONCE", 2)
    path = folder(tmp_path / "paket", **{f"s{n}_md": f"# Seite {n}" for n in range(9)})
    import_ = Import(name="paket", by_id=cast.anke, lab_id=soest, state="applying", params={})
    with writing() as session:
        session.add(import_)
    number, done = import_.id, 0

    class Stopped(Exception):
        pass

    def stop_after_four(count: int) -> None:
        nonlocal done
        done += count
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        apply(number, Source(path, kinds().models()), stop_after_four)
    assert db.session.query(Page).count() == 4
    apply(number, Source(path, kinds().models()), lambda _count: None)

    assert db.session.query(Page).count() == 9
    assert set(outcomes(number).values()) == {"new"}


def test_others_save_and_rename_while_an_import_runs(
    app: Flask, tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    """Two import and one renames and links at once; every page and every link is there."""
    make_page("Alt 0", by=cast.anke, lab=db.session.get(Lab, soest), kind="article")

    def work(what: int) -> None:
        if what == 2:
            for n in range(6):
                edit(f"alt-{n}", cast.anke, title=f"Alt {n + 1}", body=f"[[Seite {n}]]")
                create_page(
                    kinds().named("article"),
                    kinds().named("article").content(title=f"Neu {n}"),
                    Contribution(db.session.get(User, cast.anke)),
                    publish=True,
                )
        else:
            texts = {f"s{n}_md": f"# Seite {n + what * 10}\n\n[[Alt 6]]" for n in range(10)}
            path = folder(tmp_path / f"paket{what}", **texts)
            bring(path, by=cast.anke, lab=soest)

    at_once(*(partial(work, what) for what in range(3)), app=app)
    while refresh_renderings():
        pass

    assert db.session.query(Page).filter_by(state="published").count() == 1 + 6 + 20
    assert db.session.query(Link).filter(Link.target_id.is_(None)).count() == 0


def test_the_index_takes_what_people_save_before_what_an_import_brings(
    tmp_path: Path, bring: Bring, cast: Cast, soest: int
) -> None:
    bring(folder(tmp_path / "paket", a_md="# A"), by=cast.anke, lab=soest)
    edit("a", cast.anke, summary="x")

    page = find_page("a")
    changes = db.session.query(Change).filter_by(page_id=page.id).order_by(Change.seq)
    assert [change.is_bulk for change in changes] == [True, False]


def test_only_a_few_pages_are_held_at_a_time(
    app: Flask, tmp_path: Path, cast: Cast, soest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = ({"id": str(n), "title": f"Seite {n}"} for n in range(400))
    path = lines(tmp_path / "viele.jsonl", *values)
    held = [0, 0]

    class Counting(Source):
        def pages(self, mention: FileMention) -> Iterator[ReadPage | RefusedPage]:
            for page in super().pages(mention):
                held[0] += 1
                held[1] = max(held)
                weakref.finalize(page, lambda: held.__setitem__(0, held[0] - 1))
                yield page

    rows = list(plan(Counting(path, kinds().models()), Target("viele", soest, cast.anke)))

    assert len(rows) == 400
    assert held[1] <= 2 * PLANNED_AT_ONCE
