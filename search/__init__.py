"""Full-text search in German: documents in, marked hits out; knows nothing of the wiki."""

from search.documents import (
    Document,
    Hit,
    IndexBroken,
    IndexBusy,
    Marked,
    OutOfTime,
    Pick,
    PositionMoved,
    Removal,
    Results,
)
from search.index import SearchIndex, first
from search.synonyms import Synonyms

__all__ = [
    "Document",
    "Hit",
    "IndexBroken",
    "IndexBusy",
    "Marked",
    "OutOfTime",
    "Pick",
    "PositionMoved",
    "Removal",
    "Results",
    "SearchIndex",
    "Synonyms",
    "first",
]
