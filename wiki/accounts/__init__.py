"""People: signing in, their account, and what waits for them."""

from flask import Flask

from wiki.accounts import account_parts, closing, exporting, news, signing_in, waiting
from wiki.accounts.account_views import bp as accounts_bp
from wiki.accounts.commands import commands
from wiki.accounts.link_views import bp as links_bp
from wiki.accounts.todo_views import bp as todo_bp


def init_app(app: Flask) -> None:
    for part in (waiting, news, account_parts, exporting, closing, signing_in):
        part.init_app(app)
    for bp in (accounts_bp, links_bp, todo_bp):
        app.register_blueprint(bp)
    app.cli.add_command(commands)
