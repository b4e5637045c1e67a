"""From what a browser wrote down during a run to the forms in which it is reported."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.errors import LaborwikiError
from wiki.fields import ROWS, Day, Line, new_key
from wiki.forms import Form
from wiki.outcomes.reporting import WRITE_WORD
from wiki.outcomes.told import ToldContent
from wiki.pages.drafts import DraftMark, EditDraft, Place, keep_draft
from wiki.plans.agenda import Agenda
from wiki.plans.agenda import Line as AgendaLine
from wiki.plans.recipes import Pinned

#: Of what a browser sends; a run of 200 blocks with a note for each has a third of it.
MOST_LETTERS = 200_000
MOST_NOTES = 300
MOST_MINUTES = 1_440
Key = Annotated[str, StringConstraints(max_length=20)]


class UnreadableRun(LaborwikiError):
    """What came was not written down by the page that runs plans."""


class RunNote(BaseModel):
    """One line, beside a block or none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Line, StringConstraints(min_length=1)]
    kind: Literal["worked", "failed", "ideas"]
    block: Key = ""


class RunRecord(BaseModel):
    """How it went: real minutes by the keys of blocks, and notes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    held_on: Day = None
    minutes: dict[Key, Annotated[int, Field(ge=0, le=MOST_MINUTES)]] = Field(
        default_factory=dict, max_length=2 * ROWS
    )
    notes: list[RunNote] = Field(default_factory=list, max_length=MOST_NOTES)


def read_record(text: str) -> RunRecord:
    """What a browser wrote down.

    Raises:
        UnreadableRun: it is nothing of that kind.
    """
    if len(text) > MOST_LETTERS:
        raise UnreadableRun
    try:
        said = json.loads(text)
        if isinstance(said, dict):
            # Nobody loses all notes over one too many or unreadable, or impossible minutes.
            if isinstance(said.get("notes"), list):
                said["notes"] = list(filter(_is_note, said["notes"]))[:MOST_NOTES]
            if isinstance(said.get("minutes"), dict):
                said["minutes"] = {
                    key: minutes
                    for key, minutes in said["minutes"].items()
                    if not isinstance(minutes, int) or 0 <= minutes <= MOST_MINUTES
                }
        return RunRecord.model_validate(said)
    except (ValueError, RecursionError):
        raise UnreadableRun from None


def _is_note(said: object) -> bool:
    try:
        RunNote.model_validate(said)
    except ValueError:
        return False
    return True


def keep_report(agenda: Agenda, record: RunRecord, recipe: Pinned | None, by: User) -> EditDraft:
    """A report begun for this person, to go on writing: it is safe on the server from now on.

    Raises:
        TooManyDrafts: as `keep_draft`.
    """
    fields = report_fields(agenda, record, recipe)
    return keep_draft(by, Place(None, WRITE_WORD), DraftMark.fresh(), fields).draft


def report_fields(agenda: Agenda, record: RunRecord, recipe: Pinned | None) -> MultiDict[str, str]:
    """What stands in the form of a report: with a recipe its steps, without one all blocks."""
    fields = MultiDict[str, str]()
    if recipe is not None:
        fields["recipe"] = recipe.page.title
        fields["recipe_version"] = str(recipe.revision.number)
    if record.held_on is not None:
        fields["held_on"] = record.held_on.isoformat()
    fields["place"] = agenda.content.place
    if agenda.content.people is not None:
        fields["expected"] = str(agenda.content.people)
    for key, title, minutes in _times(agenda, record, recipe):
        fields.add("times", key)
        fields[f"times.{key}.step"] = title
        fields[f"times.{key}.minutes"] = "" if minutes is None else str(minutes)
    for group in ("worked", "failed", "ideas"):
        # An empty row is where to write what nobody wrote down.
        notes = _notes(agenda, record, recipe, group) or ([("", "")] if group != "ideas" else [])
        taken: set[str] = set()
        for text, step in notes[:ROWS]:
            taken.add(key := new_key(taken))
            fields.add(group, key)
            fields[f"{group}.{key}.text"] = text
            fields[f"{group}.{key}.step"] = step
    return fields


def told_form(agenda: Agenda, record: RunRecord, recipe: Pinned) -> Form[ToldContent]:
    """The short form for somebody without an account, with the notes in its two lines."""

    def line(*groups: str) -> str:
        notes = [note for group in groups for note in _notes(agenda, record, recipe, group)]
        return " · ".join(f"{step}: {text}" if step else text for text, step in notes)

    return Form.blank(
        ToldContent,
        held_on=record.held_on.isoformat() if record.held_on else "",
        worked=line("worked"),
        failed=line("failed", "ideas"),
    )


def _times(
    agenda: Agenda, record: RunRecord, recipe: Pinned | None
) -> list[tuple[str, str, int | None]]:
    """Key, name and real minutes: of a recipe's steps, a step that came twice once; else blocks."""
    if recipe is None:
        return [
            (line.key, line.title, record.minutes[line.key])
            for line in agenda.lines
            if line.key in record.minutes
        ]
    measured: dict[str, int] = {}
    for line in agenda.lines:
        if _is_of(line, recipe) and line.key in record.minutes:
            step = line.block.step
            measured[step] = measured.get(step, 0) + record.minutes[line.key]
    return [(step.key, step.title, measured.get(step.key)) for step in recipe.recipe.steps]


def _notes(
    agenda: Agenda, record: RunRecord, recipe: Pinned | None, group: str
) -> list[tuple[str, str]]:
    """Text and step of the notes of a group; those about another recipe's steps are left out."""
    lines = {line.key: line for line in agenda.lines}
    notes = []
    for note in record.notes:
        line = lines.get(note.block)
        if note.kind != group:
            continue
        if line is None or recipe is None:
            notes.append((note.text, ""))
        elif _is_of(line, recipe) and line.step is not None:
            notes.append((note.text, line.step.title))
        elif line.pinned is None:
            notes.append((f"{line.title}: {note.text}", ""))
    return notes


def _is_of(line: AgendaLine, recipe: Pinned) -> bool:
    return line.pinned is not None and line.pinned.pin == recipe.pin
