"""A first guess at a recipe in a text: goals, material and steps, to be corrected in the form.

Nothing of the text is thrown away: what fits nowhere becomes a step without minutes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import dedent
from typing import Any

from wiki.fields import LINE_LENGTH, ROWS, TEXT_LENGTH
from wiki.markup import plain_text

TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
STEP_TITLE = 80

# The words a heading begins with → where its text belongs. The first that fits counts.
_SECTIONS = (
    ("goals", r"(lern)?ziele?\b|danach kann|kompetenzen"),
    ("materials", r"material|ausstattung|packliste|(das|was) wird gebraucht|benötigt"),
    ("steps", r"ablauf|schritte|durchführung|programm|vorgehen|agenda|zeitplan|anleitung"),
    ("audiences", r"zielgruppen?|für wen"),
    ("group", r"personen|teilnehm|teilnehmer:innen|gruppengröße|gruppe$|anzahl"),
    ("duration", r"dauer|zeitbedarf|zeitrahmen|zeit$"),
    ("summary", r"worum geht|kurzbeschreibung|beschreibung|zusammenfassung|überblick|idee"),
    ("tools", r"werkzeuge|geräte und werkzeuge|digitale werkzeuge"),
    ("prerequisites", r"voraussetzung|vorkenntnisse|was teilnehmende mitbringen"),
    ("room_setup", r"raum|aufbau|ort\b|vorbereitung"),
    ("pitfalls", r"achtung|stolper|fallstrick|worauf|hinweise|tipps"),
    ("online_variant", r"online"),
    ("variations", r"variant|variation|abwandlung"),
    ("debrief", r"auswertung|reflexion|feedback|fragen für die auswertung"),
    ("follow_up", r"wie es weiter|nachbereitung|weiterarbeit|ausblick"),
    ("invitation", r"einladung"),
    ("handout", r"handzettel|handout|arbeitsblatt"),
    ("legal", r"recht|versicherung|datenschutz"),
)
_TEXTS = (
    *("prerequisites", "room_setup", "pitfalls", "online_variant", "variations", "debrief"),
    *("follow_up", "invitation", "handout", "legal"),
)
_LISTS = ("goals", "audiences", "tools")
MOST_LINES = 100
_ONLY_PEOPLE = re.compile(
    r"(?i)(?:\d+|[\s.,–-]|ca|etwa|mindestens|höchstens|max|min|bis|von|zu|und|ab|personen|"
    r"teilnehmende|teilnehmer\S*|tn|kinder|jugendliche|erwachsene)*"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*$")
_BOLD_LINE = re.compile(r"(?:\*\*|__)([^*_\n]{2,60}?):?(?:\*\*|__):?$")
_NAMED_LINE = re.compile(r"([A-ZÄÖÜ][^:.!?\n]{2,40}):$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+(.*)$")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{2,}")


@dataclass
class Guess:
    """What the form is filled with, and for which of them: `rezept` or `hintergrund`."""

    write_word: str
    values: dict[str, Any]


@dataclass
class _Section:
    """A heading and the lines under it, deeper headings among them."""

    heading: str
    level: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def place(self) -> str:
        words = plain_text(self.heading).rstrip(":").lower()
        return next((name for name, begins in _SECTIONS if re.match(begins, words)), "")


def guess(text: str, name: str, wanted: str = "") -> Guess:
    """A recipe if the text looks like one or one is `wanted`, else an article; `name` for want
    of a title."""
    title, rest = _title(text.strip("\n").split("\n"))
    title = title or " ".join(re.split(r"[-_\s]+", name)).strip()
    recipe = _recipe(rest)
    looks_like_one = bool({"goals", "materials", "steps"} & recipe.keys())
    if wanted == "rezept" or (looks_like_one and wanted != "hintergrund"):
        recipe = recipe if looks_like_one else {**recipe, **_one_step(recipe, rest)}
        return Guess("rezept", {"title": title[:TITLE_LENGTH], **recipe})
    return Guess(
        "hintergrund", {"title": title[:TITLE_LENGTH], "body": "\n".join(rest).strip("\n")}
    )


def _one_step(recipe: dict[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    text = "\n".join(lines).strip("\n")
    return {} if recipe.get("steps") or not text else {"steps": [_step("Ablauf", text)]}


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The heading or the short line that the text begins with, and what follows it."""
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return "", []
    heading = _HEADING.match(lines[first])
    if heading:
        section = _Section(heading[2], len(heading[1]))
        return ("", lines) if section.place else (plain_text(heading[2]), lines[first + 1 :])
    line = plain_text(lines[first])
    stands_alone = first + 1 >= len(lines) or not lines[first + 1].strip()
    is_short = len(line) <= STEP_TITLE and not line.endswith((".", "!", ":", ";"))
    is_text = not _ITEM.match(lines[first]) and not lines[first].startswith(("|", "!", ">"))
    if stands_alone and is_short and is_text:
        return line, lines[first + 1 :]
    return "", lines


def _recipe(lines: Sequence[str]) -> dict[str, Any]:
    """The fields of a recipe as far as the headings tell."""
    values: dict[str, Any] = {}
    left: list[dict[str, Any]] = []
    before, sections = _divided(lines)
    summary, more = _summary(before)
    if more:
        left.append(_step("Einführung", more))
    for section in sections:
        place, text = section.place, section.text
        if not text:
            continue
        if place == "summary" and not summary:
            summary, text = _summary(section.lines)
        elif place in _LISTS and _fits(found := _entries(section.lines), values.get(place)):
            values.setdefault(place, []).extend(found)
            text = ""
        elif place == "materials" and _fits(said := _amounts(section.lines), values.get(place)):
            values.setdefault(place, []).extend(map(_material, said))
            text = ""
        elif place == "steps":
            values.setdefault(place, []).extend(_steps(section))
            text = ""
        elif place == "group":
            values.update(_group(text))
            text = "" if _ONLY_PEOPLE.fullmatch(text) else text
        elif place == "duration" and len(text) < STEP_TITLE and len(summary) < 200:
            summary, text = f"{summary} Dauer: {plain_text(text)}.".strip(), ""
        elif place in _TEXTS and len(values.get(place, "")) + len(text) < TEXT_LENGTH:
            values[place] = f"{values[place]}\n\n{text}" if place in values else text
            text = ""
        if text:
            left.append(_step(section.heading, text))
    if summary:
        values["summary"] = summary
    if "steps" in values or (values.keys() & {"goals", "materials"} and left):
        values["steps"] = _at_most([*values.get("steps", []), *left])
    return values


def _fits(new: Sequence[str], known: Sequence[object] | None) -> bool:
    return len(new) + len(known or ()) <= MOST_LINES and all(
        len(line) <= LINE_LENGTH for line in new
    )


def _at_most(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many steps as a recipe may have; the others' words in the last one."""
    if len(steps) <= ROWS:
        return steps
    said = [f"{step['title']}\n\n{step.get('text', '')}".strip() for step in steps[ROWS - 1 :]]
    return [*steps[: ROWS - 1], _step("Weiteres", "\n\n".join(said))]


def _divided(lines: Sequence[str]) -> tuple[list[str], list[_Section]]:
    """What stands before the first section, and the sections; deeper headings stay inside."""
    before: list[str] = []
    sections: list[_Section] = []
    for line in lines:
        found = _section_in(line)
        inside = sections and found and sections[-1].place and found.level > sections[-1].level
        if found and not inside:
            sections.append(found)
        elif sections:
            sections[-1].lines.append(line)
        else:
            before.append(line)
    return before, sections


def _section_in(line: str) -> _Section | None:
    """A heading, or a line people use as one: bold, or a known word with a colon."""
    heading = _HEADING.match(line)
    if heading:
        return _Section(heading[2], len(heading[1]))
    said = _BOLD_LINE.match(line) or _NAMED_LINE.match(line)
    section = _Section(said[1], 3) if said else None
    return section if section and section.place else None


def _summary(lines: Sequence[str]) -> tuple[str, str]:
    """The first paragraph as far as it fits, and what does not."""
    text = "\n".join(lines).strip("\n")
    first, _blank, rest = text.partition("\n\n")
    said = plain_text(first)
    if first.startswith(("|", "!", "-", "*", ">")) or not said:
        return "", text
    if len(said) <= SUMMARY_LENGTH:
        return said, rest.strip("\n")
    cut = said.rfind(". ", 0, SUMMARY_LENGTH)
    return (said[: cut + 1] if cut > 0 else ""), text


def _entries(lines: Sequence[str]) -> list[str]:
    """Each item, line or part between commas."""
    found: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        words = plain_text(item[2] if item else line)
        if not words:
            continue
        if found and (len(item[1]) > 1 if item else line.startswith((" ", "\t"))):
            found[-1] = f"{found[-1]} – {words}"
        else:
            found.append(words)
    if len(found) == 1 and found[0].count(",") and len(found[0]) < LINE_LENGTH:
        found = re.split(r",\s*(?:und\s+)?|\s+und\s+", found[0].rstrip("."))
    return [entry.strip() for entry in found if entry.strip()]


def _items(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The items of the outermost list, each with the lines that belong to it."""
    current: tuple[str, list[str]] | None = None
    for line in lines:
        item = _ITEM.match(line)
        if item and len(item[1]) < 2:
            if current:
                yield current
            current = (item[2], [])
        elif current and (line.startswith((" ", "\t")) or not line.strip()):
            current[1].append(line)
        elif current:
            # A paragraph after the list, or a line that was not indented.
            current[1].append(line)
    if current:
        yield current


def _table(lines: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The rows of the first table, the head first, and the lines around it."""
    rows, rest = [], []
    is_over = False
    for line in lines:
        if line.lstrip().startswith("|") and not is_over:
            if not _TABLE_RULE.match(line.strip()):
                cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
                rows.append([cell.strip() for cell in cells])
        else:
            rest.append(line)
            is_over = bool(rows)
    return rows, rest


def _column(head: Sequence[str], words: str) -> int | None:
    return next((n for n, cell in enumerate(head) if re.search(words, cell.casefold())), None)


# Material

_UNITS = (
    r"Rollen?|Blatt|Bogen|Bögen|Packung(?:en)?|Pck\.|Paket(?:e)?|Sets?|Stück|Stk\.|Meter|m|cm|mm|"
    r"Liter|l|ml|kg|g|Paar|Kisten?|Dosen?|Flaschen?|Tüten?|Kartons?|Beutel|Becher|Tuben?|Satz"
)
_AMOUNT = re.compile(
    rf"(?:ca\.?|etwa|je|mind\.)?\s*(\d{{1,5}}(?:[.,]\d{{1,2}})?)\s*[x×]?\s+"
    rf"(?:({_UNITS})\s+)?(\S.*)$"
)
_EACH = re.compile(
    r"[,;]?\s*\(?\s*(?:je|pro|für jede[nrs]?)\s+"
    r"(Person|TN|Teilnehm\S*|Kind|Gruppe|Team|Tisch)\S*\s*\)?"
)


def _amounts(lines: Sequence[str]) -> list[str]:
    """What is listed, in a table or not, as people say it: `12 Scheren`."""
    table, rest = _table(lines)
    if len(table) < 2:
        return _entries(lines)
    head = table[0]
    item = _column(head, "was|material|gegenstand|artikel|bezeichnung") or 0
    amount = _column(head, "menge|anzahl|stück|wie viel")
    said = []
    for row in table[1:]:
        named = {n: plain_text(cell) for n, cell in enumerate(row) if plain_text(cell)}
        count, what = named.pop(amount, "") if amount is not None else "", named.pop(item, "")
        more = f" ({', '.join(named.values())})" if named else ""
        said.append(f"{count} {what}{more}".strip())
    return [one for one in [*said, *_entries(rest)] if one]


def _material(said: str) -> dict[str, Any]:
    """`1 Rolle Klebeband je Gruppe` → what, how much, in which unit, for whom."""
    each = _EACH.search(said)
    rest = (said[: each.start()] + said[each.end() :]).strip() if each else said
    amount = _AMOUNT.match(rest)
    if amount is None:
        return {"item": said}
    counted = "amount"
    if each:
        counted = "per_group" if each[1] in ("Gruppe", "Team", "Tisch") else "per_person"
    row = {"item": amount[3].strip(" ,;"), counted: amount[1].replace(".", ",")}
    return {**row, "unit": amount[2]} if amount[2] else row


def _group(text: str) -> dict[str, str]:
    numbers = [int(number) for number in re.findall(r"\d{1,4}", text)]
    if not 1 <= len(numbers) <= 2 or len(text) > STEP_TITLE or 0 in numbers:
        return {}
    if len(numbers) == 1:
        return {"group_ideal": str(numbers[0])}
    return {"group_min": str(min(numbers)), "group_max": str(max(numbers))}


# Steps

_CLOCK = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:\s*Uhr)?\s*(?:–|-|bis)\s*(\d{1,2})[:.](\d{2})(?:\s*Uhr)?"
)
_MINUTES = re.compile(r"(?:ca\.?\s*)?(\d{1,3})\s*(?:min\b\.?|minuten\b|['′’])", re.IGNORECASE)
_HOURS = re.compile(r"(?:ca\.?\s*)?(\d(?:[.,]5)?)\s*(?:std\b\.?|stunden?\b|h\b)", re.IGNORECASE)
_EDGES = " \t:–-,;|()[]"


def _minutes(said: str) -> tuple[int | None, str]:
    """How long something takes, and the words without it."""
    clock = _CLOCK.search(said)
    if clock:
        return _between(clock), _without(said, clock)
    minutes = _MINUTES.search(said)
    if minutes:
        return int(minutes[1]), _without(said, minutes)
    hours = _HOURS.search(said)
    if hours:
        return round(float(hours[1].replace(",", ".")) * 60), _without(said, hours)
    return None, said.strip()


def _between(clock: re.Match[str]) -> int | None:
    try:
        begin, end = (datetime.strptime(f"{clock[n]}:{clock[n + 1]}", "%H:%M") for n in (1, 3))
    except ValueError:
        return None
    return int((end - begin) % timedelta(days=1) / timedelta(minutes=1))


def _without(said: str, match: re.Match[str]) -> str:
    words = f"{said[: match.start()].rstrip(_EDGES)} {said[match.end() :].lstrip(_EDGES)}"
    return words.strip()


def _steps(section: _Section) -> list[dict[str, Any]]:
    """From a table with times, from headings, from a list; else all in one."""
    lines = section.lines
    table, around = _table(lines)
    if len(table) > 1 and (found := _steps_of_table(table)):
        rest = "\n".join(around).strip("\n")
        return [*found, *([_step("Hinweise", rest)] if rest else [])]
    if any(_HEADING.match(line) for line in lines):
        return list(_steps_of_headings(lines))
    timed = [line for line in lines if _CLOCK.match(line.strip("*_ "))]
    if len(timed) > 1:
        return list(_steps_of_paragraphs(lines))
    items = list(_items(lines))
    if items:
        first = next(number for number, line in enumerate(lines) if _ITEM.match(line))
        before = "\n".join(lines[:first]).strip("\n")
        steps = [_step(item, dedent("\n".join(more))) for item, more in items]
        return [*([_step("Vorab", before)] if before else []), *steps]
    return [_step("Ablauf", section.text)]


def _steps_of_table(table: list[list[str]]) -> list[dict[str, Any]]:
    head = table[0]
    when = _column(head, r"zeit|dauer|uhr|min|wann")
    if when is None:
        return []
    what = _column(head, r"inhalt|was|thema|schritt|phase|ablauf|programm|aktivität|titel")
    if what is None or what == when:
        what = next((n for n in range(len(head)) if n != when), None)
    if what is None:
        return []
    steps = []
    for row in table[1:]:
        cells = [*row, *[""] * (len(head) - len(row))]
        more = [
            f"{head[n]}: {cell}" if head[n] else cell
            for n, cell in enumerate(cells[: len(head)])
            if n not in (when, what) and cell
        ]
        title, *below = re.split(r"<br ?/?>", cells[what])
        step = _step(title, "\n".join([*below, *([""] if below and more else []), *more]))
        minutes, words = _minutes(plain_text(cells[when]))
        if minutes is None and re.fullmatch(r"\d{1,3}", words):
            minutes, words = int(words), ""
        if minutes is not None:
            step["minutes"] = str(minutes)
        if words:
            step["text"] = "\n\n".join(filter(None, (words, step.get("text", ""))))
        steps.append(step)
    return steps


def _steps_of_headings(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    title, text = "", list[str]()
    for line in lines:
        heading = _HEADING.match(line)
        if heading:
            if title or any(text):
                yield _step(title or "Vorab", "\n".join(text))
            title, text = heading[2], []
        else:
            text.append(line)
    yield _step(title, "\n".join(text))


def _steps_of_paragraphs(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    current: list[str] = []
    for line in [*lines, None]:
        if line is None or _CLOCK.match(line.strip("*_ ")):
            if any(current):
                yield _step(current[0].strip("*_ "), "\n".join(current[1:]))
            current = []
        if line is not None:
            current.append(line)


def _step(said: str, text: str) -> dict[str, Any]:
    """A step from its first line and what follows; a long line is divided."""
    minutes, words = _minutes(plain_text(said))
    title, more = _short(words)
    text = "\n\n".join(part for part in (more, text.strip("\n")) if part)
    step: dict[str, Any] = {"title": title or "Schritt"}
    if minutes is not None:
        step["minutes"] = str(minutes)
    if text:
        step["text"] = text[:TEXT_LENGTH]
    return step


def _short(words: str) -> tuple[str, str]:
    """The first part of a line as a title, and the rest."""
    if len(words) <= STEP_TITLE and ": " not in words:
        return words.rstrip(":"), ""
    cut = re.search(r":\s|[.!?]\s|\s[–-]\s", words)
    if cut and cut.start() <= LINE_LENGTH:
        return words[: cut.start()].rstrip(), words[cut.end() :].strip()
    at = words.rfind(" ", 0, STEP_TITLE)
    return words[:at] + " …" if at > 0 else words[:STEP_TITLE], words
