"""Uploading and handing out, as a browser asks for it."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from tests.files import samples
from tests.files.conftest import Keep, post, send
from tests.files.samples import HTML, picture
from tests.forms import filled, form_in
from tests.live import LiveServer
from wiki.config import Settings
from wiki.db import db
from wiki.files.blobs import preview_folder
from wiki.files.models import File
from wiki.files.storing import attach, attached_to, files_of
from wiki.labs.models import Lab
from wiki.pages.models import Page

SignIn = Callable[[str], FlaskClient]
PAGE = "/wiki/smartphone-stunde"


@pytest.fixture
def anke(signed_in: SignIn) -> FlaskClient:
    return signed_in("anke")


def test_several_files_come_with_one_form(anke: FlaskClient, page: Page):
    answer = send(
        anke,
        f"{PAGE}/dateien",
        (picture(), "Werkbank.jpg"),
        (samples.pdf(), "Handzettel.pdf"),
        (HTML, "seite.html"),
        author="stadtLABOR",
        licence="CC0-1.0",
        people="none",
    )
    shown = anke.get(answer.location).text

    names = {file.name for file in attached_to(db.session.get_one(Page, page.id))}
    assert names == {"Werkbank.jpg", "Handzettel.pdf"}
    assert "seite.html: Webseiten nimmt das Wiki nicht" in shown
    assert "Beschreibung fehlt" in shown


def test_readers_find_what_a_page_offers(keep: Keep, page: Page, client: FlaskClient):
    before = client.get(PAGE)
    file = keep("Handzettel.pdf", samples.pdf(), author="Anke", licence="CC-BY-SA-4.0")
    attach(page, file)

    after = client.get(PAGE, headers={"If-None-Match": before.headers["ETag"]})

    assert f'href="/dateien/{file.id}/Handzettel.pdf?v=1"' in after.text
    assert f"/dateien/{file.id}/vorschau/320?v=1" in after.text
    assert "CC BY-SA 4.0" in after.text
    assert client.get(f"{PAGE}/dateien").status_code == 200
    assert "Hochladen" not in client.get(f"{PAGE}/dateien").text


@pytest.mark.parametrize(
    ("data", "name", "disposition"),
    [
        (picture(), "a.jpg", "inline"),
        (
            samples.pdf(extra="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
            "a.pdf",
            "attachment",
        ),
        (b"<svg onload=alert(1)></svg>", "a.svg", "attachment"),
        (HTML, "a.txt", "attachment"),
        (picture(kind="GIF") + HTML, "a.gif", "inline"),
    ],
)
def test_what_people_uploaded_can_do_nothing_in_a_browser(
    data: bytes, name: str, disposition: str, keep: Keep, page: Page, client: FlaskClient
):
    file = keep(name, data)
    attach(page, file)

    answer = client.get(f"/dateien/{file.id}/{file.name}")

    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert "html" not in answer.mimetype
    assert "svg" not in answer.mimetype
    if disposition == "inline":
        assert answer.mimetype.startswith("image/")
        assert b"script" not in answer.data


def test_a_download_has_its_name_with_umlauts(keep: Keep, page: Page, client: FlaskClient):
    file = keep("Lötplätze für alle.pdf", samples.pdf())
    attach(page, file)

    for name in (file.name, "ganz-anders.pdf"):
        said = client.get(f"/dateien/{file.id}/{name}").headers["Content-Disposition"]
        assert "filename*=UTF-8''L%C3%B6tpl%C3%A4tze-f%C3%BCr-alle.pdf" in said


def test_an_address_with_its_state_is_kept_for_long_and_another_is_asked_again(
    keep: Keep, page: Page, client: FlaskClient
):
    file = keep()
    attach(page, file)
    for end in (f"/{file.name}", "/vorschau/640"):
        kept = client.get(f"/dateien/{file.id}{end}?v={file.stamp}")
        asked = client.get(f"/dateien/{file.id}{end}?v=99")
        again = client.get(
            f"/dateien/{file.id}{end}", headers={"If-None-Match": asked.headers["ETag"]}
        )

        assert "immutable" in kept.headers["Cache-Control"]
        assert asked.headers["Cache-Control"] == "private, no-cache"
        assert again.status_code == 304


def test_previews_are_made_anew_when_the_cache_was_emptied(
    keep: Keep, page: Page, client: FlaskClient
):
    file = keep()
    attach(page, file)
    for path in preview_folder(file.current.sha256).iterdir():
        path.unlink()
    preview_folder(file.current.sha256).rmdir()

    assert client.get(f"/dateien/{file.id}/vorschau/640").data[8:12] == b"WEBP"
    assert client.get(f"/dateien/{file.id}/vorschau/641").status_code == 404


def test_a_picture_stands_in_the_text_in_fitting_sizes(
    keep: Keep, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
):
    file = keep(alt="Eine Werkbank", author="Mara Muster", licence="CC-BY-SA-4.0")
    make_page(
        "Werkstatt",
        kind="article",
        by=cast.anke,
        lab=labs["soest"],
        body=f'![]({file.mention} "Hier wird gelötet.")',
        cover=file.mention,
    )

    html = client.get("/wiki/werkstatt").text

    figures = re.findall(r'<figure class="picture">.*?</figure>', html)
    assert len(figures) == 1
    assert 'alt="Eine Werkbank"' in figures[0]
    assert f"/dateien/{file.id}/vorschau/1280?v=1 900w" in figures[0]
    assert "Hier wird gelötet." in figures[0]
    assert "Mara Muster" in figures[0]
    assert '<figure class="cover">' in html
    card = f'class="card-cover" src="/dateien/{file.id}/vorschau/320?v=1"'
    assert card in client.get("/suche?q=").text


def test_the_cover_is_chosen_without_javascript(anke: FlaskClient, keep: Keep, page: Page):
    file, other = keep("Vorn.jpg", alt="Vorn"), keep("Andere.jpg", picture(50, 50))
    for each in (file, other):
        attach(page, each)
    form = form_in(anke.get(f"{PAGE}/bearbeiten").text, f"{PAGE}/bearbeiten")
    assert form["cover"] == ""

    anke.post(f"{PAGE}/bearbeiten", data=filled(form, cover=file.mention, do="publish"))
    again = form_in(anke.get(f"{PAGE}/bearbeiten").text, f"{PAGE}/bearbeiten")
    post(anke, f"{PAGE}/titelbild", cover=other.mention)

    assert again["cover"] == file.mention
    assert f"/dateien/{other.id}/vorschau" in anke.get(PAGE).text
    assert post(anke, f"{PAGE}/titelbild", cover="dateien/abcdefghjk/x.jpg").status_code == 400


def test_our_script_gets_what_it_shows_beside_each_file(anke: FlaskClient):
    good = send(anke, "/dateien", (picture(), "Werkbank.jpg"), json=True)
    bad = send(anke, "/dateien", (HTML, "seite.html"), json=True)
    address = form_action(json.loads(good.data)["html"])
    said = anke.post(
        address,
        data={"csrf_token": token(anke, "/konto"), "alt": "Eine [gute] Bank", "people": "none"},
        headers={"Accept": "application/json"},
    )
    file = db.session.query(File).one()

    assert bad.status_code == 422
    assert "Webseiten" in bad.get_json()["error"]
    assert said.get_json() == {"markdown": f"![Eine gute Bank]({file.mention})"}
    assert (file.alt, file.people) == ("Eine [gute] Bank", "none")


def test_what_is_said_about_a_file_is_changed_with_a_form(anke: FlaskClient, keep: Keep):
    file = keep()
    address = f"/dateien/{file.id}"
    form = form_in(anke.get(address).text, address)

    wrong = anke.post(address, data=filled(form, alt="x" * 501, author="Mara"))
    anke.post(address, data=filled(form, alt="Eine Bank", other_licence="GFDL", people="consent"))

    assert wrong.status_code == 422
    assert 'value="Mara"' in wrong.text
    file = db.session.query(File).one()
    assert (file.alt, file.licence, file.people) == ("Eine Bank", "GFDL", "consent")


def test_a_new_version_and_back_again(anke: FlaskClient, keep: Keep):
    file = keep("a.txt", b"eins")
    address = f"/dateien/{file.id}"
    send(anke, f"{address}/versionen", (b"zwei", "b.txt"), base="1")
    refused = send(anke, f"{address}/versionen", (HTML, "b.html"), base="2")
    assert anke.get(f"{address}/a.txt").data == b"zwei"
    assert "Webseiten" in anke.get(refused.location).text

    post(anke, f"{address}/versionen/1/wiederherstellung")
    assert anke.get(f"{address}/a.txt").data == b"eins"

    assert "gilt dann Version" not in anke.get(f"{address}/versionen/2/entfernung").text
    post(anke, f"{address}/versionen/2/entfernung")
    assert anke.get(f"{address}/a.txt?version=2").status_code == 404
    assert anke.get(f"{address}/a.txt").data == b"eins"


def test_who_removes_the_current_version_hears_what_applies_then(anke: FlaskClient, keep: Keep):
    file = keep("a.txt", b"eins")
    address = f"/dateien/{file.id}"
    send(anke, f"{address}/versionen", (b"zwei", "b.txt"), base="1")
    assert f'href="{address}/versionen/2/entfernung"' in anke.get(address).text
    asked = anke.get(f"{address}/versionen/2/entfernung").text
    assert "Überall, wo die Datei steht, gilt dann Version 1." in asked

    told = anke.get(post(anke, f"{address}/versionen/2/entfernung").location).text

    assert "Jetzt gilt wieder Version 1." in told
    assert anke.get(f"{address}/a.txt").data == b"eins"
    alone = anke.get(f"{address}/versionen/1/entfernung")
    assert alone.location == f"{address}/entfernung", "the only version goes with its file"


def test_a_page_can_offer_what_is_there_and_stop_it(anke: FlaskClient, keep: Keep, page: Page):
    file = keep("a.txt", b"x")
    post(anke, f"{PAGE}/dateien/anhang", file=file.id)
    assert [each.id for each in files_of(page)] == [file.id]

    post(anke, f"{PAGE}/dateien/{file.id}/abhaengen")
    assert files_of(page) == []


def test_only_who_may_upload_can_send_large_bodies(client: FlaskClient, anke: FlaskClient):
    kind = "multipart/form-data; boundary=grenze"
    large = b'--grenze\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    large += b"a" * 6_000_000 + b"\r\n--grenze--\r\n"

    assert client.post("/dateien", data=large, content_type=kind).status_code == 413
    assert anke.post("/konto", data=large, content_type=kind).status_code == 413
    # It was read; what is missing is the token.
    assert anke.post("/dateien", data=large, content_type=kind).status_code == 400


def test_an_upload_cut_anywhere_leaves_nothing(
    app: Flask, anke: FlaskClient, page: Page, blobs: Callable[[], list[Path]], settings: Settings
):
    with LiveServer(app) as server:
        head, body = raw_upload(anke, server.url, picture(2_000, 2_000, "PNG") + bytes(200_000))
        size = len(body)
        for cut in (0, 1, 60, 200, 400, 700, size // 3, size // 2, size - 60, size - 1):
            host, port = server.url.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(head + body[:cut])
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(20)
                answer = connection.recv(4_096)
            assert not answer.startswith(b"HTTP/1.1 303"), cut
            assert b" 500 " not in answer[:40], cut
    db.session.rollback()

    assert db.session.query(File).count() == 0
    assert blobs() == []
    assert list((settings.data / "files" / "incoming").iterdir()) == []


def raw_upload(browser: FlaskClient, url: str, data: bytes) -> tuple[bytes, bytes]:
    """The bytes a browser would send."""
    secret = token(browser, "/konto")
    cookie = browser.get_cookie("session")
    assert cookie is not None
    line = b"--grenze\r\nContent-Disposition: form-data; name="
    body = line + b'"csrf_token"\r\n\r\n' + secret.encode() + b"\r\n"
    body += line + b'"files"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + data
    body += b"\r\n--grenze--\r\n"
    head = (
        f"POST {PAGE}/dateien HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\n"
        f"Cookie: session={cookie.value}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: multipart/form-data; boundary=grenze\r\nConnection: close\r\n\r\n"
    )
    return head.encode(), body


def form_action(html: str) -> str:
    found = re.search(r'action="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_sizes_are_said_in_the_readers_language(anke: FlaskClient, keep: Keep):
    file = keep("a.txt", b"x" * 3456)

    assert "TXT, 3,5 kB" in anke.get(f"/dateien/{file.id}").text
    assert "TXT, 3.5 kB" in anke.get(f"/dateien/{file.id}?sprache=en").text
