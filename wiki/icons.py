"""The pictograms of the pages: strokes on a 24 × 24 field, coloured by the text around them."""

from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=500)
def icon(name: str, label: str = "") -> Markup:
    """The pictogram with this name as SVG; `star-filled` is the filled `star`.

    With a label it is read aloud, without one it is decoration.

    Raises:
        KeyError: there is no such pictogram.
    """
    shape = name.removesuffix("-filled")
    full = " icon-full" if shape != name else ""
    said = Markup('role="img" aria-label="{}"').format(label) if label else _DECORATION
    drawn = Markup('<svg class="icon{} icon-{}" viewBox="0 0 24 24" {}>{}</svg>')
    return drawn.format(full, name, said, Markup(_SHAPES[shape]))  # noqa: S704 - ours


_DECORATION = Markup('aria-hidden="true"')
_SHAPES = {
    "bell": ('<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4M12 5V3"/>'),
    "bold": '<path d="M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z"/>',
    "brackets": '<path d="M8 4.5H4.5v15H8M16 4.5h3.5v15H16M9 12h6"/>',
    "bulb": (
        '<path d="M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.3 1.1 2.2h5c0-.9.4-1.6 '
        '1.1-2.2A6 6 0 0 0 12 3z"/>'
    ),
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4"/>',
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2.5"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "copy": '<path d="M9 9h11v11H9zM15 9V4H4v11h5"/>',
    "down": '<path d="M12 5v14M6 13l6 6 6-6"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "edit": '<path d="M4.5 19.5l1-4L16 5l3 3L8.5 18.5zM14 7l3 3"/>',
    "euro": '<path d="M17.5 6.5A7 7 0 1 0 17.5 17.5M3.5 10.2h9M3.5 13.8h9"/>',
    "file": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5"/>',
    "earlier": '<path d="M18.5 5.5L9 12l9.5 6.5zM5.5 5.5v13"/>',
    "flag": '<path d="M5.5 21V4M5.5 4.5h12l-2.5 4 2.5 4h-12"/>',
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 '
        '5-5 12 0 17"/>'
    ),
    "heading": '<path d="M6 5v14M18 5v14M6 12h12"/>',
    "history": '<path d="M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.3l3 2"/>',
    "italic": '<path d="M10 5h7M7 19h7M14 5l-4 14"/>',
    "lab": (
        '<path d="M9.5 3.5h5M10.5 3.5v6L5 18.5c-.7 1.2 0 2 1.2 2h11.6c1.2 0 1.9-.8 '
        '1.2-2L13.5 9.5v-6M8 15h8"/>'
    ),
    "level": '<path d="M4.5 20v-5M12 20V10M19.5 20V4.5"/>',
    "link": (
        '<path d="M10 14.5a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 9.5a4 4 0 0 0-5.7 '
        '0l-3 3a4 4 0 0 0 5.7 5.7l1-1"/>'
    ),
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1"/>',
    "lock": '<path d="M5.5 11h13v9.5h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "mail": '<path d="M3.5 5.5h17v13h-17zM3.5 7l8.5 6.5L20.5 7"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "minus": '<path d="M5 12h14"/>',
    "more": (
        '<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/>'
        '<circle cx="19" cy="12" r="1"/>'
    ),
    "numbers": (
        '<path d="M10.5 6H20M10.5 12H20M10.5 18H20M4 5l1.5-1v5M4 14.5c.4-1.2 2.6-1.2 2.6.2'
        ' 0 1.1-2.6 2.3-2.6 4.3h2.8"/>'
    ),
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.3"/><path d="M3 19.5c0-3.3 2.7-5.5 6-5.5s6 2.2 6 '
        '5.5M15.5 5a3.2 3.2 0 0 1 0 6M17.5 14.3c2.1.8 3.5 2.6 3.5 5.2"/>'
    ),
    "person": (
        '<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5"/>'
    ),
    "phone": (
        '<path d="M5 4h4l1.5 4.5L8 10.5a12 12 0 0 0 5.5 5.5l2-2.5L20 15v4c0 .6-.4 1-1 1A15 '
        '15 0 0 1 4 5c0-.6.4-1 1-1z"/>'
    ),
    "picture": (
        '<path d="M3.5 5h17v14h-17zM3.5 16l5-5 4 4 3-3 5 5"/><circle cx="15.5" cy="9" r="1.3"/>'
    ),
    "pin": (
        '<path d="M12 21s7-6.3 7-11.3A7 7 0 0 0 5 9.7C5 14.7 12 21 12 21z"/><circle cx="12" '
        'cy="9.8" r="2.5"/>'
    ),
    "play": '<path d="M7 4.5L19.5 12 7 19.5z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8.5V3.5h10v5M7 17H3.5V8.5h17V17H17M7 14h10v6.5H7z"/>',
    "quote": '<path d="M5 17c2.5-.5 4-2.3 4-5.5V7H4.5v5H9M15 17c2.5-.5 4-2.3 4-5.5V7h-4.5v5H19"/>',
    "proceed": '<path d="M5.5 5.5L15 12l-9.5 6.5zM18.5 5.5v13"/>',
    "scissors": (
        '<circle cx="6" cy="7" r="2.5"/><circle cx="6" cy="17" r="2.5"/><path d="M8.2 8.3L20 '
        '16.5M8.2 15.7L20 7.5"/>'
    ),
    "screen": '<path d="M4 9V4.5h5M15 4.5h5V9M20 15v4.5h-5M9 19.5H4V15"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L20.5 20.5"/>',
    "star": (
        '<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z"/>'
    ),
    "talk": '<path d="M4 5h16v11h-8.5L7 20v-4H4z"/>',
    "tool": (
        '<path d="M14.5 6.5a4.5 4.5 0 0 1 5.7-2.7l-2.9 2.9 2 2 2.9-2.9a4.5 4.5 0 0 1-6 '
        '5.5L8.5 19a2.3 2.3 0 0 1-3.3-3.3L13 8z"/>'
    ),
    "trash": '<path d="M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13.5h9l1-13.5M10.3 11v6M13.7 11v6"/>',
    "tried": '<circle cx="12" cy="12" r="8.5"/><path d="M8 12.3l2.8 2.8L16 9.5"/>',
    "up": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "warning": '<path d="M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.1"/>',
}
