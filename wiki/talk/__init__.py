"""Talk: what is said about a page or a step, asked of all labs, and run elsewhere, too."""

from flask import Flask

from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source
from wiki.labs.home import Part, add_part
from wiki.language import N_
from wiki.pages.panels import Action, Panel, add_action, add_hint, add_panel
from wiki.pages.purging import add_purge_step
from wiki.talk import also_running
from wiki.talk.also_running_views import bp as also_running_bp
from wiki.talk.asking import of_lab
from wiki.talk.mentioning import forget_name
from wiki.talk.own import (
    forget_page,
    mentions_of,
    remarks_by,
    waiting_mentions,
    waiting_questions,
    waiting_remarks,
    who,
)
from wiki.talk.page_parts import address_of_talk, is_discussed, open_count, talk_panel
from wiki.talk.question_views import bp as questions_bp
from wiki.talk.views import bp


def init_app(app: Flask) -> None:
    add_hint(app, "talk", is_discussed)
    add_hint(app, "also_runs", also_running.is_run_elsewhere)
    add_panel(app, Panel("talk", "talk/_panel.html", talk_panel, order=80))
    add_panel(
        app, Panel("also_running", "talk/_also_running.html", also_running.panel, "side", order=20)
    )
    add_action(
        app,
        Action("talk", N_("Diskussion"), "talk", address_of_talk, order=60, count=open_count),
    )
    add_part(app, Part("questions", "talk/_of_lab.html", of_lab))
    for source in (waiting_mentions, waiting_remarks, waiting_questions):
        add_source(app, source)
    add_part_of_export(app, "bemerkungen", remarks_by)
    add_part_of_export(app, "erwähnungen", mentions_of)
    add_closing_step(app, forget_name)
    add_purge_step(app, forget_page)
    app.jinja_env.globals.update(who_said=who)
    for blueprint in (bp, questions_bp, also_running_bp):
        app.register_blueprint(blueprint)
