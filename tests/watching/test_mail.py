"""News by mail, over a real SMTP connection: when, to whom, once, and how it stops."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import gettext
from itsdangerous import URLSafeSerializer
from sqlalchemy import event

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.watching.smtp import MailServer, mail_server
from tests.watching.stage import edit, follow, person, watch_page
from wiki.accounts.mailing import deliver
from wiki.config import Settings
from wiki.db import db, now, writing
from wiki.labs.models import Lab
from wiki.language import in_language
from wiki.pages.models import Page
from wiki.pages.writing import purge
from wiki.talk import saying
from wiki.talk.content import RemarkContent
from wiki.talk.mentioning import mark_read
from wiki.watching import mail as mail_of
from wiki.watching.delivering import BUNDLED, HELD, delivery_of, set_delivery
from wiki.watching.lines import mark_all_read
from wiki.watching.models import ByMail, Delivery
from wiki.watching.posting import FIRST_PAUSE, LONGEST_PAUSE, Postman
from wiki.watching.stopping import MailKind, address_to_stop
from wiki.watching.times import last_mailing, reviewed_week

SITE = "https://wiki.example.org"
HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return replace(
        settings,
        base_url=SITE,
        mail_server="127.0.0.1",
        mail_port=server.port,
        mail_sender="wiki@example.org",
    )


@pytest.fixture
def app(app: Flask) -> Flask:
    """Its mails go over the wire, as they do for everybody."""
    app.extensions["mailman"].backend = "smtp"
    app.extensions["mailman"].timeout = 1
    return app


@pytest.fixture
def watched(page: Page, cast: Cast) -> Page:
    """Carla watches it, and Anke has just changed it."""
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    return page


def next_mailing() -> datetime:
    """The next time that daily mail is due."""
    return last_mailing(now() + 25 * HOUR)


def go_round(at: datetime | None = None, postman: Postman | None = None) -> None:
    """Everything that is due at this time goes out; without one, all daily mail does."""
    due = at or next_mailing()
    postman = postman or Postman(lambda: due)
    while postman.go_round():
        pass
    db.session.rollback()
    db.session.expire_all()


def link_in(mail: EmailMessage) -> str:
    """The address by which mail programs stop these mails."""
    return urlsplit(mail["List-Unsubscribe"].strip(" <>")).path


def test_daily_mail_waits_for_six_in_the_morning(
    watched: Page, cast: Cast, server: MailServer
) -> None:
    go_round(next_mailing() - timedelta(seconds=1))
    assert server.mails == []

    go_round(next_mailing())
    go_round(next_mailing() + 48 * HOUR)

    [mail] = server.mails
    assert mail["To"] == "carla@example.org"
    assert mail["Subject"].strip() == "Smartphone-Stunde: hat eine neue Version · Laborwiki"
    text = mail.get_content()
    assert "Hallo Carla," in text
    assert "hat eine neue Version (Anke)" in text
    assert f"{SITE}/wiki/{watched.slug}/vergleich?von=1&bis=2" in text
    assert "weil hier etwas beobachtet wird" in text
    assert f"{SITE}/konto/beobachtungen" in text
    assert f"{SITE}{link_in(mail)}" in text


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 1, 5, 4, 59, tzinfo=UTC), datetime(2026, 1, 4, 5, tzinfo=UTC)),
        (datetime(2026, 1, 5, 5, 0, tzinfo=UTC), datetime(2026, 1, 5, 5, tzinfo=UTC)),
        (datetime(2026, 7, 6, 4, 0, tzinfo=UTC), datetime(2026, 7, 6, 4, tzinfo=UTC)),
        # The night in which the clocks go on, and the one in which they go back.
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)),
    ],
)
def test_six_is_six_by_the_clock_on_the_wall(app: Flask, at: datetime, due: datetime) -> None:
    assert last_mailing(at) == due


def test_at_once_is_within_a_minute_and_bundles(
    page: Page, cast: Cast, labs: dict[str, Lab], server: MailServer
) -> None:
    other = make_page("Nähen", by=cast.anke, lab=labs["soest"])
    set_delivery(person(cast.carla), by_mail=ByMail.AT_ONCE)
    for one in (page, other):
        watch_page(cast.carla, one)
        edit(one, cast.anke, summary="Zwei.")
    follow()
    go_round(now())
    assert server.mails == []

    go_round(now() + BUNDLED)

    [mail] = server.mails
    assert mail["Subject"].strip() == "2 Neuigkeiten · Laborwiki"
    assert timedelta(minutes=1) > BUNDLED


def test_what_happens_later_to_the_same_page_comes_with_the_next_mail(
    watched: Page, cast: Cast, server: MailServer
) -> None:
    go_round()
    edit(watched, cast.anke, summary="Drei.")
    follow()
    go_round(next_mailing() + 24 * HOUR)

    assert len(server.mails) == 2
    assert "hat 2 neue Versionen" in server.mails[1].get_content()
    assert server.mails[0]["Message-ID"] != server.mails[1]["Message-ID"]


def test_who_looked_or_wants_none_or_may_not_see_it_gets_none(
    page: Page, cast: Cast, labs: dict[str, Lab], server: MailServer
) -> None:
    set_delivery(person(cast.gabi), by_mail=ByMail.NEVER)
    for number in (cast.carla, cast.gabi, cast.vera, cast.bilal):
        watch_page(number, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    mark_all_read(person(cast.carla), 10**6)
    with writing():
        person(cast.vera).active = False
    go_round()
    assert [mail["To"] for mail in server.mails] == ["bilal@example.org"]

    edit(page, cast.anke, summary="Drei.")
    follow()
    purge(page, person(cast.anke))
    go_round(next_mailing() + 24 * HOUR)

    assert len(server.mails) == 1


def test_a_mention_is_mailed_unless_it_was_read(page: Page, cast: Cast, server: MailServer) -> None:
    remarks = [
        saying.say(page, RemarkContent(text=f"@{name}, stimmt das?"), person(cast.bilal))
        for name in ("Carla", "Gabi")
    ]
    follow()
    mark_read(remarks[1].thread, person(cast.gabi))
    go_round()

    mails = {mail["To"]: mail for mail in server.mails}
    assert set(mails) == {"carla@example.org", "anke@example.org"}
    assert "Bilal fragt hier nach Carla" in mails["carla@example.org"].get_content()


def test_a_mail_speaks_the_language_of_its_reader(
    watched: Page, cast: Cast, server: MailServer
) -> None:
    with writing():
        person(cast.carla).language = "en"

    go_round()

    [mail] = server.mails
    with in_language("en"):
        greeting = gettext("Hallo %(name)s,", name="Carla")
    assert greeting in mail.get_content()
    assert "?sprache" not in mail.get_content()


def test_one_click_stops_the_mails_without_signing_in(
    app: Flask, client: FlaskClient, watched: Page, cast: Cast, server: MailServer
) -> None:
    go_round()
    [mail] = server.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = link_in(mail)
    page = client.get(address)
    assert "Abbestellen" in page.text
    assert "Set-Cookie" not in page.headers
    assert delivery_of(person(cast.carla)).by_mail == ByMail.DAILY

    for _twice in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Abbestellt" in answer.text

    assert delivery_of(person(cast.carla)).by_mail == ByMail.NEVER
    edit(watched, cast.anke, summary="Drei.")
    follow()
    go_round(next_mailing() + 24 * HOUR)
    assert len(server.mails) == 1


def test_a_forged_link_stops_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with in_language("de"):
        mine = address_to_stop(person(cast.carla), MailKind.NEWS)
    secret = mine.rsplit("/", 1)[1]
    payload, _dot, signature = secret.partition(".")
    forged = URLSafeSerializer("another key", salt="stop-mail").dumps([cast.anke, "news"])
    elsewhere = URLSafeSerializer(app.config["SECRET_KEY"], salt="other").dumps([cast.anke, "news"])
    of_others = URLSafeSerializer("another key").dumps([cast.anke, "news"]).partition(".")[0]

    for one in (
        *(f"{payload}x.{signature}", f"{of_others}.{signature}", payload, "."),
        *(forged, elsewhere),
    ):
        for answer in (client.get(f"/abbestellen/{one}"), client.post(f"/abbestellen/{one}")):
            assert answer.status_code == 404

    assert db.session.query(Delivery).count() == 0


def test_a_closed_account_has_no_mails_to_stop(
    client: FlaskClient, cast: Cast, watched: Page
) -> None:
    with in_language("de"):
        address = address_to_stop(person(cast.carla), MailKind.NEWS)
    with writing():
        person(cast.carla).active = False

    assert client.post(address).status_code == 404


def test_a_title_becomes_no_header(cast: Cast, labs: dict[str, Lab], server: MailServer) -> None:
    title = 'Löten\nBcc: alle@example.org\r\n<b>fett</b> & "mehr"'
    page = make_page(title, by=cast.anke, lab=labs["soest"])
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    go_round()
    deliver("carla@example.org", "Eins\r\nBcc: alle@example.org", "Text")

    first, second = server.mails
    assert first["Bcc"] is None
    assert second["Bcc"] is None
    assert '<b>fett</b> & "mehr"' in first["Subject"]
    assert "<b>fett</b>" in first.get_content(), "plain text is not escaped"


def test_a_server_that_is_down_is_asked_ever_more_rarely_and_nothing_is_lost(
    app: Flask, watched: Page, cast: Cast, server: MailServer
) -> None:
    app.extensions["mailman"].timeout = 0.1
    clock, at = [0.0], next_mailing()
    postman = Postman(lambda: at + timedelta(seconds=clock[0]), lambda: clock[0])
    server.is_silent = True
    tries = []
    while clock[0] < 6 * 3_600:
        before = server.visits
        assert not postman.go_round()
        if server.visits > before:
            tries.append(clock[0])
        clock[0] += 30

    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert FIRST_PAUSE <= pauses[0] < pauses[-1] <= 3 * LONGEST_PAUSE
    assert len(tries) < 12
    server.is_silent = False
    clock[0] += 24 * 3_600
    go_round(postman=postman)
    assert [mail["To"] for mail in server.mails] == ["carla@example.org"]


def test_one_address_that_is_refused_holds_up_nobody_else(
    watched: Page, cast: Cast, server: MailServer
) -> None:
    watch_page(cast.gabi, watched)
    edit(watched, cast.anke, summary="Drei.")
    follow()
    server.refused = {"carla@example.org"}

    go_round()

    assert [mail["To"] for mail in server.mails] == ["gabi@example.org"]
    server.refused = set()
    go_round(next_mailing() + HOUR)
    assert [mail["To"] for mail in server.mails][1:] == ["carla@example.org"]


def test_killed_before_it_is_marked_as_sent_a_mail_comes_again_under_its_name(
    watched: Page, server: MailServer
) -> None:
    at = next_mailing()

    def cut_off(*_connection: object) -> None:
        if server.mails:
            raise OSError("killed")

    event.listen(db.engine, "commit", cut_off)
    with pytest.raises(OSError, match="killed"):
        Postman(lambda: at).go_round()
    event.remove(db.engine, "commit", cut_off)
    db.session.rollback()
    go_round(at)
    assert len(server.mails) == 1, "another process may still have it in hand"

    go_round(at + HELD)
    go_round(at + 2 * HELD)

    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_two_background_processes_send_one_mail(
    app: Flask, watched: Page, server: MailServer
) -> None:
    at = next_mailing()

    def work() -> None:
        while Postman(lambda: at).go_round():
            pass

    at_once(work, work, app=app)

    assert len(server.mails) == 1


def test_the_week_is_mailed_on_monday_to_who_ordered_it(
    page: Page, cast: Cast, server: MailServer
) -> None:
    set_delivery(person(cast.carla), wants_week=True)
    monday = reviewed_week(now()).later(2).begin + 6 * HOUR
    go_round(monday - HOUR)
    assert server.mails == []

    go_round(monday)
    go_round(monday + 24 * HOUR)
    go_round(monday + 7 * 24 * HOUR)

    [mail] = server.mails
    assert mail["To"] == "carla@example.org"
    assert "Wochenrückblick" in mail["Subject"]
    text = mail.get_content()
    assert "– 1 Seite veröffentlicht" in text
    assert page.title in text
    assert re.search(rf"{SITE}/wochen/\d{{4}}-\d+", text)
    assert link_in(mail).startswith("/abbestellen/")
    assert db.session.get_one(Delivery, cast.carla).by_mail == ByMail.DAILY


def test_a_week_in_which_nothing_happened_is_no_mail(cast: Cast, server: MailServer) -> None:
    set_delivery(person(cast.carla), wants_week=True)

    go_round(reviewed_week(now()).later(2).begin + 6 * HOUR)

    assert server.mails == []
    assert db.session.get_one(Delivery, cast.carla).week == reviewed_week(now()).later(1).name


def test_stopping_the_week_leaves_the_news(client: FlaskClient, cast: Cast, watched: Page) -> None:
    set_delivery(person(cast.carla), wants_week=True)
    with in_language("de"):
        address = address_to_stop(person(cast.carla), MailKind.WEEK)

    client.post(address)

    delivery = delivery_of(person(cast.carla))
    assert (delivery.wants_week, delivery.by_mail) == (False, ByMail.DAILY)


def test_many_news_are_one_mail_of_bounded_length(
    cast: Cast, labs: dict[str, Lab], server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_of, "MOST", 2)
    pages = [make_page(f"Seite {n}", by=cast.anke, lab=labs["soest"]) for n in range(5)]
    for page in pages:
        watch_page(cast.carla, page)
        edit(page, cast.anke, summary="Zwei.")
    follow()

    go_round()

    [mail] = server.mails
    text = mail.get_content().replace("\r", "")
    assert mail["Subject"].strip() == "5 Neuigkeiten · Laborwiki"
    assert text.count("hat eine neue Version") == 2
    assert f"Und 3 weitere:\n{SITE}/neuigkeiten" in text
