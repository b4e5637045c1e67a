"""What tests of plans have in common: a browser on a plan, with the token and count it saw."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import token
from wiki.db import db
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, revision_of, save_edit
from wiki.plans.content import Beginnings, Block, PlanContent
from wiki.plans.models import Plan
from wiki.plans.planning import content_in, find_plan, make_plan
from wiki.plans.recipes import newest

HX = {"HX-Request": "true"}


class Planner:
    """Somebody who has a plan open: sends what its buttons send."""

    def __init__(self, browser: FlaskClient, secret: str) -> None:
        self.browser = browser
        self.at = f"/plan/{secret}"
        self.secret = secret
        self.token = token(browser, f"{self.at}/angaben")
        self.look()

    def look(self) -> str:
        """Load the page anew; from now on that is what was seen."""
        self.seen = find_plan(self.secret).plan.version
        return self.browser.get(self.at).text

    def send(self, where: str, *, htmx: bool = False, **fields: Any) -> TestResponse:
        sent = {"version": self.seen, "csrf_token": self.token, **fields}
        return self.browser.post(self.at + where, data=sent, headers=HX if htmx else {})

    def does(self, where: str, **fields: Any) -> None:
        """Send something that works, and see what it did."""
        answer = self.send(where, **fields)
        assert answer.status_code == 303, answer.text
        self.look()


def plan_of(page: Page, by: Any = None, **said: Any) -> Plan:
    return make_plan(newest(page), Beginnings(**said), by)


def content(plan: Plan) -> PlanContent:
    db.session.rollback()
    db.session.expire_all()
    return content_in(db.session.get_one(Plan, plan.id))


def blocks(plan: Plan) -> list[Block]:
    return content(plan).blocks


def edit(page: Page, **fields: Any) -> None:
    """A new version of a page."""
    current = content_of(revision_of(page, page.current_number))
    new = type(current).model_validate(current.to_json() | fields)
    contribution = Contribution(by=None, is_operator=True)
    kind = kinds().named(page.kind)
    save_edit(page, kind, new, contribution, base=page.current_number, publish=True)
