"""Announcing: in a lab's name, with words of its own; the plan behind it stays private."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.announcing.cast import (
    announced,
    dated,
    fresh,
    in_days,
    posts,
    sends,
    user,
    words,
)
from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, make_page
from tests.forms import form_in
from tests.plans.cast import Planner, content, plan_of
from wiki.accounts.closing import close_account
from wiki.accounts.exporting import data_about
from wiki.announcing import announcing
from wiki.announcing.announcing import (
    AlreadyAnnounced,
    AnnouncementChanged,
    TooManyAhead,
    announce,
    change_announcement,
    withdraw,
)
from wiki.announcing.models import Announcement
from wiki.db import db, now, writing
from wiki.errors import NotAllowed
from wiki.labs.examples import nobody_of
from wiki.labs.models import Lab, Membership
from wiki.pages.models import Page
from wiki.plans.agenda import agenda_of
from wiki.plans.models import Plan
from wiki.plans.planning import KEPT, delete_plan, forget_old
from wiki.starter.examples import load_examples
from wiki.starter.removing import remove_examples

Browsers = Callable[[str], FlaskClient]
HOSTILE = "<script>alert(1)</script>\"' onmouseover=x {{7*7}}"


@pytest.fixture
def plan(page: Page) -> Plan:
    """Nobody's, in 30 days from 18:00 to 19:00."""
    return dated(page)


@pytest.fixture
def announcement(page: Page, labs: dict[str, Lab], cast: Cast) -> Announcement:
    """In the name of Soest, by Bilal."""
    return announced(page, labs["soest"], user(cast.bilal))


def form_of(plan: Plan) -> str:
    return f"/plan/{plan.edit_secret}/ankuendigung"


def settle(editor: Planner, where: str, seen: str = "") -> TestResponse:
    """Tap one of the two buttons beside what differs, as the page showed it."""
    shown = (seen or editor.look()).partition('name="seen" value="')[2]
    return editor.send(f"/ankuendigung/{where}", seen=shown.partition('"')[0])


def push_back(announcement: Announcement) -> None:
    """Let its day be over."""
    with writing():
        late = db.session.get_one(Announcement, announcement.id)
        late.held_on, late.over_at = in_days(-1), now() - timedelta(minutes=1)


# Announcing


def test_a_dated_plan_is_announced_with_what_it_says(signed_in: Browsers, plan: Plan) -> None:
    bilal = signed_in("bilal")
    assert f'href="{form_of(plan)}"' in bilal.get(f"/plan/{plan.edit_secret}").text

    answer = sends(bilal, form_of(plan), how_to="Anmelden: labor@example.org", place="Markt 1")

    made = db.session.query(Announcement).one()
    assert answer.location == f"/termine/{made.id}"
    assert (made.title, made.begins, made.ends) == ("Smartphone-Stunde", "18:00", "19:00")
    assert (made.held_on, made.place, made.lab.slug) == (in_days(30), "Markt 1", "soest")
    shown = bilal.get(answer.location).text
    assert "18:00–19:00 Uhr" in shown
    assert '<a href="mailto:labor@example.org">labor@example.org</a>' in shown
    assert "Noch steht nicht dabei" not in shown


def test_who_announces_without_a_place_is_told(signed_in: Browsers, plan: Plan) -> None:
    bilal = signed_in("bilal")
    answer = sends(bilal, form_of(plan), how_to="", place="")

    assert "Noch steht nicht dabei, wo es ist" in bilal.get(answer.location).text


def test_readers_find_it_in_all_four_places(
    client: FlaskClient, announcement: Announcement
) -> None:
    for address in ("/termine", "/", "/labore/soest", f"/termine/{announcement.id}"):
        answer = client.get(address)
        assert "Offener Abend" in answer.text, address
        assert "Set-Cookie" not in answer.headers, address
        assert "csrf_token" not in answer.text, address
    assert "Offener Abend" not in client.get("/labore/menden").text
    assert f"/termine/{announcement.id}<" in client.get("/sitemap.xml").text


def test_where_nothing_is_announced_the_list_says_what_it_is_for(
    client: FlaskClient, signed_in: Browsers, labs: dict[str, Lab], cast: Cast
) -> None:
    for address in ("/", "/labore/soest"):
        assert "Demnächst" not in client.get(address).text
    assert "Gerade ist nichts angekündigt" in client.get("/termine").text
    assert 'href="/plaene"' not in client.get("/termine").text
    assert 'href="/plaene"' in signed_in("bilal").get("/termine").text
    assert "/termine" not in client.get("/sitemap.xml").text


def test_kept_lists_say_nothing_of_what_somebody_asked_before(
    app: Flask, client: FlaskClient, announcement: Announcement
) -> None:
    """Whoever comes first decides what others read: nothing of their address may stay in it."""
    app.jinja_env.globals["site"].contact_mail = "labor@example.org"
    for address in ("/termine", f"/termine/{announcement.id}"):
        assert "Fremdes" not in client.get(f"{address}?x=Fremdes%0aWort").text
        assert "Fremdes" not in client.get(address).text


def test_the_foot_of_every_page_leads_to_it(client: FlaskClient) -> None:
    assert '<a href="/termine">Termine</a>' in client.get("/suche").text.partition("<footer")[2]


def test_a_plan_without_a_date_is_asked_for_one_first(signed_in: Browsers, page: Page) -> None:
    bilal, plan = signed_in("bilal"), plan_of(page)
    assert "Mit einem Datum lässt sich" in bilal.get(f"/plan/{plan.edit_secret}").text

    answer = bilal.get(form_of(plan))

    assert answer.location == f"/plan/{plan.edit_secret}/angaben"


def test_a_day_that_is_over_cannot_be_announced(signed_in: Browsers, page: Page) -> None:
    bilal, plan = signed_in("bilal"), dated(page, days=-1)
    assert "Ankündigen" not in bilal.get(f"/plan/{plan.edit_secret}").text

    answer = sends(bilal, form_of(plan))

    assert answer.status_code == 422
    assert "Dieser Tag ist schon vorbei." in answer.text
    assert db.session.query(Announcement).count() == 0


def test_several_days_are_one_announcement(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    plan = dated(page, days=-1)
    Planner(client, plan.edit_secret).does("/angaben", date=in_days(-1), start="10:00", days=3)

    sends(signed_in("bilal"), form_of(plan))

    made = db.session.query(Announcement).one()
    assert (made.days, made.held_on, made.last_date) == (3, in_days(-1), in_days(1))
    assert "täglich 10:00–11:00 Uhr" in client.get("/termine").text


def test_of_days_weeks_apart_the_first_is_announced_and_the_others_are_named(
    signed_in: Browsers, page: Page
) -> None:
    plan = dated(page)
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    editor.does(
        "/angaben", date=in_days(30).isoformat(), start="18:00", days=2, apart=7, title="Kurs"
    )
    long = editor.browser.get(f"{editor.at}?block={content(plan).blocks[-1].key}").text
    assert 'name="day"' in long
    editor.does(f"/bloecke/{content(plan).blocks[-1].key}", day=2, minutes=200)

    fields = form_in(editor.browser.get(form_of(plan)).text, form_of(plan))

    first = agenda_of(content(plan)).days[0].timed
    assert first is not None
    assert fields["ends"] == f"{first.ends:%H:%M}"
    assert fields["days"] == "1"
    assert "18:00 Uhr." in fields["how_to"]
    assert f"{in_days(37).day}. " in fields["how_to"]


def test_who_belongs_to_two_labs_chooses(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    with writing() as session:
        session.add(Membership(user_id=cast.bilal, lab_id=labs["menden"].id))
    bilal = signed_in("bilal")

    sends(bilal, form_of(plan), lab="menden")

    assert db.session.query(Announcement).one().lab.slug == "menden"


@pytest.mark.parametrize("name", ["bilal", "gabi"])
def test_nobody_announces_in_the_name_of_others(
    name: str, signed_in: Browsers, plan: Plan, labs: dict[str, Lab]
) -> None:
    answer = sends(signed_in(name), form_of(plan), lab="menden")

    assert answer.status_code == 403
    assert db.session.query(Announcement).count() == 0


def test_a_guest_announces_for_their_own(signed_in: Browsers, plan: Plan) -> None:
    sends(signed_in("gabi"), form_of(plan))

    assert db.session.query(Announcement).one().lab.slug == "nachbar"


def test_the_link_for_reading_announces_nothing(signed_in: Browsers, plan: Plan) -> None:
    bilal = signed_in("bilal")

    assert "Ankündigen" not in bilal.get(f"/plan/{plan.read_secret}").text
    assert bilal.get(f"/plan/{plan.read_secret}/ankuendigung").status_code == 404
    assert posts(bilal, f"/plan/{plan.read_secret}/ankuendigung").status_code == 404


def test_who_has_no_account_is_offered_nothing(client: FlaskClient, plan: Plan) -> None:
    assert "Ankündigen" not in client.get(f"/plan/{plan.edit_secret}").text
    assert client.get(form_of(plan)).location.startswith("/anmelden")


def test_a_plan_is_announced_once_even_by_two_at_once(
    app: Flask, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    secret, lab = plan.edit_secret, labs["soest"].id

    def work(number: int) -> Act:
        return partial(announce, secret, words(), lab, user(number))

    outcomes = prepared_at_once(
        partial(work, cast.anke), partial(work, cast.bilal), app=app, expected=(AlreadyAnnounced,)
    )

    db.session.rollback()
    assert db.session.query(Announcement).count() == 1
    assert len([one for one in outcomes if isinstance(one, AlreadyAnnounced)]) == 1


def test_who_comes_second_is_led_to_the_first(
    signed_in: Browsers, page: Page, labs: dict[str, Lab], cast: Cast, plan: Plan
) -> None:
    carla = signed_in("carla")
    form = carla.get(form_of(plan)).text
    made = announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))
    assert "Für alle ankündigen" in form

    said = {"title": "Noch einmal", "held_on": in_days(9), "begins": "9"}
    for answer in (posts(carla, form_of(plan), **said), carla.get(form_of(plan))):
        assert answer.location == f"/termine/{made.id}"
    assert db.session.query(Announcement).one().title == "Offener Abend"


def test_a_plan_whose_day_is_over_is_announced_for_another(
    plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    bilal, lab = user(cast.bilal), labs["soest"].id
    first = announce(plan.edit_secret, words(), lab, bilal)
    push_back(first)

    second = announce(plan.edit_secret, words(title="Wieder"), lab, bilal)

    assert (fresh(first).plan_id, fresh(second).plan_id) == (None, plan.id)


def test_a_lab_does_not_announce_without_end(
    page: Page, labs: dict[str, Lab], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "MOST_AHEAD", 2)
    made = [announced(page, labs["soest"], user(cast.bilal)) for _ in range(2)]

    with pytest.raises(TooManyAhead):
        announced(page, labs["soest"], user(cast.bilal))

    announced(page, labs["menden"], user(cast.carla))
    push_back(made[0])
    announced(page, labs["soest"], user(cast.bilal))


# The plan stays private


def test_nothing_of_the_plan_gets_out(
    client: FlaskClient, signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    editor = Planner(client, plan.edit_secret)
    block = plan.content["blocks"][0]["key"]
    hidden = {"title": "Moorhuhn", "leads": "Frau Dachs", "text": "Wiesel"}
    editor.does("/angaben", title="Auerhahn", place="Luchsweg", people=17, days=1)
    editor.does(f"/bloecke/{block}", **hidden)
    announced = announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))
    number, carla = announced.id, signed_in("carla")
    secrets = ("Moorhuhn", "Dachs", "Wiesel", "Auerhahn", "Luchsweg", "17 Personen")

    for browser in (client, carla):
        for address in (
            *("/", "/termine", "/termine?labor=soest", "/termine.ics", "/labore/soest"),
            *(f"/termine/{number}", f"/termine/{number}.ics", "/sitemap.xml", "/suche?q=Abend"),
        ):
            text = browser.get(address).text
            for secret in (*secrets, plan.edit_secret, plan.read_secret, "/plan/"):
                assert secret not in text, (address, secret)


def test_a_reader_of_the_plan_is_shown_no_announcing(
    client: FlaskClient, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))

    assert "Angekündigt" not in client.get(f"/plan/{plan.read_secret}").text
    changes = client.get(f"/plan/{plan.edit_secret}").text
    assert "Angekündigt" in changes
    assert "/ankuendigung/uebernahme" not in changes


# When the plan changes


def test_the_plan_says_how_it_differs_and_one_tap_takes_it_over(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    made = announce(plan.edit_secret, words(place="Markt 1"), labs["soest"].id, user(cast.bilal))
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    assert "inzwischen etwas anderes" not in editor.look()
    editor.does("/angaben", date=in_days(40), start="19:30", place="Rathaus", days=1)
    assert "Rathaus" in editor.look().partition("inzwischen etwas anderes")[2]

    answer = settle(editor, "uebernahme")

    assert answer.location == f"{editor.at}#ankuendigung"
    now_said = fresh(made)
    assert (now_said.held_on, now_said.begins, now_said.ends) == (in_days(40), "19:30", "20:30")
    assert (now_said.place, now_said.title, now_said.version) == ("Rathaus", "Offener Abend", 2)
    assert now_said.over_at.date() >= in_days(40)
    assert "inzwischen etwas anderes" not in editor.look()


def test_a_place_or_a_day_that_the_plan_lost_is_told(signed_in: Browsers, plan: Plan) -> None:
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    said = {"start": "18:00", "date": in_days(30).isoformat()}
    editor.does("/angaben", **said, place="Rathaus")
    sends(editor.browser, form_of(plan))

    editor.does("/angaben", **said, place="")
    assert "Ort: keiner mehr" in editor.look()
    settle(editor, "uebernahme")
    assert db.session.query(Announcement).one().place == ""

    editor.does("/angaben", start="18:00")
    shown = editor.look()
    assert "Im Zeitplan steht kein Datum mehr" in shown
    assert "Ändern oder absagen" in shown


def test_what_somebody_said_differently_on_purpose_is_no_difference(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    made = announce(plan.edit_secret, words(begins="17:45"), labs["soest"].id, user(cast.bilal))
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    assert "inzwischen etwas anderes" not in editor.look()
    editor.does("/angaben", date=in_days(30), start="18:00", place="Hinterhof", days=1)
    assert "Hinterhof" in editor.look().partition("inzwischen etwas anderes")[2]

    settle(editor, "beibehaltung")

    assert "inzwischen etwas anderes" not in editor.look()
    assert (fresh(made).place, fresh(made).begins, fresh(made).version) == ("", "17:45", 1)


@pytest.mark.parametrize("where", ["uebernahme", "beibehaltung"])
def test_what_nobody_looked_at_is_not_taken_over(
    where: str, signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    made = announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))
    bilal, anke = (Planner(signed_in(name), plan.edit_secret) for name in ("bilal", "anke"))
    anke.does("/angaben", date=in_days(30), start="18:00", place="Rathaus", days=1)
    seen = bilal.look()
    anke.does("/angaben", date=in_days(30), start="18:00", place="Bei mir zu Hause", days=1)

    answer = settle(bilal, where, seen)

    assert answer.status_code == 303
    assert fresh(made).place == ""
    shown = bilal.look()
    assert "Der Zeitplan ist inzwischen noch einmal anders" in shown
    assert "Bei mir zu Hause" in shown.partition("inzwischen etwas anderes")[2]


def test_what_is_told_can_be_taken_over_after_blocks_were_moved(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    made = announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    editor.does("/angaben", date=in_days(30), start="18:00", place="Rathaus", days=1)
    seen, block = editor.look(), plan.content["blocks"][0]["key"]
    editor.send(f"/bloecke/{block}/platz", htmx=True, do="down")

    for _twice in range(2):
        settle(editor, "uebernahme", seen)

    assert (fresh(made).place, fresh(made).version) == ("Rathaus", 2)


def test_a_day_that_is_over_is_not_taken_over(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    made = announce(plan.edit_secret, words(), labs["soest"].id, user(cast.bilal))
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    editor.does("/angaben", date=in_days(-3), start="18:00", days=1)

    settle(editor, "uebernahme")

    assert fresh(made).held_on == in_days(30)
    assert "Der Tag im Zeitplan ist schon vorbei." in editor.look()


def test_an_end_that_no_longer_fits_stays_open(
    signed_in: Browsers, plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    said = words(begins="23:00", ends="23:30")
    made = announce(plan.edit_secret, said, labs["soest"].id, user(cast.bilal))
    editor = Planner(signed_in("bilal"), plan.edit_secret)
    editor.does("/angaben", date=in_days(30), start="18:00", end="22:00", days=1)

    settle(editor, "uebernahme")

    assert (fresh(made).begins, fresh(made).ends) == ("23:00", "")


# Changing, calling off, taking back


def test_it_is_changed_by_others_of_the_lab(
    client: FlaskClient, signed_in: Browsers, announcement: Announcement
) -> None:
    address = f"/termine/{announcement.id}"
    before = client.get("/termine").headers["ETag"]

    answer = sends(signed_in("anke"), f"{address}/bearbeiten", title="Langer Abend", ends="22:00")

    assert answer.location == address
    assert "Langer Abend" in client.get(address).text
    after = client.get("/termine", headers={"If-None-Match": before})
    assert (after.status_code, "Langer Abend" in after.text) == (200, True)


def test_two_who_change_it_see_each_other(signed_in: Browsers, announcement: Announcement) -> None:
    address = f"/termine/{announcement.id}/bearbeiten"
    anke = signed_in("anke")
    seen = announcement.version
    sends(signed_in("bilal"), address, place="Rathaus")
    said = {"title": "Offener Abend", "held_on": in_days(30), "begins": "18:00", "place": "Park"}

    answer = posts(anke, address, version=seen, **said)

    assert answer.status_code == 409
    assert "Jemand anders hat die Ankündigung" in answer.text
    assert 'value="Park"' in answer.text
    assert fresh(announcement).place == "Rathaus"
    assert posts(anke, address, version=seen + 1, **said).status_code == 303
    assert fresh(announcement).place == "Park"


def test_of_two_at_once_one_is_told(app: Flask, announcement: Announcement, cast: Cast) -> None:
    number = announcement.id

    def work(by: int) -> Act:
        return partial(change_announcement, number, words(place=f"Ort {by}"), user(by), seen=1)

    outcomes = prepared_at_once(
        partial(work, cast.anke),
        partial(work, cast.bilal),
        app=app,
        expected=(AnnouncementChanged,),
    )

    assert len([one for one in outcomes if isinstance(one, AnnouncementChanged)]) == 1
    assert (fresh(announcement).version, fresh(announcement).place[:3]) == (2, "Ort")


def test_what_falls_through_stays_to_be_read_until_the_day_is_over(
    client: FlaskClient, signed_in: Browsers, announcement: Announcement
) -> None:
    anke, address = signed_in("anke"), f"/termine/{announcement.id}"

    posts(anke, f"{address}/absage")

    for place in ("/termine", "/", "/labore/soest", address):
        assert "Fällt aus" in client.get(place).text, place
    version = fresh(announcement).version
    posts(anke, f"{address}/absage")
    assert fresh(announcement).version == version
    posts(anke, f"{address}/absage/aufhebung")
    assert "Fällt aus" not in client.get("/termine").text


def test_what_is_withdrawn_is_gone(
    client: FlaskClient, signed_in: Browsers, announcement: Announcement
) -> None:
    anke, address = signed_in("anke"), f"/termine/{announcement.id}"
    seen = client.get(address).headers["ETag"]
    listed = client.get("/termine").headers["ETag"]

    posts(anke, f"{address}/rueckzug")

    assert client.get(address, headers={"If-None-Match": seen}).status_code == 410
    assert client.get(f"{address}.ics").status_code == 410
    assert "Offener" not in client.get("/termine", headers={"If-None-Match": listed}).text
    left = fresh(announcement)
    assert (left.title, left.how_to_html, left.by_id, left.plan_said) == ("", "", None, {})
    assert posts(anke, f"{address}/absage").status_code == 410


def test_what_is_withdrawn_can_be_announced_anew_at_another_address(
    plan: Plan, labs: dict[str, Lab], cast: Cast
) -> None:
    bilal, lab = user(cast.bilal), labs["soest"].id
    first = announce(plan.edit_secret, words(), lab, bilal)
    withdraw(first.id, bilal)

    second = announce(plan.edit_secret, words(), lab, bilal)

    assert second.id != first.id
    assert second.uid != first.uid


def test_a_day_that_is_over_is_in_no_list_and_still_at_its_address(
    client: FlaskClient, announcement: Announcement
) -> None:
    address = f"/termine/{announcement.id}"
    seen = {place: client.get(place).headers["ETag"] for place in ("/termine", address)}
    push_back(announcement)

    for place in ("/", "/labore/soest", "/termine.ics", "/sitemap.xml"):
        assert "Offener Abend" not in client.get(place).text, place
    listed = client.get("/termine", headers={"If-None-Match": seen["/termine"]})
    assert (listed.status_code, "Offener Abend" in listed.text) == (200, False)
    page = client.get(address, headers={"If-None-Match": seen[address]})
    assert "Dieser Termin ist vorbei." in page.text
    assert 'content="noindex"' in page.text


def test_the_day_changes_what_browsers_ask_for(
    client: FlaskClient, announcement: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = client.get("/termine").headers["ETag"]
    again = client.get("/termine", headers={"If-None-Match": seen})
    assert (again.status_code, again.data) == (304, b"")

    monkeypatch.setattr("wiki.announcing.views.now", lambda: now() + timedelta(days=1))

    assert client.get("/termine", headers={"If-None-Match": seen}).status_code == 200


def test_who_left_the_lab_speaks_for_it_no_more(
    signed_in: Browsers, announcement: Announcement, cast: Cast
) -> None:
    with writing() as session:
        session.query(Membership).filter_by(user_id=cast.bilal).delete()

    bilal = signed_in("bilal")

    assert bilal.get(f"/termine/{announcement.id}/bearbeiten").status_code == 403
    with pytest.raises(NotAllowed):
        withdraw(announcement.id, user(cast.bilal))


# What stays when others go


def test_the_announcement_outlives_its_plan(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    bilal = user(cast.bilal)
    deleted, old = dated(page, bilal), dated(page)
    kept = [announce(p.edit_secret, words(), labs["soest"].id, bilal) for p in (deleted, old)]
    with writing():
        db.session.get_one(Plan, old.id).touched_at = now() - KEPT - timedelta(days=1)

    delete_plan(deleted.edit_secret, bilal)
    forget_old()

    assert [fresh(one).plan_id for one in kept] == [None, None]
    assert client.get("/termine").text.count("Offener Abend") == 2


def test_it_is_among_ones_data_and_names_nobody_once_the_account_is_closed(
    client: FlaskClient, announcement: Announcement, cast: Cast
) -> None:
    said = data_about(user(cast.bilal))["ankündigungen"]
    assert [(one["titel"], one["labor"]) for one in said] == [
        ("Offener Abend", "stadtLABOR Beispiel")
    ]
    assert data_about(user(cast.anke))["ankündigungen"] == []

    with writing():
        close_account(user(cast.bilal))

    assert fresh(announcement).by_id is None
    assert "Offener Abend" in client.get("/termine").text


# Hostile and large


def test_hostile_words_stay_words(client: FlaskClient, signed_in: Browsers, plan: Plan) -> None:
    bilal = signed_in("bilal")
    text = f"{HOSTILE[:25]}\n\n[x](javascript:alert(1)) https://example.org/a?b=1&c=2"
    short = HOSTILE[:70]

    answer = sends(
        bilal,
        form_of(plan),
        title=HOSTILE,
        place=HOSTILE,
        how_to=text,
        audience=HOSTILE,
        places=short,
    )

    for browser in (client, bilal):
        for address in ("/", "/termine", "/labore/soest", answer.location):
            shown = browser.get(address).text
            assert "<script>alert" not in shown
            assert "\"' onmouseover" not in shown
            assert "javascript:" not in shown.replace("(javascript:alert(1))", "")
    assert 'href="https://example.org/a?b=1&amp;c=2"' in client.get(answer.location).text
    for address in (f"{answer.location}/bearbeiten", f"/plan/{plan.edit_secret}"):
        assert "<script>alert" not in bilal.get(address).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("title", "\u200b"),
        ("held_on", ""),
        ("held_on", "30.2.2028"),
        ("held_on", "29.2.2027"),
        ("held_on", "1.1.9999"),
        ("begins", ""),
        ("begins", "25:00"),
        ("ends", "18:00"),
        ("ends", "17:00"),
        ("days", "0"),
        ("days", "15"),
        ("place", "x" * 121),
        ("how_to", "x" * 1_501),
        ("how_to", "> " * 40 + "x"),
        ("audience", "x" * 121),
        ("places", "x" * 81),
    ],
)
def test_what_does_not_fit_stands_beside_its_field(
    field: str, value: str, signed_in: Browsers, plan: Plan
) -> None:
    answer = sends(signed_in("bilal"), form_of(plan), **{field: value})

    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert db.session.query(Announcement).count() == 0


def test_examples_stand_behind_everything_real(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    with writing():
        db.session.get_one(Lab, labs["menden"].id).is_example = True
    example = announced(
        page, labs["menden"], user(cast.carla), title="Nur so", held_on=in_days(1).isoformat()
    )
    announced(page, labs["soest"], user(cast.bilal))

    for address in ("/", "/termine"):
        shown = client.get(address).text
        assert shown.index("Offener Abend") < shown.index("Nur so")
        assert 'class="example-mark"' in shown.partition("Nur so")[2]
    for address in ("/termine.ics", "/termine.ics?labor=menden", "/sitemap.xml"):
        assert "Nur so" not in client.get(address).text
        assert f"/termine/{example.id}<" not in client.get(address).text


def test_examples_go_with_their_labs(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    load_examples()
    lab = db.session.query(Lab).filter_by(slug="beispiellabor").one()
    number = announced(page, lab, nobody_of(lab), title="Nur so").id
    announced(page, labs["soest"], user(cast.bilal))
    assert "Nur so" in client.get("/labore/beispiellabor").text

    remove_examples()

    assert client.get(f"/termine/{number}").status_code == 404
    assert [one.title for one in db.session.query(Announcement)] == ["Offener Abend"]


def test_only_the_next_three_stand_on_homes_and_the_start(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    for day in (5, 3, 9, 1):
        said = {"title": f"Tag {day} danach", "held_on": in_days(day).isoformat()}
        announced(page, labs["soest"], user(cast.bilal), **said)

    for address in ("/", "/labore/soest"):
        shown = client.get(address).text
        places = [shown.find(f"Tag {day} danach") for day in (1, 3, 5)]
        assert places == sorted(places)
        assert min(places) > 0
        assert "Tag 9 danach" not in shown


def test_the_list_is_for_one_lab_if_asked(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    announced(page, labs["soest"], user(cast.bilal), title="In Soest")
    announced(page, labs["menden"], user(cast.carla), title="In Menden")

    shown = client.get("/termine?labor=soest").text

    assert "In Soest" in shown
    assert "In Menden" not in shown
    assert 'href="/termine?labor=menden"' in shown
    assert client.get("/termine?labor=gibt-es-nicht").status_code == 404
    assert "Gerade ist nichts angekündigt" in client.get("/termine?labor=nachbar").text


def test_many_dates_cost_no_more_questions_than_one(
    app: Flask, client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    announced(page, labs["soest"], user(cast.bilal))
    addresses = ("/", "/termine", "/termine.ics", "/labore/soest", "/termine/1", "/sitemap.xml")
    for address in addresses:
        client.get(address)
    announced(page, labs["menden"], user(cast.carla))
    few = {address: questions(client, address) for address in addresses}
    for _ in range(10):
        announced(page, labs["soest"], user(cast.bilal))
        announced(page, labs["menden"], user(cast.carla))

    assert {address: questions(client, address) for address in addresses} == few
    assert max(few["/termine"], few["/termine.ics"], few["/termine/1"]) <= 2
    assert questions(client, "/termine") == 1


def test_a_link_to_a_page_of_the_wiki_leads_there(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    make_page("Geheime Seite", by=cast.anke, lab=labs["soest"], publish=False)
    text = "Wie [[Smartphone-Stunde]], nicht wie [[Geheime Seite]]."
    made = announced(page, labs["soest"], user(cast.bilal), how_to=text)

    shown = client.get(f"/termine/{made.id}").text

    assert '<a href="/wiki/smartphone-stunde">Smartphone-Stunde</a>' in shown
    assert "/wiki/geheime-seite" not in shown


def questions(client: FlaskClient, address: str) -> int:
    """How often the database is asked for this address."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        asked.append(text)

    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return sum(text.lstrip().startswith("SELECT") for text in asked)
