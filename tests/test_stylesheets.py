"""The stylesheets hold nothing that no page uses."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]
#: Set by htmx itself.
FROM_ELSEWHERE = {"htmx-request"}


def test_every_class_is_used() -> None:
    """By name, or made of a stem and what the template knows (`lab-soest`, `for-45`)."""
    sources = "\n".join(
        path.read_text()
        for folder, kind in (("templates", "*.html"), ("static/js", "*.js"), ("wiki", "*.py"))
        for path in (PROJECT / folder).rglob(kind)
    )
    words = set(re.findall(r"[A-Za-z][\w-]*", sources))

    classes = classes_in(PROJECT / "static" / "css")
    unused = {name for name in classes if name not in words and stem_of(name) not in words}

    assert len(classes) > 300
    assert unused - FROM_ELSEWHERE == set()


def classes_in(folder: Path) -> set[str]:
    css = "\n".join(path.read_text() for path in folder.glob("*.css"))
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css, flags=re.S))
    return {name for one in selectors for name in re.findall(r"\.([A-Za-z][\w-]*)", one)}


def stem_of(name: str) -> str:
    """With the hyphens behind it, as templates write it before what they know."""
    return name[: name.rindex("-") + 1] if "-" in name else name
