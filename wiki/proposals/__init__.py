"""Proposals: a change suggested to a page one may not edit, and its answer."""

from flask import Flask

from wiki.accounts.account_parts import AccountPart, add_account_part
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source
from wiki.background import HOUR, add_chore
from wiki.errors import add_form_keeper
from wiki.language import N_
from wiki.pages.own_drafts import add_way_on
from wiki.pages.panels import Action, Panel, add_action, add_panel
from wiki.pages.purging import add_purge_step
from wiki.proposals.answer_views import bp as answers_bp
from wiki.proposals.comment_views import bp as comments_bp
from wiki.proposals.own import (
    comments_for_export,
    own_proposals,
    panel_of,
    proposals_for_export,
    waiting_proposals,
)
from wiki.proposals.propose_views import address_to_propose, come_back, way_on
from wiki.proposals.propose_views import bp as proposals_bp
from wiki.proposals.proposing import forget_contacts, forget_proposals


def init_app(app: Flask) -> None:
    app.register_blueprint(proposals_bp)
    app.register_blueprint(answers_bp)
    app.register_blueprint(comments_bp)
    add_action(
        app, Action("propose", N_("Änderung vorschlagen"), "edit", address_to_propose, order=70)
    )
    add_panel(app, Panel("proposals", "proposals/_panel.html", panel_of, order=10))
    add_account_part(app, AccountPart("vorschlaege", "proposals/_account.html", own_proposals))
    add_source(app, waiting_proposals)
    add_part_of_export(app, "vorschläge", proposals_for_export)
    add_part_of_export(app, "kommentare", comments_for_export)
    add_form_keeper(app, "proposals.propose", come_back)
    add_way_on(app, way_on)
    add_purge_step(app, forget_proposals)
    add_chore(app, forget_contacts, every=HOUR)
