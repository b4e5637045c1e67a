"""What a valid form would send to each address that takes one, by endpoint."""

_PAGE = {"title": "Neuer Titel", "licence": "CC-BY-4.0", "language": "de", "do": "publish"}
_LAB = {"name": "Neues Labor", "kind": "lab", "colour": "#0b5c8a", "position": "1"}

_TEXT = {"page_text": "---\nArt: format\nTitel: Neuer Titel\n---\n", "do": "publish"}

FIELDS: dict[str, dict[str, str]] = {
    "answers.refuse": {"answer": "Das steht schon da."},
    "answers.take_over": {"field": "summary"},
    "proposals.propose": {**_PAGE, "do": "send", "base": "1", "reason": "Darum."},
    "accounts.change_address": {"email": "andere@example.org"},
    "accounts.save_profile": {"name": "Anders"},
    "comments.create": {"text": "Bei wie vielen?"},
    "editing.edit": {**_PAGE, "base": "1"},
    "editing.new": _PAGE,
    "expert.edit": {**_TEXT, "base": "1"},
    "expert.new": _TEXT,
    "guests.send": {"guest": "Noch eine Stadt", "name": "Neue", "email": "noch@example.org"},
    "guests.take_in": {"guest": "Noch eine Stadt"},
    "guests.turn_down": {"answer": ""},
    "inviting.accept": {"name": "Neue", "password": "ein langes Passwort"},
    "lab_editing.create": _LAB,
    "lab_editing.save": {**_LAB, "version": "1"},
    "lab_people.give_role": {"role": "editor"},
    "lab_people.name_me": {"is_named": "1"},
    "lab_people.send": {"name": "Noch eine", "email": "eine@example.org", "role": "member"},
    "adaptations.take": {"version": "1"},
    "learnings.turn_down": {"reason": "Steht schon drin"},
    "told.create": {"place": "Beispielhausen"},
    "questions.answer": {"text": "Vier Stück."},
    "questions.create": {"title": "Wer hat Erfahrung?"},
    "talk.create": {"text": "Noch eine Bemerkung."},
    "watching.save_settings": {"by_mail": "never"},
    "watching.watch_search": {"suche": "thema=Holz"},
    "watching.stop_watching_search": {"suche": "thema=Holz"},
    "words.add": {"words": "Löten, Lötkolben"},
    "words.change": {"words": "Handy, Telefon", "version": "1"},
    "words.count": {"q": "Quantentöpfern"},
    "words.remove": {"version": "1"},
    "wishes.answer": {"answer": "Gern.", "do": "take_up"},
    "wishes.create": {"title": "Noch ein Wunsch"},
    "security.login": {"email": "anke@example.org", "password": "ganz sicher falsch"},
    "security.two_factor_setup": {"setup": "authenticator"},
    "security.verify": {"password": "ganz sicher falsch"},
    "security.wan_register": {"name": "Neuer Passkey", "usage": "first"},
}
