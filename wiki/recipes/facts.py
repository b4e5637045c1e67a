"""The row of facts under a recipe's title: how long, for how many, where, how hard."""

from flask_babel import gettext as _

from wiki.pages.panels import Fact, fact
from wiki.recipes.computing import Run
from wiki.recipes.content import RecipeContent
from wiki.templating import duration


def fact_list(recipe: RecipeContent, run: Run) -> list[Fact]:
    """Pictogram, value and quiet line of each fact the recipe knows."""
    facts: list[Fact] = []
    if run.planned:
        setup = recipe.minutes_setup
        text = _("dazu %(minutes)s Aufbau", minutes=duration(setup)) if setup else ""
        facts.append(fact("clock", duration(run.minutes), text))
    if people := people_range(recipe):
        best = recipe.group_ideal
        text = _("Personen, am besten %(best)s", best=best) if best else _("Personen")
        facts.append(fact("people", people, text))
    if recipe.settings:
        wifi = _(recipe.wifi.label) if recipe.wifi else ""
        facts.append(fact("pin", ", ".join(_(s.label) for s in recipe.settings), wifi))
    if recipe.level:
        helpers = sum(needed.count for needed in run.roles)
        text = _("%(count)s helfen mit", count=helpers) if helpers else ""
        facts.append(fact("level", _(recipe.level.label), text))
    return facts


def people_range(recipe: RecipeContent) -> str:
    """For how many people it is meant, or an empty string."""
    return people_words(recipe.group_min, recipe.group_ideal, recipe.group_max)


def people_words(low: int | None, ideal: int | None, high: int | None) -> str:
    """`6–12`, `ab 6`, `bis 12`, or the best number alone."""
    if low and high:
        return str(low) if low == high else f"{low}–{high}"
    if low:
        return str(_("ab %(number)s", number=low))
    if high:
        return str(_("bis %(number)s", number=high))
    return str(ideal or "")
