"""Rows of a form, changed by its buttons: what each does, and what stays as it was."""

from collections.abc import Callable

import pytest
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


def test_a_row_that_was_taken_out_is_put_back_as_it_was() -> None:
    """Its fields travel with the form; whatever is done to the others meanwhile stays."""
    sent = steps(
        "Ankommen", "Schrauben", "Fegen", steps__kbb__text="Mit\nÖl", steps__kbb__minutes="9"
    )
    form = Form.sent(RecipeContent, sent)
    form.change_rows("remove.steps.kbb")
    assert form.focus == "steps.removed"

    again: Sent = MultiDict({"title": "Fahrradwerkstatt"})
    for row in reversed(form.rows("steps")):
        again.add("steps", row["key"])
        again[f"steps.{row['key']}.title"] = row["title"]
    again.update(MultiDict(form.removed_fields("steps")))
    form = Form.sent(RecipeContent, again)
    assert [row["title"] for row in form.for_model()["steps"]] == ["Fegen", "Ankommen"]
    form.change_rows("restore.steps")

    back = form.rows("steps")
    assert [row["title"] for row in back] == ["Fegen", "Schrauben", "Ankommen"]
    assert (back[1]["key"], back[1]["text"], back[1]["minutes"]) == ("kbb", "Mit\nÖl", "9")
    assert (form.removed, form.focus) == ({}, "steps.kbb")


def test_nothing_is_kept_of_a_row_that_said_nothing() -> None:
    form = Form.sent(RecipeContent, steps("Ankommen", ""))

    form.change_rows("remove.steps.kbb")

    assert (form.removed, form.focus) == ({}, "steps.kaa")


def test_what_is_made_up_of_a_removed_row_is_none() -> None:
    for made_up in ("x.kbb", "1.", "1.<b>", "99999.kbb", "1.kaa"):
        sent = steps("Ankommen", removed__steps=made_up)

        assert Form.sent(RecipeContent, sent).removed == {}


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


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("15", 15),
        ("15 min", 15),
        (" 90 Minuten ", 90),
        ("90'", 90),
        ("1,5 Std.", 90),
        ("1:30", 90),
        ("1:30 h", 90),
        ("1 Stunde 30", 90),
        ("2 h", 120),
        ("", None),
    ],
)
def test_minutes_are_understood_as_people_write_them(typed: str, minutes: int | None) -> None:
    form = Form.sent(RecipeContent, steps("Ankommen", steps__kaa__minutes=typed))

    recipe = form.validate()

    assert recipe is not None
    assert recipe.steps[0].minutes == minutes


@pytest.mark.parametrize(
    "typed", ["zehn", "1,5", "1:75", "-3", "h", "1e3", "1 h" + " " * 9_999 + "x"]
)
def test_what_is_no_time_is_asked_about(typed: str) -> None:
    form = Form.sent(RecipeContent, steps("Ankommen", steps__kaa__minutes=typed))

    assert form.validate() is None
    assert list(form.errors) == ["steps.kaa.minutes"]


def test_group_sizes_that_fall_are_asked_about_where_they_stand() -> None:
    form = Form.sent(RecipeContent, steps("Ankommen", group_min="12", group_max="6"))

    assert form.validate() is None
    assert list(form.errors) == ["group_max"]
