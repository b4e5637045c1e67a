"""Packages in the browser: looked at first, applied in the background, undone."""

import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from tests.reuse.conftest import zipped
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.pages.addresses import find_page
from wiki.pages.models import Page
from wiki.reuse import job
from wiki.reuse.importing import run
from wiki.reuse.job import KEPT, Jobs, source_of
from wiki.reuse.models import Import, ImportState
from wiki.reuse.own import imports_of, leave_imports

SignedIn = Callable[[str], FlaskClient]
PACKAGE = zipped(a_md="# Seite A\n\nText.", b_md="---\nArt: kuchen\n---", c_md="# Seite C")


def send(browser: FlaskClient, data: bytes = PACKAGE, **more: str) -> TestResponse:
    fields = {
        "csrf_token": token(browser, "/import"),
        "file": (io.BytesIO(data), "Pakete/Mein Paket.zip"),
        **more,
    }
    return browser.post("/import", data=fields, content_type="multipart/form-data")


def press(browser: FlaskClient, address: str, what: str) -> TestResponse:
    fields = {"csrf_token": token(browser, "/konto")}
    return browser.post(f"{address}/{what}", data=fields)


def background(address: str) -> None:
    """What the process does that the background starts."""
    run(int(address.rpartition("/")[2]), source_of)
    db.session.remove()


def kept_files(app: Flask) -> list[str]:
    return [path.name for path in (Path(app.config["LABORWIKI"].data) / "imports").glob("*")]


def test_a_package_is_looked_at_then_applied_then_undone(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    address = send(anke, lab="soest").location
    assert "wird geprüft" in anke.get(address).text
    background(address)

    looked_at = anke.get(address).text
    assert "Mein Paket.zip" in looked_at
    assert "Seite A" in looked_at
    assert "<b>b.md</b>: Zeile 2: Diese Art gibt es nicht" in looked_at
    assert "Ohne Angabe einer Lizenz." in looked_at
    assert db.session.query(Page).count() == 0

    assert press(anke, address, "uebernahme").location == address
    assert "wird übernommen" in anke.get(address).text
    background(address)
    assert '<a href="/wiki/seite-a">Seite A</a>' in anke.get(address).text
    assert find_page("seite-a").lab is not None

    press(anke, address, "ruecknahme")
    background(address)
    assert "zurückgenommen" in anke.get(address).text
    assert anke.get("/wiki/seite-a").status_code == 404


def test_progress_is_a_fragment_that_asks_again_until_it_is_done(
    signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    address = send(anke, lab="soest").location
    waiting = anke.get(address, headers={"HX-Request": "true"}).text
    background(address)
    done = anke.get(address, headers={"HX-Request": "true"}).text

    assert waiting.lstrip().startswith('<section id="progress"')
    assert 'hx-trigger="every 1s"' in waiting
    assert "hx-trigger" not in done
    assert 'data-announce="geprüft"' in done


def test_a_hostile_package_says_why_it_is_refused(signed_in: SignedIn, cast: Cast) -> None:
    anke = signed_in("anke")
    address = send(anke, zipped(bombe_md="x" * 50_000_000), lab="soest").location
    background(address)

    assert "Unglaubwürdig stark gepackt: bombe.md" in anke.get(address).text
    assert press(anke, address, "uebernahme").status_code == 303
    assert db.session.query(Import).one().state == ImportState.REFUSED


def test_what_was_only_looked_at_can_be_thrown_away(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    address = send(anke, lab="soest").location
    background(address)
    assert len(kept_files(app)) == 1
    press(anke, address, "verwerfen")

    assert kept_files(app) == []
    assert anke.get(address).status_code == 404
    assert press(anke, address, "uebernahme").status_code == 404


def test_a_package_that_was_forgotten_goes_after_two_weeks(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    address = send(signed_in("anke"), lab="soest").location
    background(address)
    with writing() as session:
        session.query(Import).one().at = now() - KEPT
    job.remove_old_packages()

    assert kept_files(app) == []
    assert db.session.query(Import).count() == 0


def test_who_leaves_takes_their_packages_along_and_leaves_the_pages(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    done, looked_at = (send(anke, lab="soest").location for _time in range(2))
    for address in (done, looked_at):
        background(address)
    press(anke, done, "uebernahme")
    background(done)
    user = db.session.get_one(User, cast.anke)
    assert [entry["paket"] for entry in imports_of(user)] == ["Mein Paket.zip"] * 2
    with writing():
        leave_imports(user)
    for path in (Path(app.config["LABORWIKI"].data) / "imports").iterdir():
        os.utime(path, (0, 0))
    job.remove_old_packages()

    assert [import_.name for import_ in db.session.query(Import)] == [""]
    assert kept_files(app) == []
    assert find_page("seite-a").is_published


def test_editors_import_for_labs_they_look_after(signed_in: SignedIn, cast: Cast) -> None:
    address = send(signed_in("anke"), lab="menden").location
    import_ = db.session.query(Import).one()

    assert import_.lab is not None
    assert import_.lab.slug == "soest"
    for name in ("carla", "bilal"):
        assert signed_in(name).get(address).status_code == 404
    assert signed_in("vera").get(address).status_code == 200


@pytest.mark.parametrize(("lab", "slug", "keeps"), [("", None, False), ("*", None, True)])
def test_who_runs_the_site_may_import_for_the_network_or_as_the_package_says(
    lab: str, slug: str | None, keeps: bool, signed_in: SignedIn, cast: Cast
) -> None:
    send(signed_in("vera"), lab=lab)
    import_ = db.session.query(Import).one()

    assert (import_.lab_id, import_.keeps_labs) == (slug, keeps)


def test_who_never_agreed_to_the_licence_is_asked_first(signed_in: SignedIn, cast: Cast) -> None:
    with writing() as session:
        session.execute(db.text("UPDATE user SET agreed_at = NULL"))
    anke = signed_in("anke")

    refused = send(anke, lab="soest").text
    assert "Ohne diese Zustimmung" in refused
    assert 'aria-describedby="f-agree-error" autofocus' in refused
    assert send(anke, lab="soest", agree="1").status_code == 303
    assert 'name="agree"' not in anke.get("/import").text


def test_the_background_starts_a_process_that_gives_the_answer(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    """The real process, on the real database, until it has looked and then brought the pages."""
    anke, jobs = signed_in("anke"), Jobs()
    address = send(anke, lab="soest").location
    follow(jobs, ImportState.CHECKED)
    press(anke, address, "uebernahme")
    follow(jobs, ImportState.DONE)

    assert find_page("seite-a").is_published
    assert kept_files(app) == []


def follow(jobs: Jobs, state: ImportState) -> None:
    """Let the chore have its turns until the import is so far."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        jobs.follow()
        db.session.rollback()
        if db.session.query(Import).one().state == state and not jobs.is_busy:
            return
        time.sleep(0.1)
    raise AssertionError(db.session.query(Import).one().state)


def test_a_package_that_breaks_the_process_is_given_up(
    app: Flask,
    signed_in: SignedIn,
    cast: Cast,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "TRIES", 1)
    address = send(signed_in("anke"), lab="soest").location
    (kept,) = kept_files(app)
    (Path(app.config["LABORWIKI"].data) / "imports" / kept).unlink()
    follow(Jobs(), ImportState.REFUSED)

    assert "schiefgegangen" in signed_in("anke").get(address).text
    assert re.search("FileNotFoundError", capfd.readouterr().err)
