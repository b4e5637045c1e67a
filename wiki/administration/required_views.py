"""Impressum, Datenschutz, Barrierefreiheit: required pages, edited as articles."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

bp = Blueprint("required", __name__)


@bp.get("/impressum")
def imprint() -> Response:
    return redirect(url_for("pages.show", slug="impressum"))


@bp.get("/datenschutz")
def privacy() -> Response:
    return redirect(url_for("pages.show", slug="datenschutz"))


@bp.get("/barrierefreiheit")
def accessibility() -> Response:
    return redirect(url_for("pages.show", slug="barrierefreiheit"))
