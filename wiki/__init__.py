"""Laborwiki: a shared memory for public labs."""

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from wiki import (
    accounts,
    adaptations,
    administration,
    announcing,
    articles,
    assets,
    background,
    db,
    errors,
    files,
    finding,
    freshness,
    guests,
    headers,
    htmx,
    kits,
    labs,
    language,
    outcomes,
    pages,
    plans,
    proposals,
    recipes,
    reuse,
    running,
    starter,
    talk,
    templating,
    tools,
    watching,
    wishes,
    workshops,
)
from wiki.config import Settings
from wiki.mounting import AtTheRoot

TOP = Path(__file__).resolve().parent.parent
FEATURES = (
    accounts,
    labs,
    pages,
    recipes,
    articles,
    tools,
    outcomes,
    proposals,
    talk,
    adaptations,
    plans,
    workshops,
    guests,
    freshness,
    files,
    reuse,
    wishes,
    announcing,
    running,
    finding,
    kits,
    watching,
    administration,
    starter,
)

csrf = CSRFProtect()


class Number(IntegerConverter):
    """A number in an address; one that is longer than the database can hold leads nowhere."""

    regex = r"\d{1,18}"


def create_app(settings: Settings | None = None) -> Flask:
    """The application with all its features; settings come from the environment if not given."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "wiki",
        root_path=str(TOP / "wiki"),
        template_folder=str(TOP / "templates"),
        static_folder=str(TOP / "static"),
    )
    app.url_map.converters["int"] = Number
    settings.data.mkdir(parents=True, exist_ok=True)
    app.config.from_mapping(settings.for_flask())

    db.init_app(app)
    csrf.init_app(app)
    for part in (htmx, language, templating, headers, errors, background):
        part.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    assets.init_app(app)

    app.wsgi_app = AtTheRoot(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    return app
