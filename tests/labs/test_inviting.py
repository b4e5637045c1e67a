"""Invitations: a link that works once, for two weeks, and takes over nobody's account."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.at_once import at_once
from tests.labs.cast import SOEST, SignIn, invite_dora, make_lab, make_person, role_of, words_of
from wiki.accounts.closing import close_account
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.labs.models import Invitation, Lab, LabKind, MemberRole, Membership

ARRIVAL = {"name": "Dora D.", "password": "Sieben Zwerge im Labor"}


def users() -> list[str]:
    return sorted(user.email for user in db.session.query(User))


def test_somebody_new_arrives_by_a_link(
    client: FlaskClient, signed_in: SignIn, soest: Lab, anke: User
) -> None:
    link = invite_dora(signed_in(anke), role="editor")

    page = client.get(link)
    assert "Anke lädt ein, hier mitzuschreiben." in words_of(page)
    assert 'value="Dora"' in page.text

    welcome = client.post(link, data=ARRIVAL, follow_redirects=True)
    assert welcome.request.path == SOEST
    assert "Willkommen! Hier geht es los: stadtLABOR Soest" in words_of(welcome)
    dora = db.session.query(User).filter_by(email="dora@example.org").one()
    assert dora.name == "Dora D."
    assert dora.password is not None
    assert dora.password.startswith("$argon2")
    assert dora.verify_and_update_password(ARRIVAL["password"])
    assert role_of(dora, soest) == "editor"
    assert client.get(f"{SOEST}/menschen").status_code == 200


def test_looking_at_an_invitation_changes_nothing(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    link = invite_dora(signed_in(anke))

    for _time in range(3):
        response = client.get(link)
        assert response.status_code == 200

    assert response.headers["Cache-Control"] == "no-store"
    assert users() == ["anke@example.org"]


def test_only_a_hash_of_the_link_is_stored(signed_in: SignIn, anke: User) -> None:
    secret = invite_dora(signed_in(anke)).rpartition("/")[2]

    invitation = db.session.query(Invitation).one()

    assert len(secret) == 43
    assert secret not in str(vars(invitation))
    assert timedelta(days=13) < invitation.expires_at - now() <= timedelta(days=14)


def test_a_link_works_once(client: FlaskClient, signed_in: SignIn, app: Flask, anke: User) -> None:
    link = invite_dora(signed_in(anke))
    client.post(link, data=ARRIVAL)
    someone_else = app.test_client()

    assert someone_else.get(link).status_code == 410
    response = someone_else.post(link, data={**ARRIVAL, "name": "Eve"})

    assert response.status_code == 410
    assert "Diese Einladung gilt nicht mehr" in words_of(response)
    assert users() == ["anke@example.org", "dora@example.org"]


def test_an_accepted_invitation_forgets_the_address(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    client.post(invite_dora(signed_in(anke)), data=ARRIVAL)

    assert db.session.query(Invitation.email, Invitation.name).one() == ("", "")


def test_old_withdrawn_and_invented_links_look_the_same(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    browser = signed_in(anke)
    withdrawn = invite_dora(browser)
    number = db.session.query(Invitation.id).scalar()
    browser.post(f"{SOEST}/menschen/einladungen/{number}/zurueckziehen")
    old = invite_dora(browser)
    db.session.query(Invitation).one().expires_at = now() - timedelta(seconds=1)
    db.session.commit()

    pages = [client.get(link) for link in (withdrawn, old, "/einladung/erfunden")]

    assert [page.status_code for page in pages] == [410, 410, 410]
    assert len({words_of(page) for page in pages}) == 1
    assert client.post(old, data=ARRIVAL).status_code == 410


def test_of_two_who_use_the_link_at_once_one_arrives(
    app: Flask, signed_in: SignIn, soest: Lab, anke: User
) -> None:
    link = invite_dora(signed_in(anke))

    answers = at_once(*(partial(app.test_client().post, link, data=ARRIVAL) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]
    assert users() == ["anke@example.org", "dora@example.org"]
    assert db.session.query(Membership).filter_by(lab_id=soest.id).count() == 2


def test_an_account_is_never_taken_over(
    client: FlaskClient, signed_in: SignIn, soest: Lab, anke: User
) -> None:
    dora = make_person("Dora")
    link = invite_dora(signed_in(anke), email="DORA@example.org")

    response = client.post(link, data=ARRIVAL)

    assert response.status_code == 409
    assert "gibt es schon ein Konto" in words_of(response)
    assert f'href="/anmelden?next={link}"' in response.text
    assert dora.password is None
    assert dora.name == "Dora"
    assert role_of(dora, soest) is None
    assert signed_in(dora).post(f"{link}/beitreten").status_code == 303
    assert role_of(dora, soest) == "member"


def test_inviting_does_not_tell_who_has_an_account(signed_in: SignIn, anke: User) -> None:
    make_person("Dora")
    browser = signed_in(anke)

    def answer_for(email: str) -> str:
        form = {"name": "Dora", "email": email, "role": "member"}
        page = browser.post(f"{SOEST}/menschen/einladungen", data=form)
        return words_of(page).partition("http")[0]

    assert answer_for("dora@example.org") == answer_for("nobody@example.org")


def test_somebody_signed_in_joins_with_their_account(
    signed_in: SignIn, soest: Lab, anke: User, carla: User
) -> None:
    link = invite_dora(signed_in(anke))
    browser = signed_in(carla)

    page = browser.get(link)
    assert "Mit diesem Konto beitreten?" in words_of(page)
    assert "password" not in page.text
    welcome = browser.post(f"{link}/beitreten", follow_redirects=True)

    assert "Willkommen! Hier geht es los: stadtLABOR Soest" in words_of(welcome)
    assert role_of(carla, soest) == "member"
    assert browser.get(link).status_code == 410


def test_trying_the_link_oneself_does_not_use_it_up(
    client: FlaskClient, signed_in: SignIn, soest: Lab, anke: User
) -> None:
    browser = signed_in(anke)
    link = invite_dora(browser)

    response = browser.post(f"{link}/beitreten", follow_redirects=True)

    assert "gehört schon zum Labor" in words_of(response)
    assert role_of(anke, soest) == "editor"
    assert client.get(link).status_code == 200


def test_an_invitation_may_raise_a_role(
    signed_in: SignIn, soest: Lab, anke: User, bilal: User
) -> None:
    link = invite_dora(signed_in(anke), role="editor")

    signed_in(bilal).post(f"{link}/beitreten")

    assert role_of(bilal, soest) == "editor"


def test_nobody_joins_without_signing_in(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    link = invite_dora(signed_in(anke))

    response = client.post(f"{link}/beitreten")

    assert response.headers["Location"] == link
    assert users() == ["anke@example.org"]


def test_a_short_password_shows_its_error_and_keeps_the_name(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    link = invite_dora(signed_in(anke))

    response = client.post(link, data={"name": "Dora D.", "password": "kurz"})

    assert response.status_code == 422
    error = response.text.partition('id="f-password-error"')[2].partition("</p>")[0]
    assert "mindestens zehn Zeichen" in error
    assert 'value="Dora D."' in response.text
    assert "kurz" not in response.text.partition("<main")[2].replace("zu kurz", "")
    assert users() == ["anke@example.org"]


def test_blanks_at_the_ends_of_a_password_count(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    client.post(invite_dora(signed_in(anke)), data={"name": "D", "password": " neun Zei "})

    dora = db.session.query(User).filter_by(email="dora@example.org").one()
    assert dora.verify_and_update_password(" neun Zei ")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"email": "dora"}, "E-Mail-Adresse sieht so aus"),
        ({"email": ""}, "Hier fehlt noch etwas"),
        ({"name": ""}, "Hier fehlt noch etwas"),
        ({"role": "king"}, "eine der Möglichkeiten"),
        ({"email": "bilal@example.org"}, "gehört schon zum Labor"),
    ],
)
def test_a_wrong_invitation_shows_its_error_beside_the_field(
    signed_in: SignIn, anke: User, bilal: User, typed: dict[str, str], message: str
) -> None:
    form = {"name": "Dora D.", "email": "dora@example.org", "role": "member", **typed}

    response = signed_in(anke).post(f"{SOEST}/menschen/einladungen", data=form)

    assert response.status_code == 422
    [name] = typed
    error = response.text.partition(f'id="f-{name}-error"')[2].partition("</p>")[0]
    assert message in error
    assert db.session.query(Invitation).count() == 0


def test_only_editors_invite_and_withdraw(
    client: FlaskClient, signed_in: SignIn, anke: User, bilal: User, carla: User
) -> None:
    invite_dora(signed_in(anke))
    number = db.session.query(Invitation.id).scalar()
    form = {"name": "Eve", "email": "eve@example.org", "role": "editor"}

    for browser, status in ((signed_in(bilal), 403), (signed_in(carla), 403), (client, 303)):
        address = f"{SOEST}/menschen/einladungen"
        assert browser.post(address, data=form).status_code == status
        assert browser.post(f"{address}/{number}/zurueckziehen").status_code == status
    assert db.session.query(Invitation.email).all() == [("dora@example.org",)]


def test_an_editor_withdraws_nothing_of_another_lab(
    signed_in: SignIn, anke: User, carla: User
) -> None:
    invite_dora(signed_in(anke))
    number = db.session.query(Invitation.id).scalar()
    other = f"/labore/zukunfts-werk-stadt/menschen/einladungen/{number}/zurueckziehen"

    assert signed_in(carla).post(other).status_code == 404
    assert db.session.query(Invitation).count() == 1


def test_a_new_link_replaces_the_older_one(
    client: FlaskClient, signed_in: SignIn, anke: User
) -> None:
    older = invite_dora(signed_in(anke))
    newer = invite_dora(signed_in(anke), role="editor")

    assert client.get(older).status_code == 410
    assert client.get(newer).status_code == 200
    words = words_of(signed_in(anke).get(f"{SOEST}/menschen"))
    assert words.count("dora@example.org · Redaktion") == 1


def test_the_link_is_shown_only_once(signed_in: SignIn, anke: User) -> None:
    browser = signed_in(anke)
    form = {"name": "Dora", "email": "dora@example.org", "role": "member"}
    shown = browser.post(f"{SOEST}/menschen/einladungen", data=form)

    assert "no-store" in shown.headers["Cache-Control"]
    assert "/einladung/" not in browser.get(f"{SOEST}/menschen").text


def test_expired_invitations_wait_for_the_editor(
    app: Flask, signed_in: SignIn, anke: User, bilal: User, carla: User
) -> None:
    invite_dora(signed_in(anke))

    with app.test_request_context():
        assert waiting_for(anke) == []
        db.session.query(Invitation).one().expires_at = now() - timedelta(days=1)
        db.session.commit()

        [thing] = waiting_for(anke)
        assert thing.title == "Einladung an Dora ist abgelaufen"
        assert thing.address == f"{SOEST}/menschen#einladungen"
        assert waiting_for(bilal) == waiting_for(carla) == []


def test_closing_an_account_leaves_the_labs(
    app: Flask, soest: Lab, anke: User, carla: User
) -> None:
    with writing():
        close_account(anke)

    assert role_of(anke, soest) is None
    assert db.session.query(Membership).one().user_id == carla.id


def test_guests_invite_their_own_members(signed_in: SignIn, app: Flask) -> None:
    halver = make_lab("halver", "Stadt Halver", LabKind.GUEST)
    emil = make_person("Emil", halver, MemberRole.EDITOR)
    form = {"name": "Fina", "email": "fina@example.org", "role": "member"}

    response = signed_in(emil).post("/labore/halver/menschen/einladungen", data=form)

    assert response.status_code == 200
