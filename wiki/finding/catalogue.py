"""All that can be found, in memory: each page and lab with what a list asks of it.

Sets and arrays with a place for each narrow and count ten thousand pages in microseconds. The
database stays the truth: whatever was committed is read before the next question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Connection, func, select

from search.arrays import np
from wiki.accounts.models import User
from wiki.db import database_stamp, db
from wiki.finding.facets import TERMS, words_of
from wiki.finding.numbers import COLUMNS, DRAFTS, LABS, Numbers, row_of, row_of_lab
from wiki.finding.sets import Places, set_of
from wiki.labs.models import Lab
from wiki.outcomes.evidence import maturity_of, tried
from wiki.pages.listing import CARD_COLUMNS, Card, cards_query
from wiki.pages.models import Page, PageFacts, PageState, PageTerm
from wiki.pages.visibility import sees_drafts

#: How the ids of labs begin; those of pages are numbers.
LAB = "lab"
AT_ONCE = 500


class LabCard(NamedTuple):
    """What a list shows of a lab."""

    slug: str
    title: str
    place: str
    summary: str
    is_example: bool


class Entry(NamedTuple):
    """A page or lab, and who may see it; `words` are its facets' values."""

    id: str
    card: Card | LabCard
    words: tuple[tuple[str, str], ...]
    numbers: tuple[float | None, ...]
    is_published: bool = True
    lab_id: int | None = None
    created_by_id: int | None = None
    published_at: datetime | None = None


class Catalogue:
    """Entries by their place, and for each value of a facet the set of places that have it."""

    def __init__(self) -> None:
        self.entries: list[Entry | None] = []
        self.places: dict[str, int] = {}
        self.sets: dict[str, dict[str, int]] = defaultdict(dict)
        self.numbers: Numbers = np.empty(0, COLUMNS)
        self.published = 0
        self.drafts: set[int] = set()
        self.lab_names: dict[str, str] = {}
        self.position = 0
        self._newest: Places | None = None

    def copy(self) -> "Catalogue":
        """The same entries; what is changed in one stays as it is in the other."""
        other = Catalogue()
        other.entries, other.places = list(self.entries), dict(self.places)
        other.sets.update({facet: dict(words) for facet, words in self.sets.items()})
        other.numbers = self.numbers.copy()
        other.published, other.drafts = self.published, set(self.drafts)
        other.lab_names, other.position = dict(self.lab_names), self.position
        return other

    def put(self, entries: Iterable[Entry]) -> None:
        """Add or replace entries."""
        fresh: dict[tuple[str, str], list[int]] = defaultdict(list)
        published = []
        numbers = {}
        for entry in entries:
            place = self.places.get(entry.id)
            if place is None:
                place = self.places[entry.id] = len(self.entries)
                self.entries.append(entry)
            else:
                self._clear(place)
                self.entries[place] = entry
            numbers[place] = entry.numbers
            if entry.is_published:
                published.append(place)
            else:
                self.drafts.add(place)
            for facet_and_word in entry.words:
                fresh[facet_and_word].append(place)
            if isinstance(entry.card, LabCard):
                self.lab_names[entry.card.slug] = entry.card.title
        self.published |= set_of(published)
        fresh_rows = np.empty(len(self.entries) - len(self.numbers), COLUMNS)
        self.numbers = np.concatenate([self.numbers, fresh_rows])
        for place, row in numbers.items():
            self.numbers[place] = row
        for (facet, word), places in fresh.items():
            self.sets[facet][word] = self.sets[facet].get(word, 0) | set_of(places)
        self._newest = None

    def remove(self, entry_id: str) -> None:
        """Forget an entry; its place stays empty."""
        place = self.places.pop(entry_id, None)
        if place is not None:
            self._clear(place)
            self.entries[place] = None
            self._newest = None

    def _clear(self, place: int) -> None:
        others = ~(1 << place)
        self.published &= others
        self.drafts.discard(place)
        for facet, word in self.at(place).words:
            self.sets[facet][word] &= others

    def at(self, place: int) -> Entry:
        entry = self.entries[place]
        assert entry is not None, "no set holds an empty place"
        return entry

    def visible_to(self, reader: User | None) -> int:
        """The set of what may appear in this person's lists (as `visibility.visible_to`)."""
        own = [place for place in self.drafts if sees_drafts(reader, self.at(place))]
        return self.published | set_of(own)

    def newest_first(self) -> Places:
        """All places, those published last first, drafts before them, labs at the end."""
        if self._newest is None:
            places = np.fromiter(self.places.values(), np.intp)
            published = self.numbers["published"][places]
            among_equals = np.where(published == LABS, -places, places)
            self._newest = places[np.lexsort((among_equals, published))[::-1]]
        return self._newest


class Keeper:
    """One process's catalogue, brought up to the last commit when somebody asks."""

    def __init__(self) -> None:
        self._catalogue = Catalogue()
        self._stamp: int | None = None
        self._labs: object = None
        self._lock = Lock()

    def up_to_date(self) -> Catalogue:
        if database_stamp() != self._stamp:
            with self._lock:
                # Past the session: that sees what there was when the request began, and of two
                # requests the later one may see less.
                stamp = database_stamp()
                if stamp != self._stamp:
                    with db.engine.connect() as connection:
                        self._follow(connection)
                    self._stamp = stamp
        return self._catalogue

    def _follow(self, connection: Connection) -> None:
        labs = connection.execute(_LABS_STAMP).one()
        newest = connection.scalar(select(func.max(Page.touched))) or 0
        # Labs seldom change, and every card names one; a restored backup may be older.
        if labs != self._labs or newest < self._catalogue.position:
            catalogue = Catalogue()
            catalogue.put(_labs(connection))
            _take_in(catalogue, connection)
            self._catalogue, self._labs = catalogue, labs
        elif newest > self._catalogue.position:
            # Whoever is reading the present one goes on with it as it is.
            catalogue = self._catalogue.copy()
            _take_in(catalogue, connection)
            self._catalogue = catalogue


_LABS_STAMP = select(func.count(), func.sum(Lab.version), func.max(Lab.id)).select_from(Lab)


def catalogue() -> Catalogue:
    """What can be found now."""
    keeper: Keeper = current_app.extensions["laborwiki-catalogue"]
    return keeper.up_to_date()


def _take_in(catalogue: Catalogue, connection: Connection) -> None:
    """Read the pages that changed since the catalogue was last brought up to date."""
    changed = Page.touched > catalogue.position
    newest = catalogue.position
    gone = select(Page.id, Page.touched).where(changed, Page.state.not_in(_LISTED))
    for page_id, touched in connection.execute(gone):
        catalogue.remove(str(page_id))
        newest = max(newest, touched)
    # Few at once: ten thousand rows together would cost more memory than the catalogue itself.
    listed = cards_query().add_columns(*_MORE).where(changed, Page.state.in_(_LISTED))
    rows = connection.execute(listed.order_by(Page.id), execution_options={"yield_per": AT_ONCE})
    for some in rows.partitions():
        first, last = some[0].id, some[-1].id
        terms, runs = _terms(connection, first, last), tried(connection, first, last)
        catalogue.put([_entry(row, terms[row.id], *runs.get(row.id, (0, 0))) for row in some])
        newest = max(newest, *(row.touched for row in some))
    catalogue.position = newest


def _terms(connection: Connection, first: int, last: int) -> dict[int, list[tuple[str, str]]]:
    """What the pages from the first to the last of these are filed under, by their ids."""
    query = select(PageTerm.page_id, PageTerm.name, PageTerm.value).where(
        PageTerm.page_id.between(first, last), PageTerm.name.in_(TERMS)
    )
    terms: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for page_id, name, value in connection.execute(query):
        terms[page_id].append((name, value))
    return terms


_LISTED = (PageState.PUBLISHED.value, PageState.DRAFT.value)
_MORE = (
    Page.state,
    Page.touched,
    Page.lab_id,
    Page.created_by_id,
    Page.published_at,
    PageFacts.minutes_shortest,
    PageFacts.shortest_per_person,
    PageFacts.cost_fixed,
    PageFacts.cost_per_person,
    PageFacts.wifi,
)


def _entry(row: Any, terms: Iterable[tuple[str, str]], runs: int, labs: int) -> Entry:
    card = Card(*row[: len(CARD_COLUMNS)])
    published = row.published_at
    return Entry(
        id=str(card.page_id),
        card=card,
        words=words_of(card, maturity_of(runs, labs), row.wifi, terms),
        numbers=row_of(card, row, runs, published.timestamp() if published else DRAFTS),
        is_published=row.state == PageState.PUBLISHED.value,
        lab_id=row.lab_id,
        created_by_id=row.created_by_id,
        published_at=published,
    )


def lab_id_of(number: int) -> str:
    """A lab's id in the index and the catalogue."""
    return f"{LAB}:{number}"


def is_lab(entry_id: str) -> bool:
    return entry_id.startswith(f"{LAB}:")


def _labs(connection: Connection) -> Iterator[Entry]:
    columns = (Lab.id, Lab.slug, Lab.name, Lab.place, Lab.summary, Lab.is_example)
    for row in connection.execute(select(*columns).order_by(Lab.is_example, Lab.position)):
        words = (("art", "labor"), ("labor", row.slug))
        yield Entry(
            lab_id_of(row.id), LabCard(*row[1:]), words, row_of_lab(is_example=row.is_example)
        )
