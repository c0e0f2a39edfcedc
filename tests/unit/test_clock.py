"""A clock that is wrong makes no date of a token's end, and is named where one is judged by it."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.doctor.clock import check_clock
from atla_credential.environment import Environment
from atla_credential.errors import UsageError
from atla_credential.input.date import parse_expiry
from atla_credential.model import Profile
from atla_credential.profiles import notes
from atla_credential.report.clock import doubt
from atla_credential.report.profile import known_profiles, report

SITE = "https://work.atlassian.net"
NOW, DAY = int(datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp()), 86400
Files = Callable[..., Path]


def world(home: Path) -> World:
    return World(Environment({"HOME": str(home)}))


@pytest.fixture
def folder(files: Files) -> Path:
    """Make the files of a profile, all of them written at NOW."""
    made = files(
        config=profile("work", SITE),
        helper="[profiles.work]\nexpires = 2999-01-01\n",
        credentials=token("work", SITE, "made-up"),
    )
    for path in made.iterdir():
        os.utime(path, (NOW, NOW))
    return made


@pytest.mark.parametrize("now_utc", [0, 946684800, 1600000000])
def test_a_number_of_days_from_a_day_that_cannot_be_is_refused(now_utc: int) -> None:
    now = datetime.fromtimestamp(now_utc, UTC)
    with pytest.raises(UsageError, match=f"the clock says {now:%Y-%m-%d}") as caught:
        parse_expiry("365d", now)
    assert "2027-03-01" in caught.value.hints[0]
    assert parse_expiry("2027-03-01", now).isoformat() == "2027-03-01"


def test_a_number_of_days_from_a_day_that_can_be(home: Path) -> None:
    assert str(parse_expiry("2d", datetime.fromtimestamp(NOW, UTC))) == "2026-12-01"


def test_since_when_is_not_noted_by_a_clock_that_is_wrong() -> None:
    at = Profile("work", SITE)
    assert notes.of_new(at, "made-up", 0)["since"] is None
    assert notes.of_new(at, "made-up", NOW)["since"] == datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize("name", ["config", "helper", "credentials"])
def test_a_clock_before_a_file_of_ours_is_in_doubt(home: Path, folder: Path, name: str) -> None:
    path = folder / f"{name}.toml"
    assert doubt(world(home), NOW) is None
    os.utime(path, (NOW + 3 * DAY, NOW + 3 * DAY))
    assert doubt(world(home), NOW) == f"the clock says 2026-11-29, and {path} was written on 2026-12-02"
    assert doubt(world(home), NOW + 2.5 * DAY) is None  # as after a clock was set right, or on another machine


def test_a_clock_before_a_token_was_put_there_is_in_doubt(home: Path, folder: Path) -> None:
    (folder / "helper.toml").write_text("[profiles.work]\nsince = 2099-01-01T00:00:00Z\n")
    assert doubt(world(home), time.time()) == (
        f'the clock says {datetime.now(UTC):%Y-%m-%d}, and the token of profile "work" was put there on 2099-01-01'
    )


def test_a_clock_of_1970_is_wrong_whatever_is_there(home: Path) -> None:
    assert doubt(world(home), 0) == "the clock says 1970-01-01, and this program was made after that"
    assert doubt(world(home), NOW) is None


@pytest.mark.parametrize(("now_utc", "is_wrong"), [(0, True), (NOW - 9 * DAY, False)])
def test_doctor_looks_at_the_clock(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, now_utc: int, is_wrong: bool
) -> None:
    monkeypatch.setattr("atla_credential.doctor.clock.time", lambda: now_utc)
    (finding,) = check_clock(world(home))
    assert finding.is_wrong == is_wrong
    assert "set the clock" in (finding.hint or "")
    monkeypatch.setattr("atla_credential.doctor.clock.time", lambda: NOW)
    assert list(check_clock(world(home))) == []


def test_an_end_that_such_a_clock_judges_is_in_doubt(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search(world(home))
    (one,) = known_profiles(search)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert any("set the clock" in each for each in report(search, one)[0]["warnings"])
    (folder / "helper.toml").write_text("")
    search = Search(world(home))
    (one,) = known_profiles(search)
    assert report(search, one)[0]["warnings"] == []


def test_a_login_says_so(home: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    os.utime(folder / "config.toml", (4e9, 4e9))
    arguments = ["--profile", "work", "--expires", "90d", "--dry-run"]
    options = commands.parser_for("login")[0].parse_args(arguments)
    commands.parser_for("login")[1].run(options, world(home))
    assert "if the clock is wrong, so may be the token's end" in capfd.readouterr().err
