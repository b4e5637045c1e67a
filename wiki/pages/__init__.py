"""The core: pages and revisions, whatever their kind and whatever features add to them."""

from flask import Flask

from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source
from wiki.background import HOUR, add_chore
from wiki.errors import add_form_keeper
from wiki.labs.home import Part, add_part
from wiki.pages import ahead, attachments, keeping, kinds, panels, similar, taking_up
from wiki.pages.backlinks import is_mentioned, panel_of
from wiki.pages.bookmark_views import bp as bookmarks_bp
from wiki.pages.changes_views import bp as changes_bp
from wiki.pages.coming_back import ENDPOINTS, come_back
from wiki.pages.draft_views import bp as drafts_bp
from wiki.pages.drafts import forget_drafts, remove_old_drafts
from wiki.pages.editing_views import bp as editing_bp
from wiki.pages.expert_views import bp as expert_bp
from wiki.pages.history_views import bp as history_bp
from wiki.pages.link_views import bp as links_bp
from wiki.pages.listing import pages_of_lab
from wiki.pages.made_pages import SWEEP_SECONDS, forget_outdated
from wiki.pages.own import bookmarks_of, contributions_of, forget_bookmarks, waiting_drafts
from wiki.pages.own_drafts import drafts_for_export, waiting_kept
from wiki.pages.rendering import refresh_renderings
from wiki.pages.section_editing import with_section_links
from wiki.pages.state_views import bp as states_bp
from wiki.pages.views import bp as pages_bp


def init_app(app: Flask) -> None:
    kinds.init_app(app)
    app.jinja_env.globals.update(
        kind_label=kinds.label_of,
        forms_to_write=kinds.forms_to_write,
        kept_part=keeping.kept_part,
    )
    panels.init_app(app)
    attachments.init_app(app)
    taking_up.init_app(app)
    ahead.init_app(app)
    similar.init_app(app)
    panels.add_hint(app, "mentions", is_mentioned)
    panels.add_panel(app, panels.Panel("backlinks", "pages/_backlinks.html", panel_of, order=90))
    add_part(app, Part("newest", "pages/_of_lab.html", pages_of_lab))
    add_chore(app, forget_outdated, every=SWEEP_SECONDS)
    add_chore(app, refresh_renderings)
    add_chore(app, remove_old_drafts, every=HOUR)
    add_source(app, waiting_drafts)
    add_source(app, waiting_kept)
    add_part_of_export(app, "beiträge", contributions_of)
    add_part_of_export(app, "zwischenstände", drafts_for_export)
    add_part_of_export(app, "merkliste", bookmarks_of)
    add_closing_step(app, forget_bookmarks)
    add_closing_step(app, forget_drafts)
    for endpoint in ENDPOINTS:
        add_form_keeper(app, endpoint, come_back)
    app.jinja_env.filters["with_section_links"] = with_section_links
    for bp in (
        pages_bp,
        editing_bp,
        expert_bp,
        drafts_bp,
        history_bp,
        changes_bp,
        states_bp,
        bookmarks_bp,
        links_bp,
    ):
        app.register_blueprint(bp)
