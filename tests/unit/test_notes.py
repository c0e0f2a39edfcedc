"""What helper.toml notes of a token: read by who asks, for the token that it speaks of, and nothing to `get`."""

import json
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from asking import answer, profile, token
from atla_credential import commands
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.commands import status
from atla_credential.doctor.checks import check_profiles
from atla_credential.doctor.configuration import check_unknown_keys
from atla_credential.environment import Environment
from atla_credential.errors import NoCredential
from atla_credential.model import Credential, Profile
from atla_credential.operations import get as operations
from atla_credential.profiles.notes import mark, noted, noted_of
from atla_credential.report.profile import known_profiles, report
from atla_credential.report.unknown_key import unknown_settings
from atla_credential.stores.keyring.reader import KeyringReader
from updating import call, erase

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
BODY = "ATATTmade-up="
API_TOKEN = f"{BODY}{zlib.crc32(BODY.encode()):08X}"
SINCE, VERIFIED, LATEST = "2026-11-29T08:00:00Z", "2026-12-01T08:00:00Z", "2027-11-29T08:00:00Z"
BY = "by 2027-11-29 at the latest"
Files = Callable[..., Path]


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock: to a day after the token was verified, or when the test says so."""

    def set_clock(text: str) -> None:
        monkeypatch.setattr(time, "time", lambda: at(text))

    set_clock("2026-12-02T08:00:00Z")
    return set_clock


def helper(of: str | None = API_TOKEN, more: str = "", key: str = KEY) -> str:
    """Return what helper.toml says of a profile's token: of which, since when, and when it was verified."""
    name = key.partition("|")[0]
    mine = "" if of is None else f'of = "{mark(key, of)}"\n'
    return f"[profiles.{name}]\n{mine}since = {SINCE}\nverified = {VERIFIED}\n{more}"


def world(home: Path, **variables: str) -> World:
    return World(Environment({"HOME": str(home), **variables}))


def found(home: Path, days: int | None = None, variables: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what `status --json` says of the only profile, or of the first."""
    search = Search(world(home, **variables or {}))
    return {**report(search, known_profiles(search)[0], days)[0], "verification": None}


# A note of the wrong kind


WRONG = [
    *((key, value) for key in ("since", "verified", "rejected") for value in ('"2026-11-29"', "1", "true", "[]", "08:00:00")),
    *(("of", value) for value in ("1", "2026-11-29", "[]", "{}")),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_a_note_of_the_wrong_kind_is_as_if_it_were_not_there(key: str, value: str, home: Path, files: Files) -> None:
    """`get` answers, and whoever writes the file for a person names it, as `doctor` does."""
    files(
        config=profile("work", SITE),
        helper=f"[profiles.work]\n{key} = {value}\n",
        credentials=token("work", SITE, "made-up"),
    )
    assert answer(home, SITE) == ("you@example.com", "made-up", "basic")
    notes = noted(world(home), world(home).config.profiles["work"])
    assert (notes.since_utc, notes.verified_utc, notes.rejected_utc, notes.of) == (None, None, None, None)
    (finding,) = check_unknown_keys(world(home))
    kind = "a text" if key == "of" else "a date"
    assert finding.text == f'helper.toml has "{key}" in [profiles.work], which is not {kind} and means nothing'
    assert (finding.hint, finding.is_wrong) == ("take it out", False)
    assert list(unknown_settings(world(home))) == [(finding.text, finding.hint)]


def test_a_note_of_the_wrong_kind_takes_no_other_with_it(home: Path, files: Files) -> None:
    files(
        config=profile("work", SITE),
        helper=helper(more='rejected = "a"\n'),
        credentials=token("work", SITE, API_TOKEN),
    )
    notes = noted_of(world(home), world(home).config.profiles["work"], API_TOKEN)
    assert (notes.since_utc, notes.verified_utc, notes.rejected_utc) == (at(SINCE), at(VERIFIED), None)


def test_a_note_of_the_wrong_kind_stands_in_no_ones_way(home: Path, files: Files) -> None:
    """Not of a rejection, whose time takes its place; nor of what is said where there is no token."""
    folder = files(
        config=profile("work", SITE),
        helper="[profiles.work]\nrejected = 1\nof = 2\nsince = 3\n",
        credentials=token("work", SITE, "made-up"),
    )
    erase(home, "protocol=https\nhost=work.atlassian.net\nusername=you@example.com\npassword=made-up\n")
    assert noted(world(home), world(home).config.profiles["work"]).rejected_utc is not None
    for value, hints in (("2026-11-29", 2), ('"a"', 1)):
        (folder / "helper.toml").write_text(f"[profiles.work]\nrejected = {value}\n")
        with pytest.raises(NoCredential) as caught:
            operations.get(call(home, "protocol=https\nhost=work.atlassian.net\n"))
        assert len(caught.value.hints) == hints
        assert ("restore" in caught.value.hints[0]) == (hints == 2)


def test_nothing_is_noted_of_a_profile_of_variables(home: Path, files: Files) -> None:
    """Though a stored one is called like it."""
    files(config=profile("work", SITE), helper=helper(more=f"rejected = {SINCE}\n"))
    notes = noted(world(home), Profile("work", SITE, "you@example.com"))
    assert (notes.since_utc, notes.verified_utc, notes.rejected_utc, notes.of) == (None, None, None, None)


# Of which token it is said


@pytest.mark.parametrize(
    ("secret", "of", "variables", "verified", "latest"),
    [
        pytest.param(API_TOKEN, API_TOKEN, {}, VERIFIED, LATEST, id="of this one"),
        pytest.param(API_TOKEN, "another", {}, None, None, id="of another one"),
        pytest.param(API_TOKEN, None, {}, None, None, id="nobody knows of which"),
        pytest.param("made-up", "made-up", {}, VERIFIED, None, id="none of Atlassian Cloud's API tokens"),
        pytest.param("ATCTTmade-up", "ATCTTmade-up", {}, VERIFIED, None, id="an access token"),
        pytest.param(API_TOKEN, API_TOKEN, {"ATLA_TOKEN": "v"}, None, None, id="a variable's answers"),
        pytest.param(API_TOKEN, API_TOKEN, {"ATLA_TOKEN__WORK": API_TOKEN}, None, None, id="the same, in a variable"),
        pytest.param("ATBBmade-up", "ATBBmade-up", {}, VERIFIED, None, id="one of a dead kind"),
    ],
)
def test_notes_are_of_the_stored_token_alone(
    secret: str, of: str | None, variables: dict[str, str], verified: str | None, latest: str | None, home: Path,
    files: Files,
) -> None:  # fmt: skip
    files(
        config=f'[default]\nprofile = "work"\n{profile("work", SITE)}',
        helper=helper(of),
        credentials=token("work", SITE, secret),
    )
    said = found(home, variables=variables)
    assert (said["verifiedAt"], said["expiresAtLatest"], said["expiresAt"]) == (verified, latest, None)


def test_nothing_is_said_of_a_token_that_is_set_aside(home: Path, files: Files) -> None:
    files(
        config=profile("work", SITE), helper=helper(), credentials=f'[tokens."{KEY}|rejected"]\ntoken = "{API_TOKEN}"\n'
    )
    said = found(home)
    assert said["token"] == "setAside"
    assert (said["verifiedAt"], said["expiresAtLatest"]) == (None, None)


class Others:
    """Other helpers, which have a token."""

    listed = ("made-up",)
    asked = 1

    def ask(self, *_: object) -> tuple[Credential, str]:
        return Credential(API_TOKEN, "you@example.com"), "made-up"


def test_nothing_is_said_of_a_helpers_token(home: Path, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if it is the very one that was stored before."""
    monkeypatch.setattr(World, "helpers", lambda *_: Others())
    files(config=profile("work", SITE), helper=f'[helper]\nhelpers = ["made-up"]\n{helper()}')
    said = found(home)
    assert said["token"] == "helper"
    assert (said["verifiedAt"], said["expiresAtLatest"]) == (None, None)


# By when it ends at the latest


@pytest.mark.parametrize(
    ("clock", "end", "days", "verdict", "code"),
    [
        pytest.param("2026-12-02T08:00:00Z", None, None, "ok", 0, id="long ago"),
        pytest.param("2027-11-22T07:59:59Z", None, None, "ok", 0, id="eight days before"),
        pytest.param("2027-11-22T08:00:01Z", None, None, "expiring", 0, id="a week before"),
        pytest.param("2027-11-15T08:00:01Z", None, 14, "expiring", 3, id="within the days given"),
        pytest.param("2027-11-15T07:59:59Z", None, 14, "ok", 0, id="not within the days given"),
        pytest.param("2027-11-29T07:59:59Z", None, None, "expiring", 0, id="a second before"),
        pytest.param("2027-11-29T08:00:00Z", None, None, "expired", 3, id="over"),
        pytest.param("2027-11-29T08:00:00Z", "2028-06-01", 14, "ok", 0, id="an end was given, which counts"),
        pytest.param("2026-12-02T08:00:00Z", "2026-12-03", None, "expiring", 0, id="an earlier end was given"),
    ],
)
def test_the_latest_end_counts_where_none_was_given(
    clock: str, end: str | None, days: int | None, verdict: str, code: int, home: Path, files: Files,
    now: Callable[[str], None],
) -> None:  # fmt: skip
    now(clock)
    more = f"expires = {end}\n" if end else ""
    files(config=profile("work", SITE), helper=helper(more=more), credentials=token("work", SITE, API_TOKEN))
    said = found(home, days)
    assert (said["verdict"], said["expiresAtLatest"]) == (verdict, LATEST)
    assert said["expiresAt"] == (f"{end}T00:00:00Z" if end else None)
    assert status.code_of(said, was_asked=False, ends_count=days is not None) == code
    assert any("no API token of Atlassian Cloud lives longer" in each for each in said["problems"]) == (
        verdict == "expired"
    )


def shown(home: Path, capfd: pytest.CaptureFixture[str], *words: str) -> tuple[str, list[str]]:
    """Run a command; return what it prints, and its warnings."""
    parser, command = commands.parser_for(words[0])
    command.run(parser.parse_args(words[1:]), World(Environment({"HOME": str(home)}, may_ask=True)))
    said = capfd.readouterr()
    return said.out, [line.removeprefix("atla-credential: warning: ") for line in said.err.splitlines()]


@pytest.mark.parametrize(
    ("clock", "shown_end", "of_status", "of_list", "of_doctor"),
    [
        ("2026-12-02T08:00:00Z", BY, [], [], 'profile "work" has a token from the file until 2027-11-29 at the latest'),
        (
            "2027-11-28T08:00:00Z",
            f"{BY} (soon)",
            [f'the token of profile "work" expires {BY}; make a new one, then run: atla-credential login --profile work'],
            [f'the token of profile "work" expires {BY}; make a new one, then run: atla-credential login --profile work'],
            'profile "work" has a token until 2027-11-29 at the latest',
        ),
        (
            "2028-11-28T08:00:00Z",
            f"{BY} (expired)",
            [
                'the token of profile "work" was put there more than 365 days ago, and no API token of Atlassian Cloud lives longer',
                "to give the profile a new token, run: atla-credential login --profile work",
                "to ask its site whether it takes this one still, run: atla-credential status --verify --profile work",
            ],
            [
                'the token of profile "work" was put there more than 365 days ago, and no API token of Atlassian Cloud lives longer; '
                "make a new one, then run: atla-credential login --profile work"
            ],
            'the token of profile "work" was put there more than 365 days ago, and no API token of Atlassian Cloud lives longer',
        ),
    ],
    ids=["long before", "soon", "over"],
)  # fmt: skip
def test_what_is_said_of_the_latest_end(
    clock: str, shown_end: str, of_status: list[str], of_list: list[str], of_doctor: str, home: Path, files: Files,
    now: Callable[[str], None], capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    now(clock)
    files(config=profile("work", SITE), helper=helper(), credentials=token("work", SITE, API_TOKEN))
    out, said = shown(home, capfd, "status", "work")
    assert f"\nexpires   {shown_end}\n" in out
    assert "\nverified  on 2026-12-01\n" in out
    assert said == of_status
    out, said = shown(home, capfd, "list")
    assert out.splitlines()[1].endswith(f"  {BY}")
    assert said == of_list
    assert of_doctor in [each.text for each in check_profiles(world(home))]


def test_an_end_that_was_given_is_what_is_shown(home: Path, files: Files, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever gave it has seen the page where the token was made."""
    more = "expires = 2027-03-01\n"
    files(config=profile("work", SITE), helper=helper(more=more), credentials=token("work", SITE, API_TOKEN))
    assert "\nexpires   2027-03-01\n" in shown(home, capfd, "status", "work")[0]
    assert shown(home, capfd, "list")[0].splitlines()[1].endswith("  2027-03-01")


def test_the_site_decides_once_the_latest_end_has_passed(
    home: Path, files: Files, now: Callable[[str], None], capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Atlassian may have changed its mind: then the reason for the doubt is said, and no step."""
    now("2028-11-28T08:00:00Z")
    files(config=profile("work", SITE), helper=helper(), credentials=token("work", SITE, API_TOKEN))
    verified = {
        "verdict": "verified", "reason": "ok", "message": "verified", "hint": None, "account": None, "apiTarget": "site",
        "retryable": False, "cloudId": None,
    }  # fmt: skip
    monkeypatch.setattr(status, "verifications", lambda *_: [verified])
    out, said = shown(home, capfd, "status", "work", "--verify")
    assert "\nverified  yes" in out
    assert "2026-12-01" not in out
    (warning,) = said
    assert warning.endswith("no API token of Atlassian Cloud lives longer")


# What `list` opens for that


@pytest.mark.parametrize(
    ("notes", "is_opened", "latest"),
    [
        (helper(), True, LATEST),
        (helper("another"), True, None),
        (helper(more="expires = 2027-03-01\n"), False, None),
        (f'[profiles.work]\nof = "{mark(KEY, API_TOKEN)}"\nverified = {VERIFIED}\n', False, None),
        ("", False, None),
    ],
    ids=["since when is known", "of another one", "its end is known", "since when is not known", "nothing is noted"],
)
def test_list_opens_a_keyring_only_for_what_it_can_tell(
    notes: str, is_opened: bool, latest: str | None, home: Path, files: Files, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    asked = []

    def get(self: KeyringReader, key: str) -> str:
        asked.append((key, self.patience.may_ask))
        return API_TOKEN

    monkeypatch.setattr(KeyringReader, "get", get)
    files(config=profile("work", SITE, store="keyring"), helper=notes)
    out, said = shown(home, capfd, "list", "--json")
    assert asked == ([(KEY, False)] if is_opened else [])  # and nobody is asked to unlock it
    (row,) = json.loads(out)["profiles"]
    assert row["expiresAtLatest"] == latest
    assert said == []


def test_list_leaves_out_what_a_locked_keyring_would_tell(
    home: Path, files: Files, capfd: pytest.CaptureFixture[str]
) -> None:
    files(config=profile("work", SITE, store="keyring"), helper=helper())
    out, said = shown(home, capfd, "list")
    assert out.splitlines()[1].endswith("  -")
    assert said == []
