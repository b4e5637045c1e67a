"""Recipes by the thousand, from words put together here: about 600 words each, always the same."""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

_FIRST = """
Werk Lern Spiel Bau Licht Ton Bild Karten Daten Netz Stadt Land Wald Garten Schul Jugend Kinder
Nachbar Tablet Roboter Sensor Druck Holz Papier Farb Musik Theater Film Foto Radio Reparatur
Fahrrad Küchen Wetter Wasser Energie Klima Verkehrs Ideen Fragen Gruppen Themen
"""
_SECOND = """
statt raum tisch plan runde gang kreis stunde abend tag woche gruppe karte kiste tafel wand übung
aufgabe lösung probe messung sammlung auswahl frage antwort idee geschichte vorlage anleitung liste
stelle pause reihe folge bühne ecke station treffen werkzeug gerät
"""
_VERBS = """
bauen zeigen fragen sammeln ordnen messen drucken schneiden kleben malen schreiben lesen besprechen
vergleichen ausprobieren wiederholen vorstellen abstimmen verbinden aufräumen
"""
_SMALL = """
die der und in zu den das mit sich des auf für ist im dem nicht ein eine als auch es an aus nach bei
wird sie oder alle noch wie zum dann nur wir können gemeinsam zuerst danach
"""
_COMPOUNDS = [first + second for first in _FIRST.split() for second in _SECOND.split()]
random.Random(1).shuffle(_COMPOUNDS)
WORDS = [*_VERBS.split(), *_COMPOUNDS]
# As in real texts: the n-th word is n times as rare as the first (Zipf).
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
TOPICS = ["Künstliche Intelligenz", "Umwelt", "Mobilität", "Medien", "Handwerk", "Beteiligung"]


def recipes(count: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """The values of `count` recipes, from the one with number `start` on."""
    for number in range(start, start + count):
        yield recipe(random.Random(number), number)


def recipe(chance: random.Random, number: int) -> dict[str, Any]:
    title = " ".join(word.title() for word in _some(chance, 2))
    return {
        "title": f"{title} {number}",
        "summary": _sentence(chance) + " " + _sentence(chance),
        "topics": chance.sample(TOPICS, 2),
        "audiences": ["Jugendliche", "Senior:innen"][: chance.randint(1, 2)],
        "goals": [_sentence(chance) for _ in range(3)],
        "group_min": 4,
        "group_ideal": 12,
        "group_max": chance.randint(15, 30),
        "level": str(chance.randint(1, 3)),
        "settings": ["lab", "mobile"],
        "materials": [
            {
                "key": f"m{n:02}",
                "item": _some(chance, 1)[0].title(),
                "per_person": chance.randint(1, 3),
            }
            for n in range(6)
        ],
        "steps": [
            {
                "key": f"s{n:02}",
                "title": " ".join(_some(chance, 2)).capitalize(),
                "minutes": chance.randrange(5, 30, 5),
                "text": _text(chance, sentences=5),
                "tip": _sentence(chance),
            }
            for n in range(6)
        ],
        "pitfalls": "\n".join(f"- {_sentence(chance)}" for _ in range(3)),
        "variations": _text(chance, sentences=6),
        "follow_up": _text(chance, sentences=4),
    }


def questions(count: int) -> list[str]:
    """What people look for: one to three words, common ones more often."""
    chance = random.Random(2)
    return [" ".join(_some(chance, chance.choice((1, 2, 2, 3)))) for _ in range(count)]


def _text(chance: random.Random, sentences: int) -> str:
    half = sentences // 2
    parts = [" ".join(_sentence(chance) for _ in range(n)) for n in (half, sentences - half)]
    return f"{parts[0]}\n\n{parts[1]} **{_some(chance, 1)[0]}**"


def _sentence(chance: random.Random) -> str:
    words = [
        chance.choice(_SMALL.split()) if place % 2 else word
        for place, word in enumerate(_some(chance, chance.randint(8, 13)))
    ]
    return " ".join(words).capitalize() + "."


def _some(chance: random.Random, count: int) -> list[str]:
    return chance.choices(WORDS, cum_weights=_WEIGHTS, k=count)
