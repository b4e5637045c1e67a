"""Files on the disk and in the database: kept whole or not at all, gone when removed."""

import os
import resource
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, make_page
from tests.files import samples
from tests.files.conftest import Keep, say
from tests.files.samples import picture
from wiki.accounts.closing import close_account
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.config import Settings
from wiki.db import db, writing
from wiki.files.blobs import DiskFull, FileRefused, blob_path, preview_folder
from wiki.files.models import File, PageFile
from wiki.files.storing import (
    attach,
    file_name,
    files_of,
    open_blob,
    purge_file,
    purge_version,
    remove_discarded,
    store_file,
    tidy_up,
)
from wiki.labs.models import Lab
from wiki.pages.models import Page, PageFacts
from wiki.pages.writing import purge

Blobs = Callable[[], list[Path]]


def test_a_file_can_be_read_back(keep: Keep):
    plan = keep("Plan.pdf", samples.pdf())

    with open_blob(plan.current) as stream:
        assert stream.read() == samples.pdf()
    assert plan.current.media_type == "application/pdf"
    assert plan.current.has_preview


def test_a_file_keeps_its_id_through_export_and_import(keep: Keep, blobs: Blobs):
    first = keep("Werkbank.jpg", alt="Eine Werkbank", licence="CC0-1.0")
    with open_blob(first.current) as stream:
        exported = stream.read()
    purge_file(first)

    again = keep("Werkbank.jpg", exported, file_id=first.id, consent="mündlich")
    same = keep("Werkbank.jpg", exported, file_id=first.id, alt="Erst jetzt beschrieben")

    assert again.id == same.id == first.id
    assert same.current_number == 1
    assert (same.alt, same.people, same.consent) == (
        "Erst jetzt beschrieben",
        "consent",
        "mündlich",
    )


def test_bytes_we_wrote_ourselves_are_not_written_anew(keep: Keep):
    first = keep()
    with open_blob(first.current) as stream:
        copy = keep("Kopie.jpg", stream.read())

    assert copy.id != first.id
    assert copy.current.sha256 == first.current.sha256


@pytest.mark.parametrize("file_id", ["", "../../etc", "kurz", "ABCDEFGHJK", "abcdefghj/"])
def test_an_id_that_is_none_is_refused(file_id: str, keep: Keep):
    with pytest.raises(FileRefused):
        keep(file_id=file_id)


def test_nobody_replaces_anothers_file_by_its_id(keep: Keep):
    file = keep()

    with pytest.raises(FileRefused):
        keep("Meins.jpg", picture(50, 50), by="carla", lab="menden", file_id=file.id)
    assert db.session.get_one(File, file.id).current_number == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Foto.JPG", "Foto.jpg"),
        ("../../../etc/passwd", "passwd.jpg"),
        ("C:\\Fotos\\Lötplatz (1).jpeg", "Lötplatz-1.jpg"),
        ("..", "datei.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("a\x00b\r\nSet-Cookie: x=1.jpg", "ab-Set-Cookie-x-1.jpg"),
        ("CON.jpg", "datei-CON.jpg"),
        ("rechnung\u202egpj.exe", "rechnunggpj.jpg"),
        ("bild.php.jpg", "bild-php.jpg"),
        ('"><img src=x>.png', "img-src-x.jpg"),
        ("%2e%2e%2fx.jpg", "2e-2e-2fx.jpg"),
        ("x" * 300 + ".jpg", "x" * 96 + ".jpg"),
        ("", "datei.jpg"),
    ],
)
def test_a_name_is_harmless_everywhere(name: str, kept: str):
    assert file_name(name, "jpg") == kept


def test_the_same_picture_twice_lies_on_the_disk_once(keep: Keep, blobs: Blobs):
    assert keep().id != keep().id
    assert len(blobs()) == 1


def test_too_large_and_empty_files_leave_nothing(keep: Keep, blobs: Blobs, settings: Settings):
    for data in (b"a" * (settings.max_file_bytes + 1), b"", picture()[:500], samples.HTML):
        with pytest.raises(FileRefused):
            keep("a.jpg", data)

    assert blobs() == []
    assert list((settings.data / "files" / "incoming").iterdir()) == []
    assert db.session.query(File).count() == 0


def test_a_day_has_a_limit(app: Flask, keep: Keep, blobs: Blobs):
    notes = b"a" * 9_000_000
    object.__setattr__(app.config["LABORWIKI"], "max_day_megabytes", 20)
    keep("a.txt", notes)
    keep("b.txt", notes + b"b")

    with pytest.raises(FileRefused, match="20 MB"):
        keep("c.txt", notes + b"c")
    keep("c.txt", notes + b"c", by="bilal")
    assert len(blobs()) == 3


def test_a_full_disk_is_told_and_leaves_nothing(keep: Keep, blobs: Blobs, settings: Settings):
    keep("klein.txt", b"klein")
    before = blobs()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The system itself refuses to write more than this into one file.
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
    try:
        with pytest.raises(DiskFull) as full:
            keep("groß.txt", b"a" * 5_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "kein Platz" in full.value.reason
    assert blobs() == before
    assert db.session.query(File).count() == 1
    keep("groß.txt", b"a" * 5_000_000)


def test_a_database_that_cannot_grow_is_told_and_leaves_nothing(
    app: Flask, keep: Keep, blobs: Blobs
):
    pages = db.session.execute(db.text("PRAGMA page_count")).scalar_one()
    db.session.commit()
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def keep_many() -> None:
        for number in range(500):
            keep("a.txt", f"{number}".encode(), author="Ä" * 300, alt="x" * 500)

    with pytest.raises(DiskFull):
        keep_many()

    assert len(blobs()) == db.session.query(File).count() < 500


def test_two_people_upload_new_versions_at_once_and_both_are_kept(
    app: Flask, keep: Keep, cast: Cast
):
    file = keep("Plan.txt", b"eins")
    file_id = file.id

    def upload(number: int) -> Act:
        person = db.session.get_one(User, (cast.anke, cast.bilal)[number % 2])
        text = BytesIO(f"Fassung von {number}".encode())
        return partial(store_file, text, "x.txt", by=person, lab=None, file_id=file_id)

    prepared_at_once(*(partial(upload, number) for number in range(4)), app=app)
    db.session.expire_all()
    versions = db.session.get_one(File, file_id).versions

    assert [version.number for version in versions] == [1, 2, 3, 4, 5]
    assert len({version.sha256 for version in versions}) == 5
    for version in versions:
        with open_blob(version) as stream:
            assert stream.read()


def test_a_picture_stays_a_picture(keep: Keep):
    file = keep()

    with pytest.raises(FileRefused):
        keep("plan.pdf", samples.pdf(), file_id=file.id)


def test_a_new_version_is_shown_wherever_the_file_is(
    app: Flask, keep: Keep, client: Any, cast: Cast, labs: dict[str, Lab]
):
    file = keep("Werkbank.jpg", picture(900, 600))
    page = make_page(
        "Werkstatt",
        kind="article",
        by=cast.anke,
        lab=labs["soest"],
        body=f"![]({file.mention})",
        cover=file.mention,
    )
    before = client.get("/wiki/werkstatt")

    keep("Neu.png", picture(300, 500, "PNG"), file_id=file.id, alt="Eine Bank")
    after = client.get("/wiki/werkstatt", headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert 'width="300"' in after.text
    assert 'alt="Eine Bank"' in after.text
    assert f"/dateien/{file.id}/vorschau/320?v=2" in after.text
    assert db.session.get_one(PageFacts, page.id).cover == f"/dateien/{file.id}/vorschau/320?v=2"


def test_removing_a_version_takes_its_bytes_off_the_disk(keep: Keep):
    file = keep("Werkbank.jpg", picture(colour=(1, 2, 3)))
    secret = file.current.sha256
    file = keep("Werkbank.jpg", picture(colour=(200, 2, 3)), file_id=file.id)

    purge_version(file, 1)
    while remove_discarded():
        pass

    assert not blob_path(secret).exists()
    assert not preview_folder(secret).exists()
    assert blob_path(db.session.get_one(File, file.id).current.sha256).exists()


def test_removing_the_current_version_brings_the_one_before(keep: Keep):
    file = keep("a.txt", b"eins")
    file = keep("a.txt", b"zwei", file_id=file.id)

    purge_version(file, 2)

    with open_blob(db.session.get_one(File, file.id).current) as stream:
        assert stream.read() == b"eins"


def test_bytes_that_another_file_needs_stay(keep: Keep):
    first, second = keep("a.txt", b"gleich"), keep("b.txt", b"gleich")

    purge_file(first)
    remove_discarded()

    with open_blob(db.session.get_one(File, second.id).current) as stream:
        assert stream.read() == b"gleich"


def test_purging_a_page_removes_the_files_that_only_it_had(
    keep: Keep, blobs: Blobs, cast: Cast, labs: dict[str, Lab]
):
    anke = db.session.get_one(User, cast.anke)
    own, shared, cover = (keep(f"{n}.jpg", picture(colour=(n, 0, 0))) for n in (1, 90, 200))
    page = make_page("Weg", kind="article", by=cast.anke, lab=labs["soest"], cover=cover.mention)
    other = make_page("Bleibt", kind="article", by=cast.anke, lab=labs["soest"])
    attach(page, own)
    for each in (page, other):
        attach(each, shared)
    shared_hash = shared.current.sha256

    purge(db.session.get_one(Page, page.id), anke)
    remove_discarded()

    assert [file.id for file in db.session.query(File)] == [shared.id]
    assert [path.name for path in blobs()] == [shared_hash]
    assert db.session.query(PageFile).count() == 1


def test_what_a_killed_process_left_is_tidied_away(
    app: Flask, keep: Keep, blobs: Blobs, settings: Settings
):
    kept = keep("a.txt", b"behalten").current.sha256
    orphan = settings.data / "files" / "ab" / ("ab" + "0" * 62)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"verwaist")
    half = settings.data / "files" / "incoming" / "alt"
    half.mkdir()
    (half / "upload").write_bytes(b"halb")
    os.utime(half, (time.time() - 7_200,) * 2)
    fresh = settings.data / "files" / "incoming" / "jetzt"
    fresh.mkdir()

    tidy_up()

    assert [path.name for path in blobs()] == [kept]
    assert fresh.exists()
    assert not half.exists()


def test_a_picture_without_words_waits_for_its_uploader_and_the_editors(
    app: Flask, keep: Keep, cast: Cast, labs: dict[str, Lab]
):
    """As soon as a page has it; one that was chosen and left again asks for nothing."""
    file = keep("Stumm.jpg", by="bilal")
    described = keep("Beschrieben.jpg", picture(30, 30), by="bilal", alt="Eine Bank")
    keep("Nirgends.jpg", picture(50, 50), by="bilal")
    page = make_page("Werkstatt", kind="article", by=cast.anke, lab=labs["soest"])
    for each in (file, described, keep("Plan.pdf", samples.pdf(), by="bilal")):
        attach(page, each)

    def waits_for(name: str) -> list[str]:
        person = db.session.get_one(User, getattr(cast, name))
        return [thing.address for thing in waiting_for(person)]

    with app.test_request_context():
        assert waits_for("bilal") == [f"/dateien/{file.id}"]
        assert waits_for("anke") == [f"/dateien/{file.id}"]
        assert waits_for("carla") == []


def test_ones_files_are_in_ones_data_and_stay_without_a_name_when_one_leaves(
    keep: Keep, cast: Cast, labs: dict[str, Lab]
):
    unused = keep("Privat.jpg", picture(40, 40), by="bilal")
    used = keep("Werkbank.jpg", by="bilal", author="Bilal", licence="CC0-1.0")
    page = make_page(
        "Werkstatt", kind="article", by=cast.anke, lab=labs["soest"], cover=used.mention
    )
    bilal = db.session.get_one(User, cast.bilal)
    assert {entry["name"] for entry in data_about(bilal)["dateien"]} == {
        "Privat.jpg",
        "Werkbank.jpg",
    }

    with writing():
        close_account(db.session.get_one(User, cast.bilal))

    assert db.session.get(File, unused.id) is None
    assert db.session.get_one(File, used.id).author == labs["soest"].name
    assert [file.id for file in files_of(db.session.get_one(Page, page.id))] == [used.id]


def test_only_what_may_be_read_can_be_shown(keep: Keep, cast: Cast, labs: dict[str, Lab]):
    hidden = keep("Geheim.jpg")
    page = make_page("Mendens Seite", kind="article", by=cast.carla, lab=labs["menden"])

    say(page, cast.carla, cover=hidden.mention, body=f"![]({hidden.mention})")

    assert files_of(db.session.get_one(Page, page.id)) == []
    assert db.session.get_one(PageFacts, page.id).cover is None
