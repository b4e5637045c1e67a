"""Sheets for a day's wall and hand: one page for everybody to see, cards to hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from wiki.markup import plain_text
from wiki.plans.agenda import Agenda, AgendaDay, Line

#: Sizes of letters on the wall in points, largest first (static/css/kits.css).
SIZES = (40, 36, 32, 28, 25, 22, 20, 18, 17, 16, 15, 14, 13, 12, 11)
# An A4 between its margins in points.
_WIDTH, _HEIGHT = 515, 750
# The head: its letters in points, and what is below them.
_HEAD, _BELOW_HEAD = 26, 50
# Of the size of the letters: a letter's width at its widest usual, a line, the space between two
# blocks, the times with what is between, the line with the end.
_LETTER, _LINE, _SPACE, _TIMES, _END = 0.58, 1.2, 0.35, 3.6, 1.9
#: Letters that a card holds at each size, largest first.
ON_CARD = (420, 680, 950)
MOST_TITLE = 90
# Letters up to which a title takes no more room than every card has for it.
_SHORT_TITLE = 26


@dataclass(frozen=True)
class Card:
    """A step to hold in the hand; `is_cut` where its words go on in the plan.

    `size` is 0 for the largest letters.
    """

    line: Line
    title: str
    note: str
    prompt: str
    text: str
    size: int
    is_cut: bool


def in_time(day: AgendaDay) -> list[Line]:
    """What happens on a day, by when it begins, whoever does it."""
    found = [line for line in day.lines if not line.is_left_out]
    return sorted(found, key=lambda line: line.timed.begins)


def wall_size(title: str, day: AgendaDay) -> int:
    """The largest letters in points with which a day still stands on one sheet."""
    lines = [
        f"{line.title} {line.block.track}".strip() for line in day.lines if not line.is_left_out
    ]
    head = _lines(title, _WIDTH / _HEAD / _LETTER) * _HEAD * _LINE + _BELOW_HEAD
    return next((size for size in SIZES if head + _height(lines, size) <= _HEIGHT), SIZES[-1])


def _height(titles: Sequence[str], size: int) -> float:
    letters = (_WIDTH / size - _TIMES) / _LETTER
    lines = sum(_lines(title, letters) for title in titles)
    return size * (lines * _LINE + len(titles) * _SPACE + _END)


def _lines(title: str, letters: float) -> int:
    """How many lines it takes when a word goes to the next one if it does not fit."""
    count, left = 1, letters
    for word in title.split():
        if len(word) > letters:
            count += ceil((len(word) - left) / letters)
            left = letters
        elif len(word) > left:
            count, left = count + 1, letters
        left -= len(word) + 1
    return count


def cards_of(agenda: Agenda) -> list[Card]:
    """A card for each block that happens and is no break."""
    return [_card(line) for line in agenda.lines if not line.is_left_out and not line.is_break]


def _card(line: Line) -> Card:
    said = (
        " ".join(line.block.text.split()),
        plain_text(line.step.prompt) if line.step else "",
        plain_text(line.step.text) if line.step else "",
    )
    title = _cut(line.title, MOST_TITLE)
    taken = 3 * max(0, len(title) - _SHORT_TITLE)
    length = taken + sum(map(len, said))
    size = next((size for size, most in enumerate(ON_CARD) if length <= most), len(ON_CARD) - 1)
    left, shown = ON_CARD[size] - taken, []
    for text in said:
        shown.append(_cut(text, left))
        left = max(0, left - len(text))
    note, prompt, text = shown
    return Card(line, title, note, prompt, text, size, is_cut=tuple(shown) != said)


def _cut(text: str, most: int) -> str:
    """The text up to a word's end."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0] + " …" if most else ""
