"""Units that follow their number: `1 Kiste`, `5 Kisten`; who writes a recipe types either."""

import re
from decimal import Decimal

# Singular and plural of what starter recipes and labs count in. What is the same in both
# (Zettel, Becher, Liter) and what is not here stays as it was typed.
_NAMES = """
Ausdruck Ausdrucke · Batterie Batterien · Block Blöcke · Bogen Bögen · Dose Dosen
Exemplar Exemplare · Flasche Flaschen · Gerät Geräte · Glas Gläser · Gruppe Gruppen
Heft Hefte · Kanne Kannen · Karte Karten · Karton Kartons · Kasten Kästen · Kiste Kisten
Kopie Kopien · Korb Körbe · Mappe Mappen · Packung Packungen · Paket Pakete
Palette Paletten · Person Personen · Plakat Plakate · Platte Platten · Portion Portionen
Rolle Rollen · Sack Säcke · Satz Sätze · Schachtel Schachteln · Schale Schalen
Scheibe Scheiben · Seite Seiten · Set Sets · Spule Spulen · Stange Stangen · Stift Stifte
Stuhl Stühle · Tafel Tafeln · Tasse Tassen · Tisch Tische · Tube Tuben · Tüte Tüten
Umschlag Umschläge · Minute Minuten · Stunde Stunden · Tag Tage
"""
# As measures they stand in the singular after any number (20 Blatt, 3 Paar; Duden, Maßangaben);
# who typed the plural keeps it.
_MEASURES = "Blatt Blätter · Paar Paare · Stück Stücke"


def _pairs(names: str) -> list[tuple[str, str]]:
    return [(one, many) for one, many in re.findall(r"(\w+) (\w+)", names)]


_PLURAL = dict(_pairs(_NAMES))
_SINGULAR = {many: one for one, many in [*_pairs(_NAMES), *_pairs(_MEASURES)]}
_FIRST_WORD = re.compile(r"\w+")


def unit_for(amount: Decimal | None, unit: str) -> str:
    """The unit as it is said after this number; what follows its first word stays.

    Example: `2, "Satz mit zwölf Dingen"` → `Sätze mit zwölf Dingen`.
    """
    if amount is None:
        return unit
    known = _SINGULAR if amount == 1 else _PLURAL
    return _FIRST_WORD.sub(lambda found: known.get(found[0], found[0]), unit, count=1)
