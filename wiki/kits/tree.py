"""Safe HTML → a small tree of data, for templates that are not HTML.

Example: `<p>So <strong>geht</strong> es.</p>` →
`[{"t": "p", "c": [{"t": "s", "s": "So "}, {"t": "b", "c": [{"t": "s", "s": "geht"}]}, …]}]`.
A tag that is not known here gives its words and nothing else.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]

_INLINE = {"strong": "b", "em": "i", "code": "code", "a": "a", "small": "small"}
_BLOCKS = {
    "p": "p",
    "blockquote": "quote",
    "pre": "pre",
    "ul": "ul",
    "ol": "ol",
    "li": "li",
    "table": "table",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "figure": "figure",
    "figcaption": "caption",
} | {f"h{level}": "h" for level in range(1, 7)}
_KNOWN = _INLINE | _BLOCKS
_HOLD_ONLY = {"ul": "li", "ol": "li", "table": "tr"}
_SPACE = re.compile(r"[ \t\n\f\r]+")
_MOST_START = 1_000_000
_LONGEST_ADDRESS = 2_000


def tree_of(html: str) -> list[Node]:
    """The blocks of a text; nothing but blocks stands outermost and inside lists and quotes."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return _only_blocks(builder.root)


def words_of(html: str) -> str:
    """The text as one would type it into a mail: lines, empty lines between, no marks."""
    return "\n\n".join(filter(None, (_typed(node) for node in tree_of(html)))).strip()


class _Builder(HTMLParser):
    """Follows the tags; the sanitiser closed all of them in the right order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Node] = []
        self._open: list[tuple[str, Node]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "br":
            self._add({"t": "br"})
        elif tag == "hr":
            self._add({"t": "hr"})
        elif tag == "img":
            self._add({"t": "img", "file": values.get("src") or "", "alt": values.get("alt") or ""})
        elif tag in _KNOWN:
            node: Node = {"t": _KNOWN[tag], "c": []}
            if node["t"] == "h":
                node["level"] = int(tag[1])
            elif node["t"] == "ol":
                start = values.get("start") or "1"
                node["start"] = min(int(start), _MOST_START) if start.isdecimal() else 1
            elif node["t"] == "a":
                node["href"] = (values.get("href") or "")[:_LONGEST_ADDRESS]
            self._add(node)
            self._open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _node in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not any(node["t"] == "pre" for _tag, node in self._open):
            data = _SPACE.sub(" ", data)
            before = self._open[-1][1]["c"] if self._open else self.root
            if before and before[-1]["t"] == "br":
                data = data.lstrip(" ")
        self._add({"t": "s", "s": data})

    def _add(self, node: Node) -> None:
        (self._open[-1][1]["c"] if self._open else self.root).append(node)


def _only_blocks(nodes: list[Node]) -> list[Node]:
    """Loose words become paragraphs, what cannot stand where it does loses its frame."""
    blocks: list[Node] = []
    loose: list[Node] = []

    def finish() -> None:
        words = _trimmed(loose)
        if words:
            blocks.append({"t": "p", "c": words})
        loose.clear()

    for node in nodes:
        if node["t"] in {*_INLINE.values(), "s", "br"}:
            loose.append(node)
            continue
        finish()
        blocks.extend(_block(node))
    finish()
    return blocks


def _block(node: Node) -> Iterator[Node]:
    kind = node["t"]
    if kind in ("p", "h", "caption"):
        pictures = [child for child in node["c"] if child["t"] == "img"]
        words = _trimmed(_inline(child for child in node["c"] if child["t"] != "img"))
        if words:
            yield {**node, "t": "p" if kind == "caption" else kind, "c": words}
        yield from pictures
    elif kind == "pre":
        yield {"t": "pre", "s": _said(node).strip("\n")}
    elif kind in _HOLD_ONLY:
        inner = [child for child in node["c"] if child["t"] == _HOLD_ONLY[kind]]
        if kind == "table":
            yield from _table(inner)
        elif inner:
            yield {**node, "c": [{"t": "li", "c": _only_blocks(item["c"])} for item in inner]}
    elif kind == "quote":
        yield {"t": "quote", "c": _only_blocks(node["c"])}
    elif kind in ("hr", "img"):
        yield node
    else:
        yield from _only_blocks(node.get("c", []))


def _table(rows: list[Node]) -> Iterator[Node]:
    cells = [[cell for cell in row["c"] if cell["t"] in ("th", "td")] for row in rows]
    width = max(map(len, cells), default=0)
    if not width:
        return
    filled = [
        [_trimmed(_inline(cell["c"])) for cell in row] + [[]] * (width - len(row)) for row in cells
    ]
    has_head = bool(cells[0]) and all(cell["t"] == "th" for cell in cells[0])
    yield {"t": "table", "columns": width, "head": has_head, "rows": filled}


def _inline(nodes: Any) -> list[Node]:
    """Words with their marks; of anything else, its words."""
    found: list[Node] = []
    for node in nodes:
        if node["t"] in ("s", "br"):
            found.append(node)
        elif node["t"] == "code":
            found.append({"t": "code", "s": _said(node)})
        elif node["t"] == "img":
            found.append({"t": "s", "s": node["alt"]})
        elif node["t"] == "a" and not node["href"]:
            found.extend(_inline(node["c"]))
        elif node["t"] in _INLINE.values():
            found.append({**node, "c": _inline(node["c"])})
        else:
            found.extend(_inline(node.get("c", [])))
    return found


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Without the space around, and what is then empty."""
    words = _inline(nodes)
    while words and _is_space(words[0]):
        words = words[1:]
    while words and _is_space(words[-1]):
        words = words[:-1]
    if words and words[0]["t"] == "s":
        words[0] = {"t": "s", "s": words[0]["s"].lstrip(" ")}
    if words and words[-1]["t"] == "s":
        words[-1] = {"t": "s", "s": words[-1]["s"].rstrip(" ")}
    return words


def _is_space(node: Node) -> bool:
    return node["t"] == "br" or (node["t"] == "s" and not node["s"].strip(" "))


def _said(node: Node) -> str:
    """All words in it; a line end for each break."""
    if node["t"] == "br":
        return "\n"
    return str(node["s"]) if "s" in node else "".join(map(_said, node.get("c", [])))


def _typed(node: Node) -> str:
    kind = node["t"]
    if kind in ("ul", "ol"):
        lines = []
        for place, item in enumerate(node["c"], node.get("start", 1)):
            mark = f"{place}. " if kind == "ol" else "– "
            words = "\n".join(filter(None, map(_typed, item["c"])))
            lines.append(mark + words.replace("\n", "\n  "))
        return "\n".join(lines)
    if kind == "quote":
        return "\n\n".join(map(_typed, node["c"]))
    if kind == "table":
        rows = (" | ".join("".join(map(_said, cell)) for cell in row) for row in node["rows"])
        return "\n".join(rows)
    if kind in ("hr", "img"):
        return ""
    return _with_addresses(node)


def _with_addresses(node: Node) -> str:
    """The words; behind those of a link where it leads, unless they say so."""
    if node["t"] == "a":
        words = "".join(map(_with_addresses, node["c"]))
        address = node["href"].removeprefix("mailto:").removeprefix("tel:")
        return words if address in words else f"{words} ({address})"
    if node["t"] == "br" or "s" in node:
        return _said(node)
    return "".join(map(_with_addresses, node.get("c", [])))
