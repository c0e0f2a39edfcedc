"""config.toml and helper.toml: what is read, and what is refused without quoting it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.settings.config import Config, read_config

Files = Callable[..., Path]

WORK = profile("work", "https://work.atlassian.net")


def read(home: Path) -> Config:
    return read_config(Environment({"HOME": str(home)}))


def test_missing_files_are_empty_ones(home: Path) -> None:
    config = read(home)
    assert (config.profiles, config.default_profile, config.storage, config.helpers) == ({}, None, "keyring", ())


def test_everything_is_read(files: Files, home: Path) -> None:
    files(
        config='schema_version = 2\n[default]\nprofile = "work"\n'
        + profile("work", "https://a.example", cloud_id="id"),
        helper="""
            [helper]
            storage = "file"
            helpers = ["cache", "!pass-helper"]
            allow_http = true
            adopt = "never"
            [profiles.work]
            auth = "bearer"
            username = "jdoe"
            product = "jira"
            expires = 2027-03-01
        """,
    )
    config = read(home)
    work = config.profiles["work"]
    assert (config.default_profile, config.storage, config.helpers, config.allow_http) == (
        "work", "file", ("cache", "!pass-helper"), True,
    )  # fmt: skip
    assert (work.instance, work.email, work.store, work.cloud_id) == (
        "https://a.example",
        "you@example.com",
        "file",
        "id",
    )
    assert (work.auth, work.username, work.product, work.expires_utc) == ("bearer", "jdoe", "jira", 1803859200)
    assert work.secret_key == "work|you@example.com|https://a.example"
    assert work.refresh_key == "work|you@example.com|https://a.example|oauth_refresh_token"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("2027-03-01", 1803859200, id="date: its first second"),
        pytest.param("2027-03-01T12:00:00Z", 1803902400, id="date-time in UTC"),
        pytest.param("2027-03-01T12:00:00+02:00", 1803895200, id="date-time with an offset"),
        pytest.param("2027-03-01T12:00:00", 1803902400, id="date-time without an offset: UTC"),
        pytest.param("9999-12-31T23:59:59-12:00", 253402300799, id="beyond the calendar: its last second"),
        pytest.param("0001-01-01", 0, id="before 1970"),
        pytest.param("1970-01-01T00:00:01.9Z", 1, id="fractions are dropped"),
    ],
)
def test_expires(text: str, seconds: int, files: Files, home: Path) -> None:
    files(config=WORK, helper=f"[profiles.work]\nexpires = {text}\n")
    assert read(home).profiles["work"].expires_utc == seconds


@pytest.mark.parametrize(
    ("email", "auth"), [("you@example.com", "basic"), ("", "bearer")], ids=["with e-mail", "without"]
)
def test_auth_follows_from_the_email(email: str, auth: str, files: Files, home: Path) -> None:
    files(config=profile("work", "https://a.example", email))
    assert read(home).profiles["work"].auth == auth


@pytest.mark.parametrize("version", ["", "schema_version = 1\n", "schema_version = 2\n"])
def test_known_schema_versions(version: str, files: Files, home: Path) -> None:
    folder = files(config=version + WORK)
    before = (folder / "config.toml").read_bytes()
    assert "work" in read(home).profiles
    assert (folder / "config.toml").read_bytes() == before


REFUSED = {
    "newer schema": ("config", "schema_version = 99\n" + WORK, "newer schema version than 2"),
    "schema is a text": ("config", 'schema_version = "canary"\n', "schema_version is not a number"),
    "schema is a flag": ("config", "schema_version = true\n", "schema_version is not a number"),
    "profiles is no table": ("config", 'profiles = "canary"\n', "profiles is not a table"),
    "profile is no table": ("config", 'profiles.work = "canary"\n', "work is not a table"),
    "no instance": ("config", '[profiles.work]\nemail = "canary"\n', 'profile "work": instance is not there'),
    "no e-mail": ("config", '[profiles.work]\ninstance = "canary"\n', 'profile "work": email is not there'),
    "instance is a number": ("config", "[profiles.work]\ninstance = 1\n", 'profile "work": instance is not a text'),
    "unknown store": ("config", profile("work", "x", store="canary"), "credential_store is not keyring or file"),
    "default is no table": ("config", 'default = "canary"\n', "default is not a table"),
    "not TOML": ("config", 'canary = "x\n', "not valid TOML at line 1, column"),
    "not UTF-8": ("config", None, "not UTF-8 at line 1"),
    "tables too deep": ("config", "a = " + "[" * 100_000, "not valid TOML"),
    "number too long": ("config", "a = " + "9" * 10_000, "not valid TOML"),
    "helper.toml is not TOML": ("helper", "canary", "not valid TOML at line 1, column"),
    "unknown auth": ("helper", '[profiles.work]\nauth = "canary"\n', "auth is not basic or bearer"),
    "unknown product": ("helper", '[profiles.work]\nproduct = "canary"\n', "product is not jira or confluence"),
    "unknown storage": ("helper", '[helper]\nstorage = "canary"\n', "storage is not keyring or file"),
    "helpers is a text": ("helper", '[helper]\nhelpers = "canary"\n', "helpers is not a list of texts"),
    "expires is a text": ("helper", '[profiles.work]\nexpires = "canary"\n', "expires is not a date"),
    "expires is a time": ("helper", "[profiles.work]\nexpires = 12:00:00\n", "expires is not a date"),
    "allow_http is a text": ("helper", '[helper]\nallow_http = "canary"\n', "allow_http is not true or false"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_place_and_without_its_content(
    case: tuple[str, str | None, str], files: Files, home: Path
) -> None:
    name, text, reason = case
    folder = files(config=WORK)
    path = folder / f"{name}.toml"
    path.write_bytes(b"canary = '\xff'" if text is None else text.encode())
    with pytest.raises(Unavailable) as caught:
        read(home)
    assert reason in caught.value.message
    assert str(path) in caught.value.message
    assert "canary" not in caught.value.message


@pytest.mark.parametrize(
    "config", [profile("a|b", "https://x.example"), profile("a", "https://x.example", "b|c@example.com")]
)
def test_what_would_mix_up_two_keys_is_refused(config: str, files: Files, home: Path) -> None:
    files(config=config)
    with pytest.raises(Unavailable, match=r"name or email is not free of \|"):
        read_config(Environment({"HOME": str(home)}))
