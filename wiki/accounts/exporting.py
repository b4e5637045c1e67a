"""„Meine Daten herunterladen": everything kept about a person. Features add their part."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User

Part = Callable[[User], Any]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-export-parts"] = {}
    add_part(app, "konto", _account)


def add_part(app: Flask, name: str, part: Part) -> None:
    """Let a feature contribute what it keeps about a person, as JSON takes it."""
    app.extensions["laborwiki-export-parts"][name] = part


def data_about(user: User) -> dict[str, Any]:
    """Everything kept about this person, by feature."""
    parts: dict[str, Part] = current_app.extensions["laborwiki-export-parts"]
    return {name: part(user) for name, part in parts.items()}


def _account(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "sprache": user.language,
        "angelegt": user.created_at,
        "lizenz_zugestimmt": user.agreed_at,
        "zwei_schritte": user.tf_primary_method is not None,
        "passkeys": [
            {
                "name": passkey.name,
                "angelegt": passkey.create_datetime,
                "zuletzt_benutzt": passkey.lastuse_datetime,
            }
            for passkey in user.webauthn
        ],
    }
