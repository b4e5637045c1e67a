"""How long the server takes to keep a draft of a long recipe."""

from contextlib import closing

from tests.bench.table import Table, Times, timed
from tests.durability.conftest import link_for
from tests.durability.serving import Browser, Server

SAVES = 200
STEPS = 40
BUDGET = 50.0  # milliseconds


def measure_drafts(table: Table, server: Server, slug: str) -> None:
    """Each save changes a word; the form is sent whole, as a script does while somebody types."""
    table.head("A draft kept while somebody types")
    form = f"/wiki/{slug}/bearbeiten"
    with closing(Browser(server.port)) as person:
        person.sign_in(link_for(server.data))
        fields = [*person.filled_form(form), *_many_steps(), ("do", "keep")]
        times = []
        for number in range(SAVES + 20):
            sent = [
                (name, str(number) if name == "draft_version" else text) for name, text in fields
            ]
            sent.append(("note", f"Satz {number}"))
            took = timed(lambda sent=sent: _keep(person, form, sent))
            if number >= 20:
                times.append(took)
    kilobytes = sum(len(name) + len(text) for name, text in fields) / 1000
    found = Times(times)
    name = f"a form of {len(fields)} fields, {kilobytes:.0f} kB"
    table.row(name, found, found.p50, BUDGET, " ms p50")


def _keep(person: Browser, form: str, fields: list[tuple[str, str]]) -> None:
    answer = person.post(form, fields, **{"HX-Request": "true"})
    assert answer.status == 200, answer.text


def _many_steps() -> list[tuple[str, str]]:
    """More steps than a recipe ever had, each with all its fields filled."""
    text = "Alle kommen an, holen sich einen Kaffee und suchen ihren Platz. " * 12
    names = ("title", "text", "prompt", "result", "tip", "pitfall")
    fields = []
    for number in range(STEPS):
        key = f"kx{number:02}"
        fields += [("steps", key), (f"steps.{key}.minutes", "10")]
        fields += [(f"steps.{key}.{name}", text if name == "text" else text[:90]) for name in names]
    return fields
