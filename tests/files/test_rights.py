"""Who may see, change and remove a file."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.files.conftest import Keep, post, say, send
from tests.files.samples import picture
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.files.models import File
from wiki.files.storing import attach, detach
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.writing import retire

Everybody = Callable[[File], dict[str, list[int]]]
NAMES = ("nobody", "gabi", "carla", "bilal", "anke", "vera")


@pytest.fixture
def answers(client: FlaskClient, signed_in: Callable[[str], FlaskClient]) -> Everybody:
    """What each person gets at the file's addresses."""

    def ask(file: File) -> dict[str, list[int]]:
        found = {}
        for name in NAMES:
            browser = client if name == "nobody" else signed_in(name)
            addresses = ("", f"/{file.name}", "/vorschau/320")
            found[name] = [browser.get(f"/dateien/{file.id}{end}").status_code for end in addresses]
        return found

    return ask


def seen_by(answers: dict[str, list[int]]) -> list[str]:
    """Who sees the file at all its addresses; nobody sees a part of it."""
    assert all(set(statuses) in ({200}, {404}) for statuses in answers.values()), answers
    return [name for name, statuses in answers.items() if set(statuses) == {200}]


def test_a_file_on_no_page_is_its_labs(keep: Keep, answers: Everybody):
    assert seen_by(answers(keep())) == ["bilal", "anke", "vera"]


def test_an_attachment_is_seen_by_whoever_reads_the_page(
    keep: Keep, answers: Everybody, page: Page, cast: Cast, labs: dict[str, Lab]
):
    file = keep()
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    attach(draft, file)
    assert seen_by(answers(file)) == ["bilal", "anke", "vera"]

    attach(page, file)
    assert seen_by(answers(file)) == list(NAMES)

    detach(page, file)
    assert seen_by(answers(file)) == ["bilal", "anke", "vera"]


def test_a_picture_is_seen_from_the_first_published_version_that_shows_it(
    keep: Keep, answers: Everybody, cast: Cast, labs: dict[str, Lab]
):
    early, late = keep("Früh.jpg"), keep("Spät.jpg", picture(70, 70))
    page = make_page(
        "Werkstatt",
        kind="article",
        by=cast.anke,
        lab=labs["soest"],
        publish=False,
        body=f"![]({early.mention})",
    )
    say(page, cast.anke, body="Ohne Bild", title="Werkstatt zwei")
    say(page, cast.anke, publish=True)
    say(page, cast.anke, cover=late.mention)

    assert seen_by(answers(early)) == ["bilal", "anke", "vera"]
    assert seen_by(answers(late)) == list(NAMES)

    say(page, cast.anke, cover="")
    # Version 3 still shows it to everybody.
    assert seen_by(answers(late)) == list(NAMES)

    retire(db.session.get_one(Page, page.id), db.session.get_one(User, cast.anke))
    assert seen_by(answers(late)) == list(NAMES)


def test_whoever_knows_the_id_does_not_get_the_file_by_showing_it(
    keep: Keep, answers: Everybody, cast: Cast, labs: dict[str, Lab]
):
    hidden = keep()
    make_page(
        "Falle", kind="article", by=cast.carla, lab=labs["menden"], body=f"![]({hidden.mention})"
    )

    assert seen_by(answers(hidden)) == ["bilal", "anke", "vera"]


def test_whoever_knows_the_id_does_not_get_the_file_by_attaching_it(
    keep: Keep,
    answers: Everybody,
    cast: Cast,
    labs: dict[str, Lab],
    signed_in: Callable[[str], FlaskClient],
):
    hidden = keep()
    make_page("Falle", by=cast.carla, lab=labs["menden"])

    post(signed_in("carla"), "/wiki/falle/dateien/anhang", file=hidden.id)

    assert seen_by(answers(hidden)) == ["bilal", "anke", "vera"]


def test_old_versions_are_seen_by_whoever_may_change_the_file(
    keep: Keep, client: FlaskClient, signed_in: Callable[[str], FlaskClient], page: Page
):
    file = keep("a.txt", b"mit Namen")
    attach(page, file)
    keep("a.txt", b"ohne Namen", file_id=file.id)

    for browser, status in ((client, 404), (signed_in("gabi"), 404), (signed_in("bilal"), 200)):
        assert browser.get(f"/dateien/{file.id}/a.txt").data == b"ohne Namen"
        old = browser.get(f"/dateien/{file.id}/a.txt?version=1")
        assert old.status_code == status
        assert (b"mit Namen" in old.data) == (status == 200)


def test_a_guest_cannot_change_a_labs_file_by_showing_it_on_an_own_page(
    keep: Keep,
    cast: Cast,
    labs: dict[str, Lab],
    page: Page,
    signed_in: Callable[[str], FlaskClient],
):
    file = keep("a.txt", b"echt")
    attach(page, file)
    gabi = signed_in("gabi")
    make_page("Gabis Seite", by=cast.gabi, lab=labs["nachbar"])
    post(gabi, "/wiki/gabis-seite/dateien/anhang", file=file.id)

    assert send(gabi, f"/dateien/{file.id}/versionen", (b"falsch", "a.txt")).status_code == 403
    assert post(gabi, f"/dateien/{file.id}", alt="x").status_code == 403
    assert post(gabi, f"/dateien/{file.id}/entfernung").status_code == 403


def test_a_protected_page_protects_its_files(
    keep: Keep, page: Page, signed_in: Callable[[str], FlaskClient], cast: Cast
):
    file = keep("a.txt", b"echt", by="bilal")
    attach(page, file)
    with writing() as session:
        session.get_one(Page, page.id).is_protected = True

    for name in ("bilal", "carla"):
        sent = send(signed_in(name), f"/dateien/{file.id}/versionen", (b"falsch", "a.txt"))
        assert sent.status_code == 403
    assert send(signed_in("anke"), f"/dateien/{file.id}/versionen", (b"neu", "a.txt")).location


def test_removing_for_good_is_for_the_labs_editors_and_who_uploaded_it(
    keep: Keep, page: Page, signed_in: Callable[[str], FlaskClient]
):
    file = keep("a.txt", b"echt", by="anke")
    attach(page, file)
    address = f"/dateien/{file.id}/entfernung"

    assert post(signed_in("carla"), address).status_code == 403
    assert post(signed_in("bilal"), address).status_code == 403
    assert post(signed_in("anke"), address).location == "/dateien"
    assert signed_in("anke").get(address).status_code == 404


def test_where_it_is_used_names_no_hidden_page(
    keep: Keep, page: Page, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
):
    file = keep()
    attach(page, file)
    attach(make_page("Leiser Entwurf", by=cast.anke, lab=labs["soest"], publish=False), file)

    html = client.get(f"/dateien/{file.id}").text

    assert "Smartphone-Stunde" in html
    assert "Leiser Entwurf" not in html
