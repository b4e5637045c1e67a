"""Human addresses out of German names."""

import re
import unicodedata

SLUG_LENGTH = 80
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "ss"})


def slug_for(title: str, otherwise: str = "seite") -> str:
    """`Café für Ältere` → `cafe-fuer-aeltere`; ASCII, no dots, at most 80 characters.

    `otherwise` is the slug of a title without any letter or digit.
    """
    text = unicodedata.normalize("NFC", title).lower().translate(_GERMAN)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    return words[:SLUG_LENGTH].strip("-") or otherwise
