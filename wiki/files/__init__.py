"""Files: pictures in texts, attachments, covers."""

from flask import Flask

from wiki.accounts.account_parts import AccountPart, add_account_part
from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source
from wiki.background import HOUR, add_chore
from wiki.config import Settings
from wiki.files import receiving
from wiki.files.choosing import covers_to_choose
from wiki.files.own import leave_files, may_upload, undescribed_pictures, uploads_of
from wiki.files.page_views import address_of_files, files_panel
from wiki.files.page_views import bp as page_files_bp
from wiki.files.photos import PHOTO_LICENCE, take_photo
from wiki.files.reading import Reader, texts_on
from wiki.files.storing import forget_files_of, offers_files, remove_discarded, tidy_up
from wiki.files.uses import find_attachments, record_uses
from wiki.files.views import bp as files_bp
from wiki.language import N_
from wiki.pages.attachments import Keeper, keep_files_with
from wiki.pages.panels import Action, Panel, add_action, add_hint, add_panel
from wiki.pages.searching import add_attached_texts


def init_app(app: Flask) -> None:
    settings: Settings = app.config["LABORWIKI"]
    receiving.init_app(app)
    keep_files_with(app, Keeper(find_attachments, record_uses, forget_files_of, take_photo))
    add_hint(app, "files", offers_files)
    add_panel(app, Panel("files", "files/_panel.html", files_panel, order=70))
    add_action(app, Action("files", N_("Dateien"), "file", address_of_files, order=70))
    add_source(app, undescribed_pictures)
    add_part_of_export(app, "dateien", uploads_of)
    add_closing_step(app, leave_files)
    add_account_part(app, AccountPart("dateien", "files/_account.html", may_upload, order=40))
    add_attached_texts(app, texts_on)
    add_chore(app, Reader().read_some)
    add_chore(app, remove_discarded)
    add_chore(app, tidy_up, every=HOUR)
    app.jinja_env.globals.update(
        covers_to_choose=covers_to_choose,
        photo_licence=PHOTO_LICENCE,
        photo_megabytes=settings.max_file_megabytes,
    )
    app.register_blueprint(files_bp)
    app.register_blueprint(page_files_bp)
