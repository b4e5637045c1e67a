"""The form for those without an account, wherever they come from."""

from flask import Response

from wiki.accounts.strangers import marks
from wiki.forms import Form
from wiki.htmx import show
from wiki.outcomes.told import ToldContent
from wiki.pages.models import Page


def show_told_form(
    page: Page, form: Form[ToldContent], version: int, status: int = 200
) -> Response:
    """What they tell of a run of this recipe, in the version they used; 0 if nobody knows."""
    return show(
        "outcomes/tell.html", status=status, page=page, form=form, version=version, **marks()
    )
