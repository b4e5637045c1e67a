"""What somebody looks for, and the pages and labs that fit and that they may see."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from hashlib import blake2b
from itertools import chain
from math import ceil
from operator import and_, or_

from flask import current_app

from search import IndexBroken, Marked, Results, SearchIndex
from search.arrays import np
from wiki.accounts.models import User
from wiki.finding.catalogue import Catalogue, LabCard, catalogue, is_lab
from wiki.finding.facets import FACETS, Facet
from wiki.finding.numbers import fitting, lengths, people_for
from wiki.finding.parts import KIND_WORD, Part
from wiki.finding.sets import Places, set_of, set_where, those_in
from wiki.finding.words import current_synonyms
from wiki.language import N_, translations
from wiki.pages.listing import Card
from wiki.pages.searching import attached_texts

ON_A_PAGE = 10
#: Seconds for what is asked in the background.
NOBODY_WAITS = 10.0
NEWEST, SHORTEST, TRIED = "neu", "kurz", "erprobt"
ORDERS = {
    "": N_("Passendste zuerst"),
    NEWEST: N_("Neueste zuerst"),
    TRIED: N_("Am meisten erprobt zuerst"),
    SHORTEST: N_("Kürzeste zuerst"),
}
# Of a facet with the authors' own words, those that most of what was found has.
MOST_WORDS = 12
MOST_SUGGESTIONS = 8
SHORTEST_TYPED = 2


@dataclass(frozen=True)
class Question:
    """Words, the chosen values of each facet, numbers, and the order: empty is by relevance.

    part: where alone the words are looked for; nothing for everywhere.
    """

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: int | None = None
    minutes: int | None = None
    euros: int | None = None
    order: str = ""
    part: Part | None = None

    @property
    def counts(self) -> bool:
        """Whether numbers filter."""
        return not (self.people is None and self.minutes is None and self.euros is None)

    @property
    def is_narrowed(self) -> bool:
        return self.counts or self.part is not None or any(self.chosen.values())


@dataclass(frozen=True)
class InFile:
    """The file in which it stands, when the page itself says nothing of it."""

    name: Marked
    href: str


@dataclass(frozen=True)
class Found:
    """One hit: its card, title and excerpt in pieces with the found words marked.

    at: when it was published. minutes: how long it takes with that many people, 0 if it does not
    say. whole: how long it would take if it were not shortened to fit. runs: how often it was run.
    """

    card: Card | LabCard
    title: Marked = ()
    excerpt: Marked = ()
    at: datetime | None = None
    minutes: int = 0
    whole: int = 0
    runs: int = 0
    file: InFile | None = None

    @property
    def is_lab(self) -> bool:
        return isinstance(self.card, LabCard)


@dataclass(frozen=True)
class Value:
    """A value of a facet, and how many would be found with it."""

    word: str
    label: str
    count: int
    is_chosen: bool

    @property
    def id(self) -> str:
        """Letters and digits for this word alone, the same in every answer."""
        return blake2b(self.word.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What was found; `matched` counts what has the words, `total` what of it is to be shown."""

    total: int = 0
    matched: int = 0
    found: list[Found] = field(default_factory=list)
    facets: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    meant: str = ""
    is_simple: bool = False
    was_cut: bool = False

    @property
    def is_unmet(self) -> bool:
        """Whether the words stand nowhere, whatever it was narrowed by."""
        return not (self.matched or self.is_simple or self.was_cut)

    @property
    def has_reports(self) -> bool:
        """Whether what was found, whatever kinds it was narrowed to, holds reports on runs."""
        return any(value.word == KIND_WORD for value in self.facets.get("art", ()))

    def last_page(self) -> int:
        return max(1, ceil(self.total / ON_A_PAGE))


def look_for(question: Question, reader: User | None, number: int = 1) -> Answer:
    """The page of hits with this number; nothing in it that the reader may not see."""
    looking = _Looking(question, reader, (number - 1) * ON_A_PAGE)
    part = question.part.name if question.part else ""
    if not (question.words or part):
        looking.choose(looking.all.newest_first())
        return looking.answer()
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        if not question.words:
            looking.choose(looking.newest_of(index.with_part(part)))
            return looking.answer()
        results = index.search(question.words, looking.pick, part=part, synonyms=current_synonyms())
    except IndexBroken:
        # Search must never fail because of a full disk, not even by complaining.
        with suppress(OSError):
            current_app.extensions["laborwiki-search-complaint"].touch()
        looking.choose(looking.with_words_in_title())
        return looking.answer(is_simple=True)
    return looking.answer(results)


def fitting_pages(question: Question, among: Collection[int]) -> set[int]:
    """Those of these pages that everybody sees and that fit, with all the words.

    What the index offers instead where few pages fit is left out.

    Raises:
        IndexBroken, OutOfTime: nobody knows which pages hold the words.
    """
    looking = _Looking(question, None, 0)
    known = looking.all
    wanted = [str(page_id) for page_id in among]
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    part = question.part.name if question.part else ""
    if question.words:
        wanted = index.holding(
            question.words, wanted, part=part, synonyms=current_synonyms(), deadline=NOBODY_WAITS
        )
    elif part:
        with_part = set(index.with_part(part))
        wanted = [number for number in wanted if number in with_part]
    some = [place for place in map(known.places.get, wanted) if place is not None]
    return {int(known.at(place).id) for place in looking.fitting(np.array(some, np.intp))}


def common_words(facet: str, reader: User | None) -> list[str]:
    """The values of a facet that most pages have, by the alphabet."""
    known = catalogue()
    visible = known.visible_to(reader)
    counts = {word: (found & visible).bit_count() for word, found in known.sets[facet].items()}
    most = sorted((word for word in counts if counts[word]), key=lambda word: -counts[word])
    return sorted(most[:MOST_WORDS], key=str.casefold)


def suggestions(typed: str, reader: User | None) -> list[str]:
    """Titles and topics that begin with these letters, then such that hold them within."""
    letters = typed.casefold()
    if len(letters) < SHORTEST_TYPED:
        return []
    known = catalogue()
    visible = known.visible_to(reader)
    shown = those_in(known.newest_first(), visible)
    titles = (known.at(place).card.title for place in shown.tolist())
    topics = sorted(word for word, found in known.sets["thema"].items() if found & visible)
    begin, hold = [], []
    for words in dict.fromkeys((*topics, *titles)):
        place = words.casefold().find(letters)
        if place == 0:
            begin.append(words)
        elif place > 0:
            hold.append(words)
    return [*begin, *hold][:MOST_SUGGESTIONS]


class _Looking:
    """One question being answered."""

    def __init__(self, question: Question, reader: User | None, offset: int) -> None:
        self.question = question
        self.all: Catalogue = catalogue()
        self._visible = self.all.visible_to(reader)
        self._offset = offset
        self._total = self._matched = 0
        self._shown: list[int] = []
        self._facets: dict[str, list[Value]] = {}

    def pick(self, ids: list[str]) -> list[str]:
        """Those of the index's hits that fit, as far as they are shown; behind them own drafts."""
        known = (place for place in map(self.all.places.get, ids) if place is not None)
        drafts = self._drafts_with_words() if self.question.part is None else []
        self.choose(np.fromiter(chain(known, drafts), np.intp))
        return [self.all.at(place).id for place in self._shown if place not in drafts]

    def newest_of(self, ids: list[str]) -> Places:
        """The places of these ids, those published last first."""
        known = (place for place in map(self.all.places.get, ids) if place is not None)
        return those_in(self.all.newest_first(), set_of(list(known)))

    def choose(self, places: Places) -> None:
        """Narrow these places, in their order, to those that are shown; count the facets."""
        found = set_of(places)
        self._matched = (found & self._visible).bit_count()
        found, wanted = self._narrowed(found), self._wanted()
        fits = reduce(and_, wanted.values(), found)
        self._facets = {
            facet.name: self._values(
                facet,
                reduce(and_, (s for name, s in wanted.items() if name != facet.name), found),
            )
            for facet in FACETS
        }
        ordered = self._real_first(self._in_order(those_in(places, fits)))
        self._total = len(ordered)
        self._shown = ordered[self._offset : self._offset + ON_A_PAGE].tolist()

    def _narrowed(self, found: int) -> int:
        """Those of a set that this reader sees and that the numbers fit."""
        question, found = self.question, found & self._visible
        if question.counts:
            numbers = self.all.numbers
            found &= set_where(fitting(numbers, question.people, question.minutes, question.euros))
        return found

    def _wanted(self) -> dict[str, int]:
        """The set of each facet that has chosen values."""
        return {
            name: reduce(or_, (self.all.sets[name].get(word, 0) for word in words), 0)
            for name, words in self.question.chosen.items()
            if words
        }

    def fitting(self, places: Places) -> list[int]:
        """Those of these places that fit, without counting anything."""
        fits = reduce(and_, self._wanted().values(), self._narrowed(set_of(places)))
        return [int(place) for place in those_in(places, fits)]

    def with_words_in_title(self) -> Places:
        """What has every word in its title or summary, while the index is made anew."""
        places = self.all.newest_first().tolist()
        return np.array([place for place in places if self._has_words(place)], np.intp)

    def _drafts_with_words(self) -> list[int]:
        """The reader's drafts with every word in title or summary: the index holds none."""
        own = self._visible & ~self.all.published
        if not own:
            return []
        places = those_in(self.all.newest_first(), own).tolist()
        return [place for place in places if self._has_words(place)]

    def _has_words(self, place: int) -> bool:
        card = self.all.at(place).card
        text = f"{card.title} {card.summary}".lower()
        return all(word in text for word in self.question.words.lower().split()[:10])

    def answer(self, results: Results | None = None, *, is_simple: bool = False) -> Answer:
        """What was chosen, with what the index says of it."""
        hits = {hit.id: hit for hit in results.hits} if results else {}
        files = _in_files(results) if results else {}
        found = []
        for place in self._shown:
            entry = self.all.at(place)
            hit = hits.get(entry.id)
            minutes, whole = _minutes(entry.card, self.question)
            title, excerpt = (hit.title, hit.excerpt) if hit else ((), ())
            file = None
            if entry.id in files:
                file, excerpt = files[entry.id]
            runs = int(np.nan_to_num(self.all.numbers["runs"][place]))
            found.append(
                Found(entry.card, title, excerpt, entry.published_at, minutes, whole, runs, file)
            )
        return Answer(
            self._total,
            self._matched,
            found,
            self._facets,
            meant=results.meant if results else "",
            is_simple=is_simple,
            was_cut=results.cut if results else False,
        )

    def _in_order(self, places: Places) -> Places:
        people, minutes = self.question.people, self.question.minutes
        if self.question.order == NEWEST:
            return those_in(self.all.newest_first(), set_of(places))
        if self.question.order == TRIED:
            runs = np.nan_to_num(self.all.numbers["runs"][places])
            return places[np.argsort(-runs, kind="stable")]
        whole = lengths(self.all.numbers, people)[places]
        if self.question.order == SHORTEST:
            taken = whole if minutes is None else np.minimum(whole, minutes)
            return places[np.argsort(np.where(taken > 0, taken, np.inf), kind="stable")]
        if minutes is not None:
            # What must be shortened to fit stands behind what fits as it is.
            return places[np.argsort(whole > minutes, kind="stable")]
        return places

    def _real_first(self, places: Places) -> Places:
        """What only shows how things go stands behind what somebody did, in whatever order."""
        is_example = self.all.numbers["example"][places]
        return places[np.argsort(is_example, kind="stable")] if is_example.any() else places

    def _values(self, facet: Facet, found: int) -> list[Value]:
        """The facet's values among these, and the chosen ones, as its labels order them."""
        chosen = self.question.chosen.get(facet.name, ())
        sets = self.all.sets[facet.name]
        labels, translate = facet.labels(), translations()
        words = labels or [*sets]

        def name_of(word: str) -> str:
            if word in labels:
                return translate(labels[word])
            return self.all.lab_names.get(word, word) if facet.name == "labor" else word

        counted = [
            Value(word, name_of(word), count, word in chosen)
            for word in words
            if (count := (sets.get(word, 0) & found).bit_count()) or word in chosen
        ]
        if labels:
            return counted
        counted.sort(key=lambda value: (not value.is_chosen, -value.count, value.label))
        return counted[: max(MOST_WORDS, len(chosen))]


def _in_files(results: Results) -> dict[str, tuple[InFile, Marked]]:
    """For hits whose own text holds none of the words, the file that does, with an excerpt."""
    unmarked = {
        int(hit.id): hit.id for hit in results.hits if not (hit.is_marked or is_lab(hit.id))
    }
    found: dict[str, tuple[InFile, Marked]] = {}
    for page_id, texts in attached_texts(list(unmarked)).items() if unmarked else ():
        for each in texts:
            name, excerpt = results.excerpts.mark(each.name), results.excerpts.excerpt(each.text)
            if any(is_found for _piece, is_found in (*name, *excerpt)):
                found[unmarked[page_id]] = (InFile(name, each.href), excerpt)
                break
    return found


def _minutes(card: Card | LabCard, question: Question) -> tuple[int, int]:
    """How long it takes for that many people in the time there is, and uncut if it is cut."""
    if isinstance(card, LabCard):
        return 0, 0
    whole = card.length_for(people_for(card, question.people))
    if question.minutes is None or whole <= question.minutes:
        return whole, 0
    return question.minutes, whole
