"""What to pack, to prepare, to pay and to say: from what recipes say, for the plan's people."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.conftest import Cast, make_page
from tests.kits.cast import DAY, plan_on, rich_recipe
from wiki.db import db
from wiki.kits.inviting import has_proposals, invitation_of
from wiki.kits.kit import Kit
from wiki.kits.lists import Checklist, budget_list, packing_list, roles_list, room_list
from wiki.kits.preparing import todo_list
from wiki.kits.sheets import ON_CARD, SIZES, cards_of, wall_size
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.agenda import agenda_of
from wiki.plans.changing import with_steps
from wiki.plans.models import Plan
from wiki.plans.planning import change, content_in
from wiki.plans.recipes import newest

LONG_BEFORE = DAY - timedelta(days=100)


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


@pytest.fixture(autouse=True)
def _inside_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def kit_of(plan: Plan) -> Kit:
    """The kit of a plan, whoever shows it: no address of it is asked for."""
    return Kit(
        agenda=agenda_of(content_in(plan)),
        address="https://wiki.example/plan/x",
        changed=plan.touched_at,
        lab=None,
        endpoint="kits.take",
        back="/",
        whole="/",
    )


def with_recipe(plan: Plan, page: Page) -> Plan:
    """The plan with the steps of another recipe."""
    found = newest(page)
    return change(
        plan.edit_secret, lambda old: with_steps(old, found.pin, found.recipe), seen=plan.version
    )


def lines(checklist: Checklist) -> list[str]:
    return [
        " ".join(filter(None, (row.lead, row.text, row.note)))
        for group in checklist.groups
        for row in group.rows
    ]


def test_what_to_pack_is_counted_for_the_people_by_who_brings_it(page: Page) -> None:
    checklist = packing_list(kit_of(plan_on(page, people=24)))

    assert [group.title for group in checklist.groups] == [
        "bringt das mobile Labor",
        "stellt, wer einlädt",
        "wird gekauft",
    ]
    assert lines(checklist) == ["3 Stellwände", "1 Anleitung", "120 Stück Karten"]


def test_a_tick_stays_with_its_thing_however_many_are_needed(page: Page) -> None:
    few = packing_list(kit_of(plan_on(page, people=10)))
    many = packing_list(kit_of(plan_on(page, people=40)))

    def keys(checklist: Checklist) -> list[str]:
        return [row.key for group in checklist.groups for row in group.rows]

    assert keys(few) == keys(many)
    assert len(set(keys(few))) == 3


def test_roles_come_with_their_briefing_in_plain_words(page: Page) -> None:
    assert lines(roles_list(kit_of(plan_on(page)))) == ["2 Moderation Zeit halten."]


def test_the_room_is_what_all_recipes_need(page: Page, cast: Cast, labs: dict[str, Lab]) -> None:
    other = make_page(
        "Draußen",
        by=cast.anke,
        lab=labs["soest"],
        settings=["mobile", "outdoors"],
        wifi="needed",
        room_power="keiner",
        accessibility=["toilet", "seating"],
        accessibility_note="Feste **Wege**.",
    )
    kit = kit_of(with_recipe(plan_on(page), other))

    checklist = room_list(kit)

    assert lines(checklist) == [
        "Geht: mobil",
        "Platz: 60 m² „Zukunftswerkstatt“",
        "Strom: zwei Steckdosen „Zukunftswerkstatt“",
        "Strom: keiner „Draußen“",
        "WLAN nötig",
        "Aufbau im Raum „Zukunftswerkstatt“",
        "stufenlos erreichbar",
        "barrierefreie Toilette",
        "Sitzplätze für alle, auch mit Lehne",
        "Hinweise zur Barrierefreiheit „Draußen“",
    ]
    assert checklist.groups[1].rows[-1].html == "<p>Feste <strong>Wege</strong>.</p>"


def test_what_is_left_out_of_the_plan_needs_nothing(page: Page) -> None:
    plan = plan_on(page)
    blocks = [{**block, "minutes": 0} for block in plan.content["blocks"]]

    kit = kit_of(plan_on(page, blocks=blocks))

    for checklist in (packing_list(kit), roles_list(kit), room_list(kit), budget_list(kit)):
        assert not checklist
    assert "träumen" not in invitation_of(kit)


def test_duties_are_counted_back_from_the_day(page: Page) -> None:
    checklist = todo_list(kit_of(plan_on(page)), LONG_BEFORE)

    assert lines(checklist) == [
        "Fr. 19. März 2027 Mit „Zukunftswerkstatt“ anfangen",
        "Sa. 27. März 2027 Raum reservieren",
        "Sa. 10. Apr. 2027 Material beim mobilen Labor anfragen",
        "Sa. 17. Apr. 2027 Einladung verschicken",
        "Sa. 17. Apr. 2027 Helfende finden und einweisen",
        "Sa. 24. Apr. 2027 Mit dem Haus klären, was es stellt",
        "Sa. 1. Mai 2027 Einkaufen",
        "Mi. 5. Mai 2027 Vorlagen ausdrucken",
        "Fr. 7. Mai 2027 Packen, nach der Packliste",
        "Fr. 7. Mai 2027 „Zukunftswerkstatt“ vorbereiten 90 min",
        "Sa. 8. Mai 2027 Aufbauen ab 8:15, 45 min",
        "Sa. 8. Mai 2027 Abbauen 20 min",
    ]


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (date(2027, 3, 27), ["Mit „Zukunftswerkstatt“ anfangen"]),
        (date(2027, 3, 28), ["Mit „Zukunftswerkstatt“ anfangen", "Raum reservieren"]),
        (DAY + timedelta(days=1), []),
    ],
)
def test_what_is_overdue_says_so_until_the_day_is_over(
    page: Page, today: date, late: list[str]
) -> None:
    rows = todo_list(kit_of(plan_on(page)), today).groups[0].rows

    assert [row.text for row in rows if row.is_late] == late
    assert [row.text for row in rows if "überfällig" in row.note] == late


def test_without_a_date_duties_are_so_many_days_before(page: Page) -> None:
    found = lines(todo_list(kit_of(plan_on(page, None)), DAY))

    assert found[0] == "50 Tage vorher Mit „Zukunftswerkstatt“ anfangen"
    assert "1 Tag vorher Packen, nach der Packliste" in found
    assert found[-1] == "am Tag selbst Abbauen 20 min"


def test_online_there_is_no_room_to_reserve(cast: Cast, labs: dict[str, Lab]) -> None:
    online = make_page("Am Schirm", by=cast.anke, lab=labs["soest"], settings=["online"])

    assert lines(todo_list(kit_of(plan_on(online, None)), DAY)) == [
        "21 Tage vorher Einladung verschicken"
    ]


def test_costs_are_fixed_and_per_person_and_add_up(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    free = make_page("Umsonst", by=cast.anke, lab=labs["soest"])
    dear = make_page("Kochen", by=cast.anke, lab=labs["soest"], cost_per_person="4.25")
    plan = with_recipe(plan_on(page, people=24), free)
    plan = with_recipe(db.session.get_one(Plan, plan.id), dear)

    checklist = budget_list(kit_of(plan))

    assert lines(checklist) == [
        "56 € Zukunftswerkstatt fest 20 € · 1,50 € je Person, für 24 Personen",
        "102 € Kochen 4,25 € je Person, für 24 Personen",
    ]
    assert checklist.total == "Zusammen etwa 158 €"


def test_an_invitation_says_what_when_where_and_the_recipes_words(page: Page) -> None:
    plan = plan_on(page, title="Was wird aus dem Markt?", place="Rathaus")

    assert invitation_of(kit_of(plan)) == (
        "Was wird aus dem Markt?\n"
        "Samstag, 8. Mai 2027, 9:00 bis 10:30 Uhr\n"
        "Ort: Rathaus\n"
        "\n"
        "Wir träumen gemeinsam.\n"
        "\n"
        "– Kaffee gibt es"
    )


def test_an_invitation_needs_no_words_of_recipes(cast: Cast, labs: dict[str, Lab]) -> None:
    kit = kit_of(plan_on(make_page("Still", by=cast.anke, lab=labs["soest"]), None, days=2))

    assert not has_proposals(kit)
    assert invitation_of(kit) == "Still\nTag 1, 9:00 bis 10:00 Uhr"


def test_the_wall_has_the_largest_letters_that_fit(page: Page) -> None:
    def size_for(count: int, title: str) -> int:
        blocks = [
            {"key": f"k{n:02d}", "sort": "free", "title": title, "minutes": 15}
            for n in range(count)
        ]
        (day,) = agenda_of(content_in(plan_on(page, blocks=blocks))).days
        return wall_size("Zukunftswerkstatt", day)

    sizes = [size_for(count, "Ein Schritt") for count in (3, 12, 25, 60)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == SIZES[0]
    assert sizes[2] >= 15
    assert size_for(12, "Ein Schritt mit einem Titel, der länger ist als eine Zeile") < sizes[1]


def test_cards_hold_what_fits_and_say_where_the_rest_is(page: Page) -> None:
    text = "Viele Worte. " * 70
    blocks = [
        {"key": "kaa", "sort": "free", "title": "Kurz", "minutes": 5, "text": "Ein\nSatz."},
        {"key": "kab", "sort": "free", "title": "Lang " * 20, "minutes": 5, "text": text},
        {"key": "kac", "sort": "break", "minutes": 5},
        {"key": "kad", "sort": "free", "title": "Fällt weg", "minutes": 0},
    ]

    short, long = cards_of(agenda_of(content_in(plan_on(page, blocks=blocks))))

    assert (short.note, short.size, short.is_cut) == ("Ein Satz.", 0, False)
    assert long.size == len(ON_CARD) - 1
    assert long.is_cut
    assert long.note.endswith("Worte. …") or long.note.endswith("Viele …")
    assert len(long.note) <= ON_CARD[-1]
