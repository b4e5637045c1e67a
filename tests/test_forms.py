"""Rows of a form, changed by its buttons: what each does, and what stays as it was."""

from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.conftest import token
from wiki.forms import Form
from wiki.recipes.content import RecipeContent

Sent = MultiDict[str, str]


def steps(*names: str, **more: str) -> Sent:
    """A form as sent, its steps with keys `ka`, `kb`, … in this order."""
    sent: Sent = MultiDict({"title": "Fahrradwerkstatt"})
    for key, name in zip(("kaa", "kbb", "kcc", "kdd"), names, strict=False):
        sent.add("steps", key)
        sent[f"steps.{key}.title"] = name
    sent.update({name.replace("__", "."): value for name, value in more.items()})
    return sent


def changed(sent: Sent, action: str) -> list[str]:
    form = Form.sent(RecipeContent, sent)
    form.change_rows(action)
    return [row["title"] for row in form.rows("steps")]


def test_a_row_goes_where_its_field_says() -> None:
    for place, order in (
        ("1", ["Fegen", "Ankommen", "Schrauben"]),
        (" 2 ", ["Ankommen", "Fegen", "Schrauben"]),
        ("0", ["Fegen", "Ankommen", "Schrauben"]),
        ("99", ["Ankommen", "Schrauben", "Fegen"]),
        ("", ["Ankommen", "Schrauben", "Fegen"]),
        ("-1", ["Ankommen", "Schrauben", "Fegen"]),
        ("²", ["Ankommen", "Schrauben", "Fegen"]),
        ("9" * 5_000, ["Ankommen", "Schrauben", "Fegen"]),
    ):
        sent = steps("Ankommen", "Schrauben", "Fegen", place__steps__kcc=place)

        assert changed(sent, "to.steps.kcc") == order


def test_a_doubled_row_stands_behind_its_model_with_a_key_of_its_own() -> None:
    form = Form.sent(RecipeContent, steps("Ankommen", "Fegen", steps__kaa__text="Tee kochen"))

    form.change_rows("copy.steps.kaa")

    first, second, third = form.rows("steps")
    assert second == first | {"key": second["key"]}
    assert second["key"] not in ("kaa", "kbb")
    assert (second["text"], third["key"]) == ("Tee kochen", "kbb")
    assert form.focus == f"steps.{second['key']}.title"


def test_a_full_group_takes_no_copy() -> None:
    sent: Sent = MultiDict({"title": "Voll"})
    for number in range(200):
        sent.add("steps", f"k{number:03}")
        sent[f"steps.k{number:03}.title"] = "Schritt"

    assert len(changed(sent, "copy.steps.k007")) == 200


def test_only_names_are_shown_unless_that_would_hide_an_error() -> None:
    sent = steps("Ankommen", "Fegen", steps__kaa__minutes="lange")
    sent.add("ordering", "steps")
    form = Form.sent(RecipeContent, sent)
    assert form.is_ordered("steps")
    assert not form.is_ordered("materials")

    form.validate()

    assert not form.is_ordered("steps")


def test_buttons_move_far_and_double_without_javascript(
    signed_in: Callable[[str], FlaskClient],
) -> None:
    anke = signed_in("anke")
    sent = steps("Ankommen", "Schrauben", "Fegen", place__steps__kcc="1")
    sent["csrf_token"] = token(anke, "/neu/rezept")

    moved = anke.post("/neu/rezept", data=sent | {"do": "to.steps.kcc"}).text
    doubled = anke.post("/neu/rezept", data=sent | {"do": "copy.steps.kaa"}).text

    assert moved.index(">1. Fegen<") < moved.index(">2. Ankommen<")
    assert doubled.index(">1. Ankommen<") < doubled.index(">2. Ankommen<")
