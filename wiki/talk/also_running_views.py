"""„Machen wir auch“: a lab is named on somebody else's recipe, or no longer."""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.errors import NotAllowed
from wiki.htmx import go, show, wants_fragment
from wiki.pages.opening import readable_page
from wiki.talk.also_running import labs_to_say, set_running, shown

bp = Blueprint("also_running", __name__)


@bp.post("/wiki/<slug>/machen-wir-auch")
def add(slug: str) -> Response:
    return _set(slug, on=True)


@bp.post("/wiki/<slug>/machen-wir-auch/aufhebung")
def remove(slug: str) -> Response:
    return _set(slug, on=False)


def _set(slug: str, *, on: bool) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    labs = labs_to_say(page, someone)
    wanted = request.form.get("lab", labs[0].slug if labs else "")
    lab = next((lab for lab in labs if lab.slug == wanted), None)
    if lab is None:
        raise NotAllowed
    set_running(page, lab, someone, on=on)
    if wants_fragment():
        found = shown(page, someone)
        return show("talk/_also_running.html", page=page, panel_data=found, just_changed=lab.slug)
    return go(url_for("pages.show", slug=page.slug))
