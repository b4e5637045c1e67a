"""A photo with the five answers: it goes along with the form, whatever else happens to it."""

import re
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.at_once import at_once
from tests.conftest import Cast
from tests.files.samples import picture
from tests.forms import filled, form_in
from tests.outcomes.test_outcomes import FORM, report
from wiki.db import db
from wiki.files.models import File
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page

Browsers = Callable[[str], FlaskClient]


def send(
    browser: FlaskClient,
    do: str,
    photo: bytes | None = None,
    *,
    name: str = "IMG_1234.JPG",
    headers: dict[str, str] | None = None,
    address: str = FORM,
    **typed: object,
) -> TestResponse:
    form = form_in(browser.get(address).text, address)
    form.pop("photo", None)
    data = filled(form, **typed, do=do).to_dict(flat=False)
    fields: dict[str, object] = dict(data)
    if photo is not None:
        fields["photo"] = FileStorage(BytesIO(photo), name)
    return post(browser, address, fields, headers)


def post(
    browser: FlaskClient,
    address: str,
    fields: dict[str, object],
    headers: dict[str, str] | None = None,
) -> TestResponse:
    """As a browser sends a form with a file; werkzeug's own client leaves large ones open."""
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(address, data=body, content_type=kind, headers=headers)


def files() -> list[File]:
    db.session.rollback()
    return list(db.session.scalars(db.select(File)))


def test_a_photo_goes_along_and_stands_on_the_report(
    signed_in: Browsers, client: FlaskClient, cast: Cast
) -> None:
    browser = signed_in("carla")
    answer = send(browser, "publish", picture(), place="Marktplatz")

    assert answer.status_code == 303
    (photo,) = files()
    assert (photo.author, photo.licence, photo.alt) == ("Carla", "CC-BY-4.0", "")
    html = client.get(answer.headers["Location"]).text
    assert f"/dateien/{photo.id}/vorschau/" in html
    assert photo.name in browser.get("/zu-tun").text
    opened = browser.get(answer.headers["Location"] + "/bearbeiten").text
    assert f'value="{photo.mention}" checked' in opened
    assert "Noch ohne Beschreibung" in opened


def test_it_is_kept_though_something_else_is_wrong(signed_in: Browsers, cast: Cast) -> None:
    browser = signed_in("carla")
    answer = send(browser, "publish", picture(), people="viele")

    assert answer.status_code == 422
    (photo,) = files()
    assert form_in(answer.text, FORM)["cover"] == photo.mention
    form = filled(form_in(answer.text, FORM), people="12", do="publish")
    assert browser.post(FORM, data=form).status_code == 303
    assert len(files()) == 1


@pytest.mark.parametrize(
    ("photo", "name", "why"),
    [
        (b"%PDF-1.4 no picture", "foto.pdf", "f-cover-error"),
        (b"<svg onload=alert(1)>", "foto.svg", "f-cover-error"),
        (b"Nur Text.\n" * 20, "foto.txt", "Als Foto geht nur ein Bild"),
        (b"", "leer.jpg", "f-cover-error"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_lost(
    signed_in: Browsers, cast: Cast, photo: bytes, name: str, why: str
) -> None:
    answer = send(signed_in("carla"), "publish", photo, name=name, place="Marktplatz")

    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="Marktplatz"' in answer.text
    assert files() == []
    assert db.session.scalar(db.select(db.func.count()).select_from(Page)) == 0


def test_a_script_sends_it_with_the_draft_and_gets_it_back(signed_in: Browsers, cast: Cast) -> None:
    answer = send(signed_in("carla"), "keep", picture(), headers={"HX-Request": "true"})

    assert answer.status_code == 200
    (photo,) = files()
    assert 'id="draft"' in answer.text
    assert f'value="{photo.mention}" checked' in answer.text
    (draft,) = db.session.scalars(db.select(EditDraft))
    assert draft.sent["cover"] == photo.mention


def test_the_same_photo_sent_again_is_the_one_that_is_there(
    signed_in: Browsers, cast: Cast
) -> None:
    browser, same = signed_in("carla"), picture()
    for _time in range(2):
        send(browser, "keep", same, headers={"HX-Request": "true"})
    send(signed_in("anke"), "keep", same, headers={"HX-Request": "true"})

    assert sorted(photo.author for photo in files()) == ["Anke", "Carla"]


def test_large_photos_fit_and_too_large_ones_are_refused_with_the_text(
    app: Flask, signed_in: Browsers, cast: Cast
) -> None:
    browser = signed_in("carla")
    large = picture() + b"\0" * 6_000_000
    assert send(browser, "keep", large, headers={"HX-Request": "true"}).status_code == 200
    assert len(files()) == 1

    answer = send(browser, "publish", picture() + b"\0" * 25_500_000, place="Marktplatz")

    assert answer.status_code == 422
    assert 'value="Marktplatz"' in answer.text
    assert len(files()) == 1


def test_who_is_signed_out_keeps_the_words_and_leaves_no_file(
    app: Flask, signed_in: Browsers, cast: Cast
) -> None:
    browser = signed_in("carla")
    form = filled(form_in(browser.get(FORM).text, FORM), place="Marktplatz", do="publish")
    form.pop("photo")
    browser.delete_cookie("session")
    browser.delete_cookie("remember_token")
    data = {
        **form.to_dict(flat=False),
        "photo": FileStorage(BytesIO(picture() + b"\0" * 8_000_000), "a.jpg"),
    }

    answer = post(browser, FORM, data)

    assert answer.status_code in (400, 401)
    assert "Der Text ist noch da" in answer.text
    assert 'value="Marktplatz"' in answer.text
    assert files() == []


def test_nobody_adds_a_photo_to_a_page_they_may_not_edit(
    signed_in: Browsers, client: FlaskClient, page: Page
) -> None:
    told = report(page, failed=[{"text": "Lärm."}])
    browser = signed_in("carla")
    proposing = f"/wiki/{told.slug}/vorschlagen"
    address = f"/wiki/{told.slug}/bearbeiten"
    data = {"photo": FileStorage(BytesIO(picture()), "a.jpg"), "do": "publish"}
    csrf = re.findall(r'name="csrf_token" value="([^"]*)"', browser.get(FORM).text)[0]

    refused = post(browser, address, {**data, "csrf_token": csrf})

    assert refused.status_code == 403
    assert 'type="file"' not in browser.get(proposing).text
    assert 'type="file"' not in client.get(f"/wiki/{page.slug}/wir-auch").text
    assert files() == []


def test_a_photo_can_be_taken_away(signed_in: Browsers, client: FlaskClient, cast: Cast) -> None:
    browser = signed_in("carla")
    where = send(browser, "publish", picture(), place="Marktplatz").headers["Location"]
    form = form_in(browser.get(f"{where}/bearbeiten").text, f"{where}/bearbeiten")
    form.pop("photo")
    form["people"] = "12"

    browser.post(f"{where}/bearbeiten", data=filled(form, cover="", do="publish"))

    assert "/vorschau/" not in client.get(where).text


def test_the_same_photo_sent_twice_at_once_stays_once(
    app: Flask, signed_in: Browsers, cast: Cast
) -> None:
    browsers, same = [signed_in("carla"), signed_in("carla")], picture()
    asking = {"headers": {"HX-Request": "true"}}

    answers = at_once(*(partial(send, browser, "keep", same, **asking) for browser in browsers))
    assert [answer.status_code for answer in answers] == [200, 200]

    (photo,) = files()
    drafts = db.session.scalars(db.select(EditDraft)).all()
    assert [draft.sent["cover"] for draft in drafts] == [photo.mention, photo.mention]
