"""Ideas and wishes: what somebody would like to exist, from anyone, answered by a lab."""

from flask import Flask

from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source
from wiki.background import HOUR, add_chore
from wiki.labs.home import Part, add_part
from wiki.wishes.own import waiting_wishes, wishes_by
from wiki.wishes.views import bp
from wiki.wishes.wishing import forget_contacts, of_lab


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    add_part(app, Part("wishes", "wishes/_of_lab.html", of_lab))
    add_source(app, waiting_wishes)
    add_part_of_export(app, "wünsche", wishes_by)
    add_chore(app, forget_contacts, every=HOUR)
