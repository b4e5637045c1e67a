"""Reuse: bringing pages in, taking them along, with their licence."""

from flask import Flask

from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part
from wiki.background import HOUR, add_chore
from wiki.language import N_
from wiki.pages.panels import Action, add_action
from wiki.pages.purging import add_made_step, add_purge_step
from wiki.reuse import commands, import_views, places, taking_views, undoing, word
from wiki.reuse.job import Jobs, remove_old_packages
from wiki.reuse.own import imports_of, leave_imports


def init_app(app: Flask) -> None:
    take = Action("take", N_("Mitnehmen"), "download", taking_views.address_for, order=20)
    add_action(app, take)
    add_chore(app, Jobs().follow)
    add_chore(app, remove_old_packages, every=HOUR)
    add_chore(app, word.forget_unused_documents, every=HOUR)
    add_chore(app, places.forget_counts, every=HOUR)
    add_part(app, "importe", imports_of)
    add_closing_step(app, leave_imports)
    add_purge_step(app, undoing.forget_page)
    add_made_step(app, word.forget_page)
    commands.init_app(app)
    import_views.init_app(app)
    taking_views.init_app(app)
