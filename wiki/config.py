"""Every setting, typed, from the environment, with a safe default."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class WrongSetting(Exception):
    """A setting cannot be used; the message says which and what it should be."""


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
            trusted_hosts=_words(env, "LABORWIKI_TRUSTED_HOSTS"),
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
    def public_url(self) -> str:
        """Where the wiki is reached; used in mails, feeds and on paper."""
        return self.base_url or f"http://{self.host}:{self.port}"

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
            "SECRET_KEY": self.secret_key or _kept_secret(self.data, "secret-key"),
            "SECURITY_PASSWORD_SALT": _kept_secret(self.data, "password-salt"),
            "SECURITY_TOTP_SECRETS": {"1": _kept_secret(self.data, "totp-key")},
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.data / 'laborwiki.sqlite3'}",
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


def _kept_secret(folder: Path, name: str) -> str:
    """A random secret made once and kept in the data folder, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


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
    return path


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise WrongSetting(f"{name} must be a number from {low} to {high}, not {text!r}.")
    return int(text)


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = tuple(env.get(name, "").replace(",", " ").split())
    for word in words:
        if not re.fullmatch(r"\.?[A-Za-z0-9.-]+(:\d+)?", word):
            raise WrongSetting(f"{name} must be host names, not {word!r}.")
    return words


def _base_url(env: Mapping[str, str]) -> str:
    text = env.get("LABORWIKI_BASE_URL", "").strip().rstrip("/")
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?", text):
        raise WrongSetting(
            f"LABORWIKI_BASE_URL must look like https://wiki.example.org, not {text!r}."
        )
    return text


def _mail(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip()
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise WrongSetting(f"{name} must be a mail address, not {text!r}.")
    return text
