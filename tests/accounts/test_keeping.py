"""How what Flask-Security changes gets into the database."""

import sqlite3

from flask import Flask

from tests.accounts.journeys import reload
from wiki.accounts.models import User
from wiki.config import Settings


def test_somebody_elses_write_meanwhile_does_not_get_in_the_way(app: Flask, anke: User) -> None:
    settings: Settings = app.config["LABORWIKI"]
    with app.app_context():
        people = app.extensions["security"].datastore
        person = people.find_user(email=anke.email)
        with sqlite3.connect(settings.data / "laborwiki.sqlite3") as other:
            other.execute("update user set name = 'Anke Aalto'")
        other.close()
        person.language = "en"
        people.commit()

    known = reload(app, anke)
    assert (known.name, known.language) == ("Anke Aalto", "en")
