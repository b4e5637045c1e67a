"""The labs' colours: readable ones, their lighter twins for the dark, the stylesheet of all."""

import colorsys
import re
from functools import lru_cache

from sqlalchemy import select

from wiki.db import db
from wiki.labs.models import Lab

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
WHITE = "#ffffff"
# Words in a lab's colour also stand on other grounds than white and black paper: these are the
# worst (`--ground`, and `--inset` in the dark, in static/css/tokens.css). A tint of the lab's
# own colour on them takes some contrast away, hence the ratios above the least.
DAY_GROUND, DAY_CONTRAST = "#f6f4ef", 4.7
NIGHT_GROUND, NIGHT_CONTRAST = "#25272b", 6.0

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_CLASS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_colour(text: str) -> bool:
    """Whether it is a colour as it is stored: `#0f6b57`."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """How well one colour reads on the other, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=256)
def day_twin(colour: str) -> str:
    """The colour itself, or just as much darker as warm paper asks for."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    if contrast(colour, DAY_GROUND) >= DAY_CONTRAST:
        return colour
    shades = (_shade(hue, percent, saturation) for percent in range(round(lightness * 100), 0, -1))
    return next(s for s in shades if contrast(s, DAY_GROUND) >= DAY_CONTRAST)


@lru_cache(maxsize=256)
def night_twin(colour: str) -> str:
    """The same hue, just light enough to be read on dark paper."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    # Pure colours glare in the dark.
    muted = min(saturation, 0.65)
    shades = (_shade(hue, percent, muted) for percent in range(round(lightness * 100), 101))
    return next(s for s in shades if contrast(s, NIGHT_GROUND) >= NIGHT_CONTRAST)


def stylesheet() -> str:
    """One line for each lab; what could be more than a slug and a colour is left out."""
    labs = db.session.execute(select(Lab.slug, Lab.colour).order_by(Lab.slug))
    return "".join(
        f".lab-{slug}{{--lab-light:{day_twin(colour)};--lab-night:{night_twin(colour)}}}\n"
        for slug, colour in labs
        if _CLASS.fullmatch(slug) and is_colour(colour)
    )


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in _shares(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shares(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _shade(hue: float, percent: int, saturation: float) -> str:
    shares = colorsys.hls_to_rgb(hue, percent / 100, saturation)
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)
