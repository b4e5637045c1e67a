"""How a plan begins, whatever it is made of: a short form, open without an account too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Response, flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap, marks
from wiki.errors import TooMany
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.plans.changing import PlanFull
from wiki.plans.content import Beginnings
from wiki.plans.models import Plan
from wiki.plans.planning import MOST_FROM_ADDRESS

Said = TypeVar("Said", bound=Beginnings)


@dataclass(frozen=True)
class Beginning(Generic[Said]):
    """A form for the beginnings of a plan, and how the plan is made of what was said.

    `back` is where people came from, `context` what the template needs, `too_full` what is said if
    no plan holds that much.
    """

    template: str
    back: str
    make: Callable[[Said, User | None], Plan]
    context: dict[str, Any]
    too_full: str = ""

    def ask(self, form: Form[Said], status: int = 200) -> Response:
        return show_template(
            self.template, status=status, form=form, back=self.back, **self.context, **marks()
        )

    def begin(self, form: Form[Said]) -> BaseResponse:
        """The new plan, or the form with what hinders it."""
        someone, said = person(), form.validate()
        if said is None or (someone is None and came_too_quickly(form)):
            return self.ask(form, 422)
        if fell_into_the_trap():
            return go(self.back)
        try:
            if someone is None:
                count_from_address("plan", MOST_FROM_ADDRESS)
            plan = self.make(said, someone)
        except TooMany:
            form.errors[""] = _(
                "Von hier kamen gerade sehr viele Zeitpläne. In einer Stunde geht es wieder."
            )
            return self.ask(form, 429)
        except PlanFull:
            form.errors[""] = self.too_full
            return self.ask(form, 422)
        flash(_("Der Zeitplan ist da. Alles lässt sich noch ändern."), "success")
        return go(url_for("plans.show", secret=plan.edit_secret))
