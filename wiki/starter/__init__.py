"""The starter content: labs, recipes and required pages for an empty database."""

from flask import Flask

from wiki.starter.commands import commands


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)
