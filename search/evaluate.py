"""`python -m search.evaluate CORPUS QUERIES`: how well the search finds what it should find.

CORPUS has one JSON object a line with id, title, body_markdown and tags; QUERIES one with query,
kind and relevant, the ids to be found. Prints recall@10 (the share of them among the first ten
hits) and MRR@10 (one divided by the place of the first) for each kind and over all queries.
"""

import argparse
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from search.documents import Document
from search.index import SearchIndex, first

HITS = 10

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"<?https?://\S+")
_MARKS = re.compile(
    r"^\s*(?:#+|>|[-*+]|\d+\.)\s+|[*_`|]{1,3}(?=\S)|(?<=\S)[*_`|]{1,3}|^\s*[-|:\s]+$", re.M
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m search.evaluate", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--misses", action="store_true", help="name what was not found")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        index.rebuild(map(document_of, _lines(options.corpus)), 1)
        report(index, list(_lines(options.queries)), misses=options.misses)


def report(index: SearchIndex, queries: list[dict[str, Any]], *, misses: bool) -> None:
    """Print a line for each kind of query and one for all."""
    figures: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        found = [hit.id for hit in index.search(query["query"], first(HITS)).hits]
        measured = (recall(found, query["relevant"]), reciprocal_rank(found, query["relevant"]))
        for kind in (query["kind"], "all"):
            figures[kind].append(measured)
        if misses and min(measured) < 1:
            print(f"{query['kind']}: {query['query']!r} {measured} found {found}")
            print(f"    wanted {query['relevant']}")
    for kind in sorted(figures, key=lambda kind: (kind == "all", kind)):
        recalls, ranks = zip(*figures[kind], strict=True)
        count = len(recalls)
        print(f"{kind:<16} {count:>4} queries  recall {mean(recalls):.3f}  MRR {mean(ranks):.3f}")


def recall(found: list[str], relevant: list[str]) -> float:
    """The share of the relevant pages that were found, of 10 at the most."""
    return len(set(found) & set(relevant)) / min(len(relevant), HITS)


def reciprocal_rank(found: list[str], relevant: list[str]) -> float:
    """One divided by the place of the first relevant page; 0 without any."""
    return next((1 / place for place, page in enumerate(found, 1) if page in relevant), 0.0)


def document_of(page: dict[str, Any]) -> Document:
    """A page of the corpus as the index takes it, its Markdown as plain text."""
    text = _ADDRESS.sub(" ", _LINK.sub(r"\1", page["body_markdown"]))
    return Document(
        id=page["id"],
        revision=1,
        title=page["title"],
        topics=tuple(page.get("tags", ())),
        text=_MARKS.sub(" ", text),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


if __name__ == "__main__":
    main()
