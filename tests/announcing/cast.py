"""What tests of announcements have in common: dated plans, and what is announced of them."""

from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from tests.conftest import token
from tests.forms import filled, form_in
from tests.plans.cast import plan_of
from wiki.accounts.models import User
from wiki.announcing.announcing import announce
from wiki.announcing.content import AnnouncementContent
from wiki.announcing.models import Announcement
from wiki.announcing.times import today
from wiki.db import db, now
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.models import Plan


def user(number: int) -> User:
    return db.session.get_one(User, number)


def in_days(number: int) -> date:
    return today(now()) + timedelta(days=number)


def dated(page: Page, by: User | None = None, days: int = 30, **said: Any) -> Plan:
    """A plan of the page's steps, on a day to come, from 18:00 to 19:00."""
    return plan_of(page, by, date=in_days(days), start="18:00", **said)


def words(**more: Any) -> AnnouncementContent:
    """What an announcement says, as a form would send it."""
    said = {"title": "Offener Abend", "held_on": in_days(30).isoformat(), "begins": "18:00"}
    return AnnouncementContent.model_validate(said | more)


def announced(page: Page, lab: Lab, by: User, **more: Any) -> Announcement:
    return announce(dated(page).edit_secret, words(**more), lab.id, by)


def fresh(announcement: Announcement) -> Announcement:
    """The announcement as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Announcement, announcement.id)


def sends(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Fill the form at an address, and send it there."""
    return browser.post(address, data=filled(form_in(browser.get(address).text, address), **fields))


def posts(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """What a button at this address sends."""
    return browser.post(address, data={"csrf_token": token(browser, "/konto"), **fields})


def events(browser: FlaskClient, address: str = "/termine.ics") -> list[Event]:
    answer = browser.get(address)
    assert answer.mimetype == "text/calendar"
    return list(Calendar.from_ical(answer.data).events)
