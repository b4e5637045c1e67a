"""Exporting: a folder that holds everything readers see, and comes back as it was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import Cast, make_page
from tests.durability.serving import ROOT
from tests.pages.strategies import contents
from tests.reuse.conftest import png
from tests.stages import empty_app, keeper_of
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db
from wiki.files.storing import attach, store_file
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.writing import Contribution, create_page, retire
from wiki.reuse.exporting import NotAnExport, export, exported_pages
from wiki.reuse.importing import add_missing_labs, apply
from wiki.reuse.models import Import, ImportedPage, ImportState
from wiki.reuse.source import Source


def write(path: Path, *, with_drafts: bool = False) -> dict[str, bytes]:
    """Export everything to this folder; what then lies there, by name."""
    export(path, exported_pages(with_drafts=with_drafts), lambda _count: None)
    files = (file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(files)}


def read(path: Path) -> list[ImportedPage]:
    """Import this folder as the command does; the pages that were refused."""
    import_ = Import(name=path.name, keeps_labs=True, state="applying", params={})
    db.session.add(import_)
    db.session.commit()
    number = import_.id
    source = Source(path, kinds().models())
    add_missing_labs(source)
    apply(number, source, lambda _count: None)
    source.close()
    assert db.session.get_one(Import, number).state == ImportState.DONE
    return db.session.query(ImportedPage).filter_by(outcome="refused").all()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Flask]:
    """Another, empty wiki."""
    app = empty_app(Settings(data=tmp_path / "other", testing=True, secret_key="another"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_pages_of_every_kind_come_back_byte_by_byte(
    app: Flask, other: Flask, tmp_path: Path, labs: dict[str, Lab]
) -> None:
    lab = labs["soest"].id
    with other.app_context():
        empty_there = keeper_of(other)
    empty_here = keeper_of(app)
    number = 0

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def come_back(data: st.DataObject) -> None:
        nonlocal number
        number += 1
        empty_here()
        for kind in kinds():
            content = data.draw(contents(kind.content))
            create_page(kind, content, Contribution(None, db.session.get(Lab, lab)), publish=True)
        before = write(tmp_path / f"hin{number}")
        db.session.remove()
        with other.app_context():
            empty_there()
            refused = read(tmp_path / f"hin{number}")
            after = write(tmp_path / f"her{number}")

        assert refused == []
        assert after == before

    come_back()


@pytest.fixture
def full(app: Flask, cast: Cast, labs: dict[str, Lab]) -> None:
    """A page with pictures and an attachment, a draft, a retired page."""
    anke = db.session.get_one(User, cast.anke)
    lab = db.session.get_one(Lab, labs["soest"].id)
    path = Path(app.config["LABORWIKI"].data) / "bild.png"
    path.write_bytes(png())
    details: dict[str, Any] = {"alt": "Ein roter Fleck", "author": "Mo", "licence": "CC0-1.0"}
    with path.open("rb") as stream:
        shown = store_file(stream, "rot.png", by=anke, lab=lab, **details)
    Image.effect_noise((300, 200), 80).convert("RGB").save(path, "JPEG")
    with path.open("rb") as stream:
        photo = store_file(stream, "photo.jpg", by=anke, lab=lab, alt="Ein Foto")
    path.write_text("a;b")
    with path.open("rb") as stream:
        attached = store_file(stream, "liste.csv", by=anke, lab=lab)
    page = make_page(
        "Mit Bild", by=cast.anke, lab=lab, kind="article", body=f"![]({shown.mention})"
    )
    attach(page, photo, anke)
    attach(page, attached, anke)
    make_page("Kanarienentwurf", by=cast.anke, lab=lab, publish=False)
    retire(make_page("Zurückgezogen", by=cast.anke, lab=lab), anke)


@pytest.mark.usefixtures("full")
def test_files_come_along_with_what_is_said_about_them(other: Flask, tmp_path: Path) -> None:
    before = write(tmp_path / "hin")
    with other.app_context():
        assert read(tmp_path / "hin") == []
        after = write(tmp_path / "her")

    assert after == before
    names = {name.rpartition("/")[2] for name in before}
    assert names == {"liste.csv", "photo.jpg", "rot.png", "laborwiki.json", "mit-bild.md"}
    assert "Ein roter Fleck" in before["laborwiki.json"].decode()


@pytest.mark.usefixtures("full")
def test_drafts_come_only_when_asked_for_and_stay_drafts(other: Flask, tmp_path: Path) -> None:
    public = write(tmp_path / "ohne")
    everything = write(tmp_path / "mit", with_drafts=True)

    assert not any("anarien" in name + data.decode("latin-1") for name, data in public.items())
    assert "zurueckgezogen.md" not in everything
    with other.app_context():
        read(tmp_path / "mit")
        assert "kanarienentwurf.md" not in write(tmp_path / "nochmal")
        assert write(tmp_path / "alles", with_drafts=True) == everything


@pytest.mark.usefixtures("full")
def test_an_import_of_ones_own_export_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "hin")
    read(tmp_path / "hin")

    assert [row.outcome for row in db.session.query(ImportedPage)] == ["unchanged"]


@pytest.mark.usefixtures("full")
def test_an_export_takes_the_place_of_an_earlier_one_and_of_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "export"
    write(path)
    (path / "alt.md").write_text("von früher")
    assert "alt.md" not in write(path)
    assert [file.name for file in tmp_path.iterdir() if "export" in file.name] == ["export"]

    (path / "laborwiki.json").unlink()
    (tmp_path / "datei").write_text("x")
    for place in (path, tmp_path / "datei"):
        with pytest.raises(NotAnExport):
            write(place)
    assert (path / "mit-bild.md").exists()


@pytest.mark.usefixtures("full")
def test_a_full_disk_leaves_the_export_from_before(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "export"
    before = write(path)
    make_page("Groß", kind="article", body="Wort " * 10_000)
    db.session.remove()

    answer = flask_on_a_full_disk(app, "export", str(path))

    assert answer.returncode == 1
    assert "Der Platz reicht nicht" in answer.stderr
    files = {str(f.relative_to(path)): f.read_bytes() for f in path.rglob("*") if f.is_file()}
    assert files == before
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".export")]


def flask_on_a_full_disk(app: Flask, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command where no file can grow beyond 20 kB; SIGXFSZ becomes the error EFBIG."""
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "from wiki import create_app; from flask.cli import FlaskGroup; app = create_app(); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY)); "
        "FlaskGroup(create_app=lambda: app).main(sys.argv[1:])"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, "LABORWIKI_DATA": str(app.config["LABORWIKI"].data)},
        capture_output=True,
        text=True,
        check=False,
    )
