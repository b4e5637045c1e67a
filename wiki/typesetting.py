"""Data → PDF: typst with a template of ours, in a process of its own with limits of memory, size
and time.

Whoever typesets gives data and a template. The template reads the data as JSON: no text of
anybody ever becomes typst's source. All that the process is told to read lies in a folder that
holds nothing else; it has no packages, and asks no font of the machine it runs on. Each document
has a process of its own: what typst remembers of it, four hundred megabytes for twenty pages,
goes with it. Knows no Flask and no database.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

SECONDS = 15
MEMORY = 1024**3  # bytes of address space
MAX_DATA = 20_000_000  # characters of data
MAX_WRITTEN = 60_000_000  # bytes of what it writes
# Read by machines and people alike (ISO 14289-1); it refuses letters that no font has.
_ACCESSIBLE: Literal["ua-1"] = "ua-1"


class TypesettingFailed(Exception):
    """The document could not be made in time, or at all."""


def typeset(template: Path, data: Any, pictures: Mapping[str, bytes]) -> bytes:
    """The PDF that `template` makes of `data`, with these pictures beside it.

    Raises:
        TypesettingFailed: it is too much.
    """
    said = json.dumps(data, ensure_ascii=False)
    if len(said) > MAX_DATA:
        raise TypesettingFailed
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, content in pictures.items():
            (folder / picture).write_bytes(content)
        (folder / "data.json").write_bytes(said.encode(errors="replace"))
        (folder / "main.typ").write_bytes(template.read_bytes())
        try:
            subprocess.run(
                [sys.executable, "-I", __file__, name],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=name,
                env={"HOME": name, "LANG": "C.UTF-8"},
                timeout=SECONDS,
                check=True,
            )
            return (folder / "made.pdf").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError):
            raise TypesettingFailed from None


def _compile(folder: str) -> None:
    """What the process does: the PDF of one folder, as accessible as its letters allow."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, 2 * SECONDS),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    import typst  # only in the process that needs its forty megabytes

    no_packages = f"{folder}/none"
    compiler = typst.Compiler(
        f"{folder}/main.typ",
        root=folder,
        ignore_system_fonts=True,
        package_path=no_packages,
        package_cache_path=no_packages,
    )
    try:
        made = compiler.compile(pdf_standards=_ACCESSIBLE)
    except typst.TypstError:
        made = compiler.compile()
    assert isinstance(made, bytes)
    Path(folder, "made.pdf").write_bytes(made)


if __name__ == "__main__":
    _compile(sys.argv[1])
