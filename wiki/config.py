"""Every setting, typed, from the environment, with a safe default."""

import os
import pwd
import re
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL


class WrongSetting(Exception):
    """A setting cannot be used; the message says which and what it should be."""


#: What is made once and kept, and what no longer works when it is lost.
SECRETS = {
    "secret-key": "everybody must sign in again, and pseudonyms of closed accounts change",
    "password-salt": "no password fits any more; sign-in links do",
    "totp-key": "nobody passes their second step; `user link … --without-second-step` helps",
}
PREFIX = "LABORWIKI_"
NAMES = frozenset(
    PREFIX + name
    for name in (
        *("BASE_URL", "DATA", "HOST", "PROXIES", "THREADS", "TRUSTED_HOSTS", "WORKERS"),
        *("CONTACT_MAIL", "SITE_CLAIM", "SITE_NAME", "MAX_DAY_MB", "MAX_FILE_MB"),
        *("MAIL_PASSWORD", "MAIL_PORT", "MAIL_SENDER", "MAIL_SERVER", "MAIL_USER"),
    )
)


@dataclass(frozen=True)
class Settings:
    """What an operator may choose; docs/running.md explains each."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    workers: int = 2
    threads: int = 4
    site_name: str = "Laborwiki"
    site_claim: str = "der SWF-Labore"
    contact_mail: str = ""
    max_file_megabytes: int = 25
    max_day_megabytes: int = 500
    mail_server: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = ""
    mail_sender: str = ""
    secret_key: str = field(default="", repr=False)
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read `PORT` and the `LABORWIKI_…` variables.

        Raises:
            WrongSetting: a value cannot be used.
        """
        env = os.environ if environment is None else environment
        _check_names(env)
        return cls(
            host=env.get("LABORWIKI_HOST") or "127.0.0.1",
            port=_number(env, "PORT", 8000, 1, 65_535),
            base_url=_base_url(env),
            trusted_hosts=_hosts(env, "LABORWIKI_TRUSTED_HOSTS"),
            proxies=_number(env, "LABORWIKI_PROXIES", 0, 0, 5),
            workers=_number(env, "LABORWIKI_WORKERS", 2, 1, 64),
            threads=_number(env, "LABORWIKI_THREADS", 4, 1, 64),
            site_name=env.get("LABORWIKI_SITE_NAME") or "Laborwiki",
            site_claim=env.get("LABORWIKI_SITE_CLAIM", "der SWF-Labore"),
            max_file_megabytes=_number(env, "LABORWIKI_MAX_FILE_MB", 25, 1, 500),
            max_day_megabytes=_number(env, "LABORWIKI_MAX_DAY_MB", 500, 1, 100_000),
            contact_mail=_mail(env, "LABORWIKI_CONTACT_MAIL"),
            mail_server=env.get("LABORWIKI_MAIL_SERVER", ""),
            mail_port=_number(env, "LABORWIKI_MAIL_PORT", 587, 1, 65_535),
            mail_user=env.get("LABORWIKI_MAIL_USER", ""),
            mail_password=env.get("LABORWIKI_MAIL_PASSWORD", ""),
            mail_sender=_mail(env, "LABORWIKI_MAIL_SENDER"),
            # Last: a start that another setting stops leaves no folder behind.
            data=_made(data_folder(env)),
        )

    @property
    def bind(self) -> str:
        """The address and port to listen on, as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def public_url(self) -> str:
        """Where the wiki is reached; used in mails, feeds and on paper."""
        return self.base_url or f"http://{self.bind}"

    @property
    def database(self) -> Path:
        """The file with all pages, versions and people."""
        return self.data / "laborwiki.sqlite3"

    @property
    def max_file_bytes(self) -> int:
        """The largest file that may be uploaded."""
        return self.max_file_megabytes * 1_000_000

    @property
    def max_day_bytes(self) -> int:
        """What one person may upload in a day."""
        return self.max_day_megabytes * 1_000_000

    def for_flask(self) -> dict[str, Any]:
        """The settings under the names Flask and its extensions look for."""
        secure = self.base_url.startswith("https:")
        return {
            "LABORWIKI": self,
            "SECRET_KEY": self.secret_key or self._secret("secret-key"),
            "SECURITY_PASSWORD_SALT": self._secret("password-salt"),
            "SECURITY_TOTP_SECRETS": {"1": self._secret("totp-key")},
            "SQLALCHEMY_DATABASE_URI": URL.create("sqlite", database=str(self.database)),
            # What people typed stands in no log, not even with the error it led to.
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
            "TESTING": self.testing,
            "TRUSTED_HOSTS": list(self.hosts()),
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": secure,
            "REMEMBER_COOKIE_HTTPONLY": True,
            # A recipe with a hundred steps has over a thousand fields; each is short.
            "MAX_FORM_PARTS": 10_000,
            "MAX_FORM_MEMORY_SIZE": 4_000_000,
            "MAX_CONTENT_LENGTH": 5_000_000,
            "WTF_CSRF_TIME_LIMIT": None,
            "MAIL_SERVER": self.mail_server or "localhost",
            "MAIL_PORT": self.mail_port,
            "MAIL_USERNAME": self.mail_user or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "MAIL_USE_TLS": bool(self.mail_user),
            "MAIL_DEFAULT_SENDER": self.mail_sender or None,
        }

    def hosts(self) -> tuple[str, ...]:
        """The host names this wiki answers to."""
        named = urlsplit(self.base_url).hostname if self.base_url else None
        return tuple(
            dict.fromkeys(
                host for host in (*self.trusted_hosts, named, "127.0.0.1", "localhost") if host
            )
        )

    def _secret(self, name: str) -> str:
        """A random secret made once and kept in the data folder, readable by its owner alone.

        Raises:
            WrongSetting: it cannot be kept or read, or nothing is in it.
        """
        path = self.data / name
        try:
            if not path.exists():
                self._make_secret(path)
            secret = path.read_text().strip()
        except OSError as error:
            raise WrongSetting(f"{path} cannot be kept and read ({error.strerror}).") from error
        if not secret:
            raise WrongSetting(
                f"{path} is empty. Put the one from a backup in its place; "
                f"if it is removed, a new one is made, and {SECRETS[name]}."
            )
        return secret

    def _make_secret(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_lost = self.database.exists()
        # Only what is whole and on disk gets the name, once: of two starts the first one wins.
        with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
        if is_lost:
            print(
                f"Laborwiki warns: {path} was missing and is made anew: {SECRETS[path.name]}.",
                file=sys.stderr,
            )


def _check_names(env: Mapping[str, str]) -> None:
    """A setting with a typo would be as good as none, and nobody would hear of it."""
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in NAMES:
            near = get_close_matches(name, NAMES, n=1)
            hint = f"; maybe {near[0]} is meant" if near else ""
            raise WrongSetting(f"{name} is no setting{hint}.")


def data_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The one folder with everything that must be kept, whether it is there or not."""
    env = os.environ if environment is None else environment
    return Path(env.get("LABORWIKI_DATA") or "data").absolute()


def _made(path: Path) -> Path:
    try:
        # Addresses, passwords' hashes and private plans lie in it.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"LABORWIKI_DATA: {path} cannot be a folder ({error.strerror})."
        ) from error
    _check_owner(path)
    try:
        with TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise WrongSetting(
            f"LABORWIKI_DATA: {path} cannot be written to ({error.strerror})."
        ) from error
    return path


def _check_owner(path: Path) -> None:
    """What root makes in somebody's folder is root's: the server could write to it no more."""
    owner = path.stat().st_uid
    if os.geteuid() != 0 or owner == 0:
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"user {owner}"
    raise WrongSetting(
        f"LABORWIKI_DATA: {path} belongs to {name}. Run this as {name}, not as root."
    )


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise WrongSetting(f"{name} must be a number from {low} to {high}, not {text!r}.")
    return int(text)


def _hosts(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    # Browsers ask in lower case, and are compared letter by letter.
    hosts = tuple(env.get(name, "").lower().replace(",", " ").split())
    for host in hosts:
        if not re.fullmatch(r"\.?[a-z0-9.-]+(:\d+)?", host):
            raise WrongSetting(f"{name} must be host names, not {host!r}.")
    return hosts


def _base_url(env: Mapping[str, str]) -> str:
    text = env.get("LABORWIKI_BASE_URL", "").strip().rstrip("/")
    found = re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::(\d{1,5}))?", text)
    if text and not (found and int(found[1] or 443) in range(1, 65_536)):
        raise WrongSetting(
            "LABORWIKI_BASE_URL must look like https://wiki.example.org, "
            f"maybe with a port up to 65535, not {text!r}."
        )
    return text


def _mail(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip()
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise WrongSetting(f"{name} must be a mail address, not {text!r}.")
    return text
