"""The WSGI application, for gunicorn and for `flask --app wsgi`."""

import sys

from wiki import create_app
from wiki.config import WrongSetting

try:
    app = create_app()
except WrongSetting as wrong:
    sys.exit(f"Laborwiki cannot start: {wrong}")
