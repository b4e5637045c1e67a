"""Read a form from a page as a browser would send it back."""

from collections.abc import Sequence
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

Attributes = dict[str, str | None]


class FormReader(HTMLParser):
    """Collects the successful controls of the form that posts to `action`."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: MultiDict[str, str] = MultiDict()
        self._inside = False
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        found: Attributes = dict(attrs)
        if tag == "form":
            self._inside = found.get("action") == self.action
        if not self._inside:
            return
        name = found.get("name")
        if tag == "input" and name:
            kind = found.get("type") or "text"
            if kind not in ("checkbox", "radio") or "checked" in found:
                self.fields.add(name, found.get("value") or "")
        elif tag == "textarea" and name:
            self._text = name
            self.fields.add(name, "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            value = found.get("value") or ""
            if "selected" in found:
                self.fields[self._select] = value
            else:
                self.fields.setdefault(self._select, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data


def form_in(html: str, action: str) -> MultiDict[str, str]:
    """The fields of the form that posts to `action`, as they stand."""
    reader = FormReader(action)
    reader.feed(html)
    assert reader.fields, f"no form posts to {action}"
    return reader.fields


def filled(fields: MultiDict[str, str], **values: object) -> MultiDict[str, str]:
    """The form with some fields filled; a list fills a field several times."""
    result = fields.copy()
    for name, value in values.items():
        result.setlist(name, value if isinstance(value, list) else [str(value)])
    return result
