"""What machines read: `/robots.txt` and `/sitemap.xml`."""

from flask import Blueprint, Response, current_app, render_template
from sqlalchemy import select

from wiki.announcing.announcing import upcoming
from wiki.config import Settings
from wiki.db import db
from wiki.labs.examples import of_example
from wiki.pages.models import Page
from wiki.pages.visibility import visible_to

bp = Blueprint("machines", __name__)

MOST_ADDRESSES = 50_000  # sitemaps.org, "Sitemap file limits"


@bp.get("/robots.txt")
def robots() -> Response:
    settings: Settings = current_app.config["LABORWIKI"]
    lines = (
        "User-agent: *",
        "Disallow: /suche",
        "Disallow: /anmelden",
        "Disallow: /neu/",
        "Disallow: /*/vergleich",
        f"Sitemap: {settings.public_url}/sitemap.xml",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    published = (
        select(Page)
        .where(visible_to(None), ~of_example(Page.lab_id))
        .order_by(Page.id)
        .limit(MOST_ADDRESSES)
    )
    body = render_template(
        "administration/sitemap.xml",
        pages=db.session.scalars(published),
        announcements=upcoming(limit=MOST_ADDRESSES, examples=False),
    )
    return Response(body, mimetype="application/xml")
