"""Pages whose titles say the same in other words: „Reparaturcafe" is a „Repair-Café", too."""

from flask import current_app

from search import IndexBroken, SearchIndex
from search.index import first
from wiki.finding.catalogue import is_lab
from wiki.finding.words import current_synonyms

#: Of the best hits, whose titles are looked at.
LOOKED_AT = 20


def titled_alike(title: str) -> list[int]:
    """The ids of pages in whose titles the search finds words of this one, the best first."""
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        found = index.search(title, first(LOOKED_AT), synonyms=current_synonyms())
    except IndexBroken:
        return []
    return [
        int(hit.id)
        for hit in found.hits
        if not is_lab(hit.id) and any(is_found for _words, is_found in hit.title)
    ]
