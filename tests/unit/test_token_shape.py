"""What the shape of a token tells. All tokens here are made up; only their shape is that of real ones."""

import base64
import zlib
from datetime import date, datetime, timedelta, timezone

import pytest

from atla_credential.input.token_shape import ACCESS, CLOUD, OLD, SERVER, flaw, kind_of, late_end, latest_end, oddities
from atla_credential.model import LAST_SECOND, Profile

CLOUD_SITE, BITBUCKET, OWN = "https://work.atlassian.net", "https://bitbucket.org", "https://jira.example.com"


def with_checksum(body: str) -> str:
    return f"{body}={zlib.crc32(f'{body}='.encode()):08X}"


API_TOKEN = with_checksum("ATATT3x" + "made-up" * 20)
ACCESS_TOKEN = with_checksum("ATCTT3x" + "made-up" * 20)
SERVER_TOKEN = base64.b64encode(b"123456789012:" + b"made-up-made-up-made").decode()
OLD_TOKEN = "madeupmadeupmadeup123456"
APP_PASSWORD = "ATBB" + "madeup" * 5


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (API_TOKEN, CLOUD),
        (ACCESS_TOKEN, ACCESS),
        (SERVER_TOKEN, SERVER),
        (OLD_TOKEN, OLD),
        ("made-up", None),
        ("M" * 44, None),
        ("", None),
    ],
)
def test_kind(secret: str, kind: str | None) -> None:
    assert kind_of(secret) == kind


@pytest.mark.parametrize("secret", [APP_PASSWORD, f"'{APP_PASSWORD}'", f" {APP_PASSWORD}\n"])
def test_a_dead_kind_is_a_flaw_with_the_page_to_go_to(secret: str) -> None:
    fact, step = flaw(secret) or ("", "")
    assert "app password" in fact
    assert "https://id.atlassian.com/" in step


@pytest.mark.parametrize("secret", ["made up", "made-up\t", "made\ufffdup", "made-up\u200b"])
def test_what_no_token_has_is_a_flaw(secret: str) -> None:
    assert flaw(secret) == ("the token has white space or odd characters in it", "copy it once more, whole")


def test_a_good_token_has_no_flaw() -> None:
    assert flaw(API_TOKEN) is None


@pytest.mark.parametrize(
    ("secret", "instance"),
    [
        (API_TOKEN, CLOUD_SITE),
        (API_TOKEN, BITBUCKET),
        (ACCESS_TOKEN, BITBUCKET),
        (SERVER_TOKEN, OWN),
        (OLD_TOKEN, OWN),
        ("made-up", CLOUD_SITE),
        ("", CLOUD_SITE),
    ],
)
def test_nothing_is_odd(secret: str, instance: str) -> None:
    assert list(oddities(secret, instance, "basic")) == []


@pytest.mark.parametrize(
    ("secret", "instance", "word"),
    [
        pytest.param(API_TOKEN[:-1], CLOUD_SITE, "cut off", id="cut off at its end"),
        pytest.param(API_TOKEN.replace("up", "uq", 1), CLOUD_SITE, "cut off", id="mistyped"),
        pytest.param("ATATT", CLOUD_SITE, "cut off", id="next to nothing"),
        pytest.param(f'"{API_TOKEN}"', CLOUD_SITE, "quotation marks", id="quoted"),
        pytest.param(OLD_TOKEN, CLOUD_SITE, "from before 2023", id="too old"),
        pytest.param(API_TOKEN, OWN, "a host of your own", id="of Cloud, for a Data Center"),
        pytest.param(SERVER_TOKEN, CLOUD_SITE, "Atlassian's own hosts", id="of a Data Center, for Cloud"),
        pytest.param("BBDC-" + "made-up" * 6, BITBUCKET, "Atlassian's own hosts", id="of Bitbucket Data Center"),
        pytest.param(ACCESS_TOKEN, CLOUD_SITE, "bitbucket.org", id="of Bitbucket, for Jira"),
    ],
)
def test_what_is_odd_is_said_without_the_token(secret: str, instance: str, word: str) -> None:
    (sentence,) = oddities(secret, instance, "basic")
    assert word in sentence
    assert "made-up" not in sentence
    assert secret[-8:] not in sentence


NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
IN_A_YEAR, LATER = date(2027, 12, 1), date(2027, 12, 2)


@pytest.mark.parametrize(
    ("end", "secret", "instance", "auth", "is_odd"),
    [
        pytest.param(IN_A_YEAR, API_TOKEN, CLOUD_SITE, "basic", False, id="365 days"),
        pytest.param(LATER, API_TOKEN, CLOUD_SITE, "basic", True, id="366 days"),
        pytest.param(NOW + timedelta(days=365), API_TOKEN, CLOUD_SITE, "basic", False, id="365 days to the second"),
        pytest.param(NOW + timedelta(days=365, seconds=1), "", CLOUD_SITE, "basic", True, id="a second too late"),
        pytest.param(LATER, "", CLOUD_SITE, "bearer", True, id="a service account's"),
        pytest.param(LATER, API_TOKEN, BITBUCKET, "basic", True, id="at Bitbucket"),
        pytest.param(LATER, ACCESS_TOKEN, BITBUCKET, "basic", False, id="an access token"),
        pytest.param(LATER, "", BITBUCKET, "bearer", False, id="most likely an access token"),
        pytest.param(LATER, SERVER_TOKEN, OWN, "bearer", False, id="one's own host"),
    ],
)
def test_end_beyond_a_year(end: date, secret: str, instance: str, auth: str, is_odd: bool) -> None:
    said = list(late_end(end, NOW, secret, Profile("p", instance, auth=auth)))
    assert bool(said) == is_odd
    assert not [line for line in said if "365 days at most" not in line]


@pytest.mark.parametrize(
    ("since_utc", "secret", "latest_utc"),
    [
        pytest.param(0, API_TOKEN, 365 * 86400, id="365 days"),
        pytest.param(0, "ATATT", 365 * 86400, id="the beginning tells"),
        pytest.param(0, f" {API_TOKEN}", None, id="not if it stands further on"),
        pytest.param(0, ACCESS_TOKEN, None, id="an access token lives as long as it was told to"),
        pytest.param(0, SERVER_TOKEN, None, id="one of Data Center likewise"),
        pytest.param(0, "", None, id="no token"),
        pytest.param(None, API_TOKEN, None, id="nobody knows since when"),
        pytest.param(LAST_SECOND - 1, API_TOKEN, LAST_SECOND, id="no later than a date can say"),
    ],
)
def test_the_latest_end_of_a_token(since_utc: int | None, secret: str, latest_utc: int | None) -> None:
    assert latest_end(since_utc, secret) == latest_utc
