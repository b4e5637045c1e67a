"""English for every string: extract, compare, compile.

Without arguments it checks and fails when a string lacks its translation or the compiled
catalogue is old; with `--update` it writes new strings into the catalogue and compiles it.
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

TOP = Path(__file__).resolve().parent.parent
CATALOGUE = TOP / "wiki" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
COMPILED = CATALOGUE.with_suffix(".mo")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.atom", "jinja2"), ("**.xml", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "N_": None,
    "lazy_gettext": None,
}
SHOWN = 20
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def extracted() -> Catalog:
    """Every string of code and templates, with where it stands."""
    found = Catalog(locale="en", project="Laborwiki", charset="utf-8")
    for folder in ("wiki", "templates"):
        for name, line, message, comments, context in extract_from_dir(
            TOP / folder, METHODS, OPTIONS, KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{name}", line)], (), comments, context=context)
    return found


def known() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="Laborwiki", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def problems(strings: Catalog, translated: Catalog) -> list[str]:
    """What is missing, left over, doubtful or not like its original."""
    listed = []
    for message in strings:
        if not message.id:
            continue
        there = translated.get(message.id)
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        if there is None or not there.string or not all(_texts(there.string)):
            listed.append(f"not translated: {originals[0]!r}")
        elif there.fuzzy:
            listed.append(f"doubtful: {originals[0]!r}")
        else:
            wanted = {name for text in originals for name in _PLACEHOLDER.findall(text)}
            got = {name for text in _texts(there.string) for name in _PLACEHOLDER.findall(text)}
            if wanted != got:
                listed.append(f"other placeholders: {originals[0]!r}")
    listed += [
        f"no longer used: {message.id!r}"
        for message in translated
        if message.id and strings.get(message.id) is None
    ]
    return listed


def compiled(translated: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, translated)
    return file.getvalue()


def update(strings: Catalog, translated: Catalog) -> None:
    """Write new strings into the catalogue, drop old ones, compile it."""
    translated.update(strings, no_fuzzy_matching=True)
    translated.obsolete.clear()
    # The header says what readers of the catalogue need, and nothing that changes by itself.
    translated.fuzzy = False
    translated.header_comment = "# English for Laborwiki; the German originals are the keys."
    translated.msgid_bugs_address = translated.last_translator = translated.language_team = ""
    translated.creation_date = translated.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, translated, omit_header=False, sort_output=True, no_location=True, width=100)
    COMPILED.write_bytes(compiled(known()))


def _texts(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def main() -> None:
    strings, translated = extracted(), known()
    if sys.argv[1:] == ["--update"]:
        update(strings, translated)
        translated = known()
    found = problems(strings, translated)
    if not COMPILED.exists() or COMPILED.read_bytes() != compiled(translated):
        found.append(f"{COMPILED.name} is old: make translations")
    if found:
        more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        sys.exit("\n".join(found[:SHOWN]) + more)
    print(f"{len(strings)} strings, all in English.")


if __name__ == "__main__":
    main()
