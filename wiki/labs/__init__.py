"""The labs, the mobile lab and guests: their homes, their people, their colours."""

from flask import Flask

from wiki.accounts.waiting import add_source
from wiki.labs import commands, home, own
from wiki.labs.editing_views import bp as editing_bp
from wiki.labs.inviting import expired_invitations
from wiki.labs.inviting_views import bp as inviting_bp
from wiki.labs.people_views import bp as people_bp
from wiki.labs.views import bp as labs_bp

__all__ = ["commands", "init_app"]


def init_app(app: Flask) -> None:
    home.init_app(app)
    own.init_app(app)
    add_source(app, expired_invitations)
    for bp in (labs_bp, editing_bp, people_bp, inviting_bp):
        app.register_blueprint(bp)
