"""Settings as they are given, and what is kept in the data folder for them."""

import os
from pathlib import Path

import pytest

from wiki.config import SECRETS, Settings, WrongSetting


def settings_with(folder: Path, **given: str) -> Settings:
    return Settings.from_environment({"LABORWIKI_DATA": str(folder), **given})


def test_host_names_are_known_however_they_are_capitalised(tmp_path: Path) -> None:
    settings = settings_with(
        tmp_path,
        LABORWIKI_TRUSTED_HOSTS="Alt.Example.org, .Labor.DE",
        LABORWIKI_BASE_URL="https://Wiki.Example.org",
    )

    assert settings.hosts()[:3] == ("alt.example.org", ".labor.de", "wiki.example.org")


@pytest.mark.parametrize(("host", "bind"), [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000")])
def test_an_address_stands_as_in_a_url(host: str, bind: str, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, LABORWIKI_HOST=host)

    assert (settings.bind, settings.public_url) == (bind, f"http://{bind}")


@pytest.mark.parametrize("port", ["0", "65536", "99999", "123456789"])
def test_a_base_url_has_a_port_that_exists(port: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="LABORWIKI_BASE_URL"):
        settings_with(tmp_path, LABORWIKI_BASE_URL=f"https://wiki.example.org:{port}")

    good = settings_with(tmp_path, LABORWIKI_BASE_URL="https://wiki.example.org:65535")
    assert good.public_url == "https://wiki.example.org:65535"


def test_a_folder_that_nothing_can_be_written_to_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"LABORWIKI_DATA: /proc/self cannot be written to \("):
        settings_with(Path("/proc/self"))


def test_root_keeps_out_of_the_folder_of_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65_534, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(WrongSetting, match=r"belongs to (.+)\. Run this as \1, not as root\."):
        settings_with(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_made_once_for_their_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path)

    made, again = settings.for_flask(), settings.for_flask()

    names = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "SECURITY_TOTP_SECRETS")
    assert [made[name] for name in names] == [again[name] for name in names]
    assert len(made["SECRET_KEY"]) == 64
    kept = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert kept == dict.fromkeys(SECRETS, 0o600)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", SECRETS)
def test_an_empty_secret_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()

    with pytest.raises(WrongSetting, match=f"{name} is empty. Put the one from a backup"):
        Settings(data=tmp_path).for_flask()


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_got_lost_is_made_anew_with_a_warning(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path)
    settings.for_flask()
    settings.database.touch()
    (tmp_path / name).unlink()

    settings.for_flask()
    (line,) = capsys.readouterr().err.splitlines()
    settings.for_flask()

    assert line == (
        f"Laborwiki warns: {tmp_path / name} was missing and is made anew: {SECRETS[name]}."
    )
    assert capsys.readouterr().err == ""
