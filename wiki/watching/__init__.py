"""Watching pages, labs and searches; news on the site and by mail; the week in review."""

from flask import Flask

from wiki.accounts.account_parts import AccountPart, add_account_part
from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.news import count_news_with
from wiki.background import HOUR, add_chore
from wiki.finding.beside import add_part_beside
from wiki.labs.home import Part, add_part
from wiki.pages.panels import Panel, add_hint, add_panel
from wiki.pages.purging import add_purge_step
from wiki.watching.buttons import beside_results, of_lab, panel
from wiki.watching.lines import count_unread
from wiki.watching.news_views import bp as news_bp
from wiki.watching.own import (
    account_part,
    forget_page,
    forget_person,
    mail_for_export,
    news_for_export,
    watched_for_export,
)
from wiki.watching.posting import Postman
from wiki.watching.stopping_views import bp as stopping_bp
from wiki.watching.stopping_views import stop
from wiki.watching.telling import forget_old, tell
from wiki.watching.views import bp
from wiki.watching.watching import is_watched
from wiki.watching.week_views import bp as weeks_bp

#: Seconds; what one person does in a row is mostly told together.
EVERY = 2.0
ROUND = 5.0


def init_app(app: Flask) -> None:
    add_hint(app, "watched", is_watched)
    add_panel(app, Panel("watch", "watching/_panel.html", panel, "head"))
    add_part(app, Part("watch", "watching/_button.html", of_lab, is_tool=True))
    add_part_beside(app, "watching/_button.html", beside_results)
    count_news_with(app, count_unread)
    add_account_part(app, AccountPart("beobachtungen", "watching/_account.html", account_part))
    add_part_of_export(app, "beobachtungen", watched_for_export)
    add_part_of_export(app, "neuigkeiten", news_for_export)
    add_part_of_export(app, "mails", mail_for_export)
    add_closing_step(app, forget_person)
    add_purge_step(app, forget_page)
    add_chore(app, tell, every=EVERY, is_aside=True)
    add_chore(app, Postman().go_round, every=ROUND, is_aside=True)
    add_chore(app, forget_old, every=HOUR)
    for blueprint in (bp, news_bp, stopping_bp, weeks_bp):
        app.register_blueprint(blueprint)
    # Mail programs have no token; the address itself is the secret.
    app.extensions["csrf"].exempt(stop)
