"""The rows of facts: on a report, and how well tried a recipe is."""

from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from wiki.accounts.models import User
from wiki.labs.models import Lab
from wiki.outcomes.content import OutcomeContent
from wiki.outcomes.evidence import Evidence, Run, StepMinutes, evidence_on, most_tried_of
from wiki.outcomes.learning import count_open_of, lessons_of, open_lessons_of
from wiki.pages.listing import cards_for
from wiki.pages.panels import Fact, PageView, fact
from wiki.recipes.content import RecipeContent, Step

#: So many runs stand on the recipe itself, and so many recipes on a lab's home.
SHOWN = 8
MOST_TRIED = 3
#: So much of what was learned stands on the recipe, and of what is open on a lab's home.
LEARNED = 4
STILL_OPEN = 5


def facts_of(outcome: OutcomeContent) -> list[Fact]:
    """Pictogram, value and quiet line of each fact a report knows."""
    facts = []
    if outcome.held_on:
        facts.append(fact("calendar", format_date(outcome.held_on, "medium"), _("Wann")))
    if outcome.place:
        facts.append(fact("pin", outcome.place, _("Wo")))
    if outcome.people is not None:
        text = _("waren da, erwartet %(number)s", number=outcome.expected)
        facts.append(
            fact("people", str(outcome.people), text if outcome.expected else _("waren da"))
        )
    if outcome.again:
        facts.append(fact("tried", _(outcome.again.label), _("Noch einmal machen?")))
    return facts


def evidence_panel(view: PageView) -> dict[str, Any] | None:
    """What the runs of a recipe say together; nothing on one that was never run."""
    evidence = _evidence(view)
    if evidence is None or not evidence.runs:
        return None
    assert isinstance(view.content, RecipeContent)
    runs = [(run, line_of(run)) for run in evidence.runs[:SHOWN]]
    lessons = lessons_of(view.page)
    return {
        "evidence": evidence,
        "lessons": lessons,
        "taken_up": lessons.taken_up[:LEARNED],
        "runs": runs,
        "is_all": len(runs) == len(evidence.runs),
        "measured": measured_steps(view.content, evidence),
        "people": people_of(evidence),
    }


def measured_steps(recipe: RecipeContent, evidence: Evidence) -> list[tuple[Step, StepMinutes]]:
    """The recipe's steps whose real minutes somebody wrote down."""
    return [
        (step, evidence.minutes[step.key]) for step in recipe.steps if step.key in evidence.minutes
    ]


def line_of(run: Run) -> str:
    """When, by whom, with how many, which version, and whether again."""
    outcome = run.outcome
    parts = (
        format_date(outcome.held_on, "medium") if outcome.held_on else "",
        run.lab.name if run.lab else "",
        _("%(number)s Personen", number=outcome.people) if outcome.people is not None else "",
        _("Version %(number)s", number=outcome.recipe_version) if outcome.recipe_version else "",
        _("noch einmal: %(answer)s", answer=_(outcome.again.label)) if outcome.again else "",
    )
    return " · ".join(filter(None, parts))


def most_tried(lab: Lab, reader: User | None) -> dict[str, Any]:
    """A lab's recipes that were run most often, as its home shows them."""
    runs = most_tried_of(lab, MOST_TRIED)
    cards = cards_for(list(runs), reader)
    return {
        "tried": [(cards[page_id], count) for page_id, count in runs.items() if page_id in cards]
    }


def still_open(lab: Lab, _reader: User | None) -> dict[str, Any]:
    """What runs of a lab's recipes taught and nobody acted on, as its home shows it."""
    return {"open": open_lessons_of(lab, STILL_OPEN), "open_count": count_open_of(lab)}


def tried_fact(view: PageView) -> Fact | None:
    """How well a recipe is tried, among its facts."""
    evidence = _evidence(view)
    if evidence is None:
        return None
    if not evidence.runs:
        return fact("tried", _("Idee"), _("noch ohne Erfahrungsbericht"))
    value = _("%(number)s× erprobt", number=len(evidence.runs))
    labs, group = evidence.labs, people_of(evidence)
    parts = (
        ngettext("in %(num)d Labor", "in %(num)d Laboren", labs) if labs else "",
        _("mit %(people)s Personen", people=group) if group else "",
    )
    text = ", ".join(filter(None, parts))
    return {**fact("tried", value, text), "ripeness": evidence.maturity.ripeness}


def people_of(evidence: Evidence) -> str:
    """With how many it was tried: `8–20`, `8`, or an empty string."""
    return "–".join(map(str, dict.fromkeys(evidence.group or ())))


def _evidence(view: PageView) -> Evidence | None:
    """Of a recipe in its current version; nothing else is tried."""
    is_current = view.revision.number == view.page.current_number
    if not is_current or not isinstance(view.content, RecipeContent):
        return None
    return Evidence([]) if view.lacks("runs") else evidence_on(view.page)
