"""The index: opening, searching, writing, rebuilding.

One process writes, many threads read. The database stays the truth: what is in here can be
thrown away and rebuilt at any time.
"""

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

from search.analysis import German
from search.arrays import Numbers, Scores, np
from search.documents import (
    Document,
    Hit,
    IndexBroken,
    IndexBusy,
    OutOfTime,
    Pick,
    PositionMoved,
    Removal,
    Results,
)
from search.excerpts import Cut, Marker
from search.generations import Generations
from search.lexicon import Lexicon
from search.postings import PostingsCache
from search.query import parse
from search.ranking import Deadline, holding_all, rank
from search.snapshot import Page, Snapshot
from search.synonyms import NONE, Synonyms
from search.writing import create, writing

T = TypeVar("T")

#: So many of the best pages are looked at for whether the words stand close together.
REORDERED = 10
#: What that is worth, as a share of the score.
CLOSE_BONUS = 0.1


def first(count: int, offset: int = 0) -> Pick:
    """Picks the best ones."""
    return lambda ids: ids[offset : offset + count]


BEST = first(20)


class SearchIndex:
    """A search index in a folder; one object may serve all threads of a process.

    `parts` names what of documents can be searched alone.
    """

    def __init__(self, folder: Path, parts: Collection[str] = ()) -> None:
        self._generations = Generations(Path(folder))
        self._parts = frozenset(parts)
        self._thread = threading.local()
        self._postings = PostingsCache()

    def search(
        self,
        words: str,
        pick: Pick = BEST,
        *,
        part: str = "",
        synonyms: Synonyms = NONE,
        deadline: float = 1.0,
    ) -> Results:
        """What fits `words` and is picked; `deadline` in seconds. Raises IndexBroken.

        With `part`, only what stands in that part of a document counts and is shown. When the
        index changes meanwhile, `pick` may be asked twice.
        """
        query = parse(words, self._german, synonyms)
        time_left = Deadline(deadline)

        def find(snapshot: Snapshot) -> Results:
            searched = snapshot.part(part) if part else snapshot
            ranking = rank(searched, query, self._german, time_left)
            marker = Marker(ranking.words, self._german, query.rows)
            looked_at: dict[int, tuple[Page, Cut]] = {}

            def look_at(number: int) -> tuple[Page, Cut]:
                if number not in looked_at:
                    page = snapshot.page(number)
                    text, otherwise = (page.part(part), "") if part else (page.text, page.summary)
                    looked_at[number] = page, marker.cut(text, otherwise)
                return looked_at[number]

            best, scores = ranking.numbers, ranking.scores
            if len(query.words) > 1:
                best = _closest_first(best, scores, lambda number: look_at(number)[1].is_close)
            found = [snapshot.ids[number] for number in best.tolist()]
            numbers = [snapshot.number_of[document] for document in pick(found)]
            hits = [_hit(*look_at(number), float(scores[number]), marker) for number in numbers]
            meant = _meant(query.text, ranking.near, hits, marker)
            return Results(len(found), hits, meant, time_left.reached, marker)

        return self._read(find)

    def with_part(self, name: str) -> list[str]:
        """The ids of the documents that have this part at all. Raises IndexBroken."""
        return self._read(lambda snapshot: snapshot.with_part(name))

    def holding(
        self,
        words: str,
        among: Collection[str],
        *,
        part: str = "",
        synonyms: Synonyms = NONE,
        deadline: float = 1.0,
    ) -> list[str]:
        """Those of these ids whose pages hold all of the words, or whose part of this name does.

        Nothing that stands near a word counts. Raises IndexBroken, and OutOfTime at the deadline.
        """
        query = parse(words, self._german, synonyms)
        time_left = Deadline(deadline)

        def find(snapshot: Snapshot) -> list[str]:
            known = [number for each in among if (number := snapshot.number_of.get(each, -1)) >= 0]
            searched = snapshot.part(part) if part else snapshot
            numbers = holding_all(searched, query, self._german, time_left, known)
            if time_left.reached:
                raise OutOfTime
            return [snapshot.ids[n] for n in numbers.tolist()]

        return self._read(find)

    @cached_property
    def _german(self) -> German:
        return German(Lexicon(self._generations.folder))

    def position(self) -> int:
        """The change-log position up to which the index knows everything; 0 without an index.

        Raises IndexBroken.
        """
        if self._generations.current() is None:
            return 0
        return self._read(Snapshot.position)

    def revisions(self) -> dict[str, int]:
        """The indexed revision of each page's id. Raises IndexBroken."""
        if self._generations.current() is None:
            return {}
        return self._read(lambda found: {page.id: page.revision for page in found.pages()})

    def apply(
        self,
        changes: Iterable[Document | Removal],
        position: int,
        *,
        after: int | None = None,
    ) -> None:
        """Make `changes` findable and store `position` with them, all or nothing.

        A document replaces the one with its id. With `after`, the position at which the changes
        begin, nothing is written when the index stands elsewhere (a rebuild came between).
        Raises PositionMoved, IndexBusy, IndexBroken, and OSError when the disk is full.
        """
        newest = {change.id: change for change in changes}
        folder = self._generations.current()
        if folder is None:
            if after:
                raise PositionMoved("there is no index")
            documents = [change for change in newest.values() if isinstance(change, Document)]
            return self._build(documents, position, first=True)
        with writing(folder, position, self._german) as batch:
            if after is not None and after != self.position():
                raise PositionMoved(f"the index no longer stands at {after}")
            batch.remove(newest)
            for change in newest.values():
                if isinstance(change, Document):
                    batch.add(change)

    def rebuild(
        self,
        documents: Iterable[Document],
        position: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write a new index beside the present one, whatever its state, and switch to it.

        `position` is the one the change log had before `documents` were read; `progress` is told
        the number of documents written. Raises IndexBusy when another rebuild is running.
        """
        self._build(documents, position, progress)

    def _build(
        self,
        documents: Iterable[Document],
        position: int,
        progress: Callable[[int], None] | None = None,
        first: bool = False,
    ) -> None:
        with self._generations.new() as folder:
            if first and self._generations.current() is not None:
                raise IndexBusy("another process has just made the index")
            create(folder, sorted(self._parts))
            with writing(folder, position, self._german) as batch:
                written: set[str] = set()
                for document in documents:
                    if document.id not in written:
                        written.add(document.id)
                        batch.add(document)
                        if progress:
                            progress(len(written))

    def _read(self, question: Callable[[Snapshot], T]) -> T:
        """The answer of this thread's snapshot, asked once more of a fresh one if it fails."""
        for patience in (0.0, 0.01, 0.03, 0.06):
            try:
                return question(self._snapshot())
            except IndexBroken:
                raise
            # Whoosh answers damage with anything from TypeError to EOFError; a file that was
            # removed by a merge in this very moment looks the same, hence the second try.
            except Exception as error:
                self._forget_snapshot()
                cause = error
                time.sleep(patience)
        raise IndexBroken(f"the index cannot be read: {cause!r}") from cause

    def _snapshot(self) -> Snapshot:
        # One for each thread (shared file positions) and process (a fork shares them, too).
        folder = self._generations.current()
        if folder is None:
            raise IndexBroken("there is no index yet")
        snapshot: Snapshot | None = getattr(self._thread, "snapshot", None)
        if snapshot is not None and self._thread.process == os.getpid():
            if snapshot.folder == folder and snapshot.is_latest():
                return snapshot
            self._forget_snapshot()
        snapshot = Snapshot(folder, self._postings)
        self._thread.snapshot, self._thread.process = snapshot, os.getpid()
        return snapshot

    def _forget_snapshot(self) -> None:
        snapshot: Snapshot | None = getattr(self._thread, "snapshot", None)
        self._thread.snapshot = None
        if snapshot is not None:
            snapshot.close()


def _closest_first(best: Numbers, scores: Scores, is_close: Callable[[int], bool]) -> Numbers:
    """The first ones ordered anew: those in which the words stand close together are worth more."""
    first, others = np.split(best, [REORDERED])
    scores[first] *= [1 + CLOSE_BONUS * is_close(number) for number in first.tolist()]
    return np.concatenate([first[np.argsort(-scores[first], kind="stable")], others])


def _hit(page: Page, cut: Cut, score: float, marker: Marker) -> Hit:
    title = marker.mark(page.title)
    is_marked = any(found for _piece, found in (*title, *cut.pieces))
    return Hit(page.id, page.revision, score, title, cut.pieces, is_marked)


def _meant(
    typed: str, near: Mapping[str, Collection[str]], hits: Iterable[Hit], marker: Marker
) -> str:
    """The words with each one that stands nowhere as the first hits spell it; else empty."""
    meant = typed
    for word, terms in near.items():
        spelled = Counter(
            piece
            for hit in islice(hits, 5)
            for piece, found in (*hit.title, *hit.excerpt)
            if found and marker.term_of(piece) in terms
        )
        if spelled:
            # Found words are letters: nothing in them is a sign of `re.sub`.
            ((instead, _count),) = spelled.most_common(1)
            meant = re.sub(re.escape(word), instead, meant, flags=re.IGNORECASE)
    return meant if meant != typed else ""
