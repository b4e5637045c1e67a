"""German word forms and their lemmas, in a file that all processes share.

The words come from simplemma's list of a million forms, which takes three seconds and 110 MB to
load. A trie of them is made once per installed version and then mapped into memory: opened at
once, and its pages are the same for every process. `make` has it made when it installs the rest.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from marisa_trie import BytesTrie

#: Raised whenever the file is made otherwise.
FORMAT = 2
#: Longer forms are chance findings, not words.
LONGEST = 40
# Stands among the lemmas of what a verb leaves without its ending: fahr of fahren.
_STEM = b"-"
#: Where Python keeps what it makes of this folder, so does this.
CACHE = Path(__file__).parent / "__pycache__"


class Lexicon:
    """Looks up words in small letters, as they are written: with their umlauts."""

    def __init__(self, otherwise: Path) -> None:
        """`otherwise` is the folder for the file where this code may not be written to."""
        self._trie = BytesTrie()
        self._trie.mmap(str(made_file(otherwise)))

    def lemmas(self, word: str) -> tuple[str, ...]:
        """The base forms `word` may belong to, nouns with a capital; none of an unknown word.

        `räume` is `Raum` and `räumen`.
        """
        return tuple(lemma.decode() for lemma in self._trie.get(word, ()) if lemma != _STEM)

    def is_verb_stem(self, part: str) -> bool:
        """Whether it is a verb without its ending: `fahr`, `wander`, `näh`."""
        return _STEM in self._trie.get(part, ())

    def beginnings(self, text: str) -> list[str]:
        """All words and stems of verbs that `text` begins with, the shortest first."""
        found: list[str] = self._trie.prefixes(text)
        return found


def made_file(otherwise: Path = CACHE) -> Path:
    """The file for the installed list of words, made if it is not there yet."""
    name = f"words-{FORMAT}-{version('simplemma')}.trie"
    if (CACHE / name).exists():
        return CACHE / name
    folder = CACHE if os.access(CACHE.parent, os.W_OK) else otherwise
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "words.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / name).exists():
            # In a process of its own, which takes the memory along when it ends.
            make = "import sys; from search.lexicon import make; make(sys.argv[1])"
            root = CACHE.parent.parent
            subprocess.run([sys.executable, "-c", make, str(folder / name)], cwd=root, check=True)
    return folder / name


def make(path: str) -> None:
    """Write the trie of all forms; the file is there whole or not at all."""
    unfinished = f"{path}.new"
    BytesTrie(_entries()).save(unfinished)
    os.replace(unfinished, path)


def _entries() -> Iterator[tuple[str, bytes]]:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    words = DefaultDictionaryFactory().get_dictionary("de")
    for form, lemma in words.items():
        if form.isalpha() and lemma.isalpha() and len(form) <= LONGEST:
            form = form.lower()
            yield form, lemma.encode()
            if form == lemma:
                yield from ((stem, _STEM) for stem in _stems(form))


def _stems(verb: str) -> Iterator[str]:
    """What an infinitive leaves before -en or, behind el, er and h, before -n."""
    if verb.endswith("en"):
        yield verb[:-2]
    if verb.endswith(("eln", "ern", "hn")):
        yield verb[:-1]
