"""The WSGI application, for gunicorn and for `flask --app wsgi`."""

import sys

from wiki import create_app
from wiki.command_line import settings_for_command
from wiki.config import WrongSetting

try:
    app = create_app(settings_for_command())
except WrongSetting as wrong:
    sys.exit(f"Laborwiki cannot start: {wrong}")
