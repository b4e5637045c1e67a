"""Links between pages: titles completed while somebody types, letter by letter."""

from contextlib import closing
from urllib.parse import urlencode

from tests.bench.recipes import questions
from tests.bench.table import Table, Times, timed
from tests.durability.conftest import link_for
from tests.durability.serving import Browser, Server

HTMX = {"HX-Request": "true"}


def measure_titles(table: Table, server: Server, count: int) -> None:
    """Every beginning of common words, as the editor asks for it after `[[`."""
    table.head(f"Completing a title among {count} recipes")
    typed = [words[:letters] for words in questions(40) for letters in range(1, len(words) + 1)]
    addresses = ["/titel?" + urlencode({"q": words}) for words in typed]
    with closing(Browser(server.port)) as person:
        person.sign_in(link_for(server.data))
        for address in addresses[:20]:
            assert person.get(address, **HTMX).status == 200
        times = Times([timed(lambda a=address: person.get(a, **HTMX)) for address in addresses])
    table.row("each letter (fragment over HTTP)", times, times.p95, 30, " ms p95")
