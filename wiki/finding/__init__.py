"""Finding: the start page, the search, and the chore that keeps the index up with the log."""

from flask import Flask

from search import SearchIndex
from wiki.accounts.waiting import add_place, add_source
from wiki.background import add_chore
from wiki.config import Settings
from wiki.finding import beside
from wiki.finding.catalogue import Keeper
from wiki.finding.commands import commands
from wiki.finding.indexing import Follower
from wiki.finding.parts import PARTS
from wiki.finding.start_views import bp as start_bp
from wiki.finding.titles import titled_alike
from wiki.finding.views import bp as finding_bp
from wiki.finding.views import marked
from wiki.finding.waiting import place_of_words, waiting_words
from wiki.finding.words_views import bp as words_bp
from wiki.finding.words_views import count
from wiki.pages.similar import find_similar_with


def init_app(app: Flask) -> None:
    settings: Settings = app.config["LABORWIKI"]
    index = SearchIndex(settings.data / "search", [part.name for part in PARTS])
    app.extensions["laborwiki-search"] = index
    complaint = settings.data / "search-is-broken"
    app.extensions["laborwiki-search-complaint"] = complaint
    app.extensions["laborwiki-catalogue"] = Keeper()
    beside.init_app(app)
    add_chore(app, Follower(index, complaint).follow)
    app.jinja_env.filters["marked"] = marked
    app.register_blueprint(start_bp)
    app.register_blueprint(finding_bp)
    app.register_blueprint(words_bp)
    # It has a token of its own.
    app.extensions["csrf"].exempt(count)
    find_similar_with(app, titled_alike)
    add_source(app, waiting_words)
    add_place(app, place_of_words)
    app.cli.add_command(commands)
