"""A token that was rejected is set aside: it is never given out, and never lost (safety E1 to E3)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import answer, profile, token
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoCredential
from atla_credential.operations.erase import erase as erase_with
from atla_credential.profiles.aside import put_back
from conftest import snapshot
from updating import NOW, call, erase, noted, read, secrets, store

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
AT_SITE = "protocol=https\nhost=work.atlassian.net\nusername=you@example.com\n"
KEY = f"work|you@example.com|{SITE}"
ASIDE = f"{KEY}|rejected"
REFRESH = f"{KEY}|oauth_refresh_token"
BITBUCKET = "https://bitbucket.org"


def run(home: Path, *words: str) -> int:
    parser, command = commands.parser_for(words[0])
    options = parser.parse_args(words[1:])
    code: int = command.run(options, World(Environment({"HOME": str(home)})))
    return code


def as_json(home: Path, captured: pytest.CaptureFixture[str], *words: str) -> Any:
    run(home, *words, "--json")
    return json.loads(captured.readouterr().out)


@pytest.fixture
def work(files: Files, home: Path) -> Path:
    """Return a home with a profile whose token and refresh token are set aside."""
    files(config=profile("work", SITE), credentials=token("work", SITE, "good"))
    store(home, f"{AT_SITE}password=good\noauth_refresh_token=again\npassword_expiry_utc={NOW + 9_000_000}\n")
    erase(home, f"{AT_SITE}password=good\n")
    assert secrets(home) == {ASIDE: "good", f"{REFRESH}|rejected": "again"}
    return home


def test_restore_puts_back_both(work: Path) -> None:
    assert run(work, "restore", "--no-verify", "work") == 0
    assert secrets(work) == {KEY: "good", REFRESH: "again"}
    assert set(noted(work)) == {"expires"}
    assert answer(work, SITE) == ("you@example.com", "good", "basic")


def test_restore_that_is_only_tried_changes_nothing(work: Path) -> None:
    before = snapshot(work)
    assert run(work, "restore", "work", "--dry-run") == 0
    assert snapshot(work) == before


def test_restore_takes_no_tokens_place(work: Path) -> None:
    credentials = work / ".config" / "atla" / "credentials.toml"
    credentials.write_text(credentials.read_text() + token("work", SITE, "newer"))  # as `atla` does
    before = snapshot(work)
    with pytest.raises(CredentialError, match='profile "work" has a token, so nothing was put back') as error:
        run(work, "restore", "work")
    assert error.value.exit_code == 1
    assert snapshot(work) == before


def test_what_is_put_back_takes_no_token_s_place(work: Path) -> None:
    """Not even that of one which came there after the last look."""
    world = World(Environment({"HOME": str(work)}))
    found, kept = world.config.profiles["work"], world.store("file")
    kept.put({KEY: "newer"})
    assert not put_back(kept, found, "good")
    assert secrets(work) == {KEY: "newer", ASIDE: "good", f"{REFRESH}|rejected": "again"}


def test_empty_text_is_no_token(work: Path) -> None:
    """It stands in nobody's way, as it answers nobody."""
    credentials = work / ".config" / "atla" / "credentials.toml"
    credentials.write_text(credentials.read_text() + token("work", SITE, ""))
    assert run(work, "restore", "--no-verify", "work") == 0
    assert secrets(work) == {KEY: "good", REFRESH: "again"}


def test_restore_of_nothing(files: Files, home: Path) -> None:
    files(config=profile("work", SITE))
    with pytest.raises(NoCredential, match='no token of profile "work" is set aside'):
        run(home, "restore")


def test_second_rejection_takes_the_place_of_the_first(work: Path) -> None:
    credentials = work / ".config" / "atla" / "credentials.toml"
    credentials.write_text(credentials.read_text() + token("work", SITE, "newer"))
    erase(work, f"{AT_SITE}password=newer\n")
    assert secrets(work) == {ASIDE: "newer"}  # the refresh token was the first one's
    run(work, "restore", "--no-verify", "work")
    assert secrets(work) == {KEY: "newer"}


def test_store_of_the_very_token_puts_it_back(work: Path) -> None:
    store(work, f"{AT_SITE}password=good\n")
    assert secrets(work) == {KEY: "good", REFRESH: "again"}
    assert set(noted(work)) == {"expires"}


def test_store_of_the_very_token_may_bring_another_refresh_token(work: Path) -> None:
    store(work, f"{AT_SITE}password=good\noauth_refresh_token=other\n")
    assert secrets(work) == {KEY: "good", REFRESH: "other"}


def test_store_of_another_token_removes_it(work: Path) -> None:
    store(work, f"{AT_SITE}password=new\n")
    assert secrets(work) == {KEY: "new"}
    assert noted(work) == {}


def test_store_of_the_very_token_where_another_program_has_put_another(work: Path) -> None:
    World(Environment({"HOME": str(work)})).store("file").put({KEY: "newer"})
    store(work, f"{AT_SITE}password=good\n")
    assert secrets(work) == {KEY: "good"}


def test_rejection_of_what_is_set_aside_already_changes_nothing(work: Path) -> None:
    before = snapshot(work)
    erase(work, f"{AT_SITE}password=good\n")
    erase(work, AT_SITE)
    assert snapshot(work) == before


@pytest.mark.parametrize(
    "words",
    [
        ("login", "--no-verify", "--profile", "work", "--token", "new"),
        ("login", "--no-verify", "--profile", "work", "--token", "new", "--email", "other@example.com"),
        ("logout", "work"),
        ("delete", "work"),
    ],
    ids=["login", "login as another account", "logout", "delete"],
)
def test_person_ends_it(words: tuple[str, ...], work: Path) -> None:
    run(work, *words)
    assert not [key for key in secrets(work) if "rejected" in key]
    assert "rejected" not in noted(work)


def test_rename_takes_it_along_and_its_time(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = as_json(work, capsys, "status", "--profile", "work")
    run(work, "rename", "work", "acme")
    key = f"acme|you@example.com|{SITE}"
    assert secrets(work) == {f"{key}|rejected": "good", f"{key}|oauth_refresh_token|rejected": "again"}
    capsys.readouterr()
    after = as_json(work, capsys, "status", "--profile", "acme")
    assert after["token"] == "setAside"
    assert after["rejectedAt"] == before["rejectedAt"] == "2027-01-15T08:00:00Z"


def test_rename_of_a_profile_with_a_token_besides(work: Path) -> None:
    store(work, f"{AT_SITE}password=good\n")
    credentials = work / ".config" / "atla" / "credentials.toml"
    credentials.write_text(credentials.read_text() + f'[tokens."{ASIDE}"]\ntoken = "older"\n')
    run(work, "rename", "work", "acme")
    key = f"acme|you@example.com|{SITE}"
    assert secrets(work) == {key: "good", f"{key}|oauth_refresh_token": "again", f"{key}|rejected": "older"}


def test_rename_to_a_name_under_which_something_is_set_aside(work: Path) -> None:
    credentials = work / ".config" / "atla" / "credentials.toml"
    orphan = f"acme|you@example.com|{SITE}|rejected"
    credentials.write_text(credentials.read_text() + f'[tokens."{orphan}"]\ntoken = "of somebody"\n')
    before = snapshot(work)
    with pytest.raises(CredentialError, match='there is a token under the name "acme" that no profile uses') as error:
        run(work, "rename", "work", "acme")
    assert "|rejected" in error.value.hints[0]
    assert snapshot(work) == before


def test_logout_of_the_key(work: Path) -> None:
    """The refresh token goes along: nobody would find it."""
    run(work, "logout", "--key", ASIDE)
    assert secrets(work) == {}
    assert "rejected" not in noted(work)


def test_two_profiles_with_one_token_have_each_their_own(files: Files, home: Path) -> None:
    both = [("a", "a@example.com"), ("b", "b@example.com")]
    files(
        config="".join(profile(name, BITBUCKET, email) for name, email in both),
        credentials="".join(token(name, BITBUCKET, "ATATTboth", email) for name, email in both),
    )
    request = "protocol=https\nhost=bitbucket.org\nusername=x-bitbucket-api-token-auth\npassword=ATATTboth\n"
    erase(home, request)
    assert set(secrets(home)) == {f"{name}|{email}|{BITBUCKET}|rejected" for name, email in both}
    run(home, "restore", "--no-verify", "b")
    assert set(secrets(home)) == {f"a|a@example.com|{BITBUCKET}|rejected", f"b|b@example.com|{BITBUCKET}"}


def test_store_finds_whose_it_was(files: Files, home: Path) -> None:
    """Under a name that is everybody's, a token belongs to the profile of which it is set aside."""
    both = profile("a", BITBUCKET, "a@example.com") + profile("b", BITBUCKET, "b@example.com")
    files(
        config=f'[default]\nprofile = "b"\n{both}', credentials=token("a", BITBUCKET, "ATATTa", "a@example.com")
    )  # fmt: skip
    at_bitbucket = "protocol=https\nhost=bitbucket.org\nusername=x-bitbucket-api-token-auth\n"
    store(home, "protocol=https\nhost=bitbucket.org\nusername=b@example.com\npassword=ATATTb\n")
    erase(home, f"{at_bitbucket}password=ATATTb\n")
    store(home, f"{at_bitbucket}password=ATATTb\n")
    assert secrets(home) == {f"a|a@example.com|{BITBUCKET}": "ATATTa", f"b|b@example.com|{BITBUCKET}": "ATATTb"}


@pytest.mark.parametrize(
    ("host", "is_kept"),
    [("new.atlassian.net", True), ("bitbucket.org", True), ("git.example.com", False)],
)
def test_adopted_profile_forgets_only_elsewhere(host: str, is_kept: bool, files: Files, home: Path) -> None:
    """Of a host that is not Atlassian's git asks anew, as with its own helpers."""
    files(helper='[helper]\nadopt = "any"\nstorage = "file"\n')
    request = f"protocol=https\nhost={host}\nusername=you@example.com\npassword=made-up\n"
    store(home, request)
    before = secrets(home)
    assert list(before.values()) == ["made-up"]
    erase(home, request)
    assert secrets(home) == ({f"{key}|rejected": "made-up" for key in before} if is_kept else {})
    store(home, request)
    assert secrets(home) == before


def test_rejection_without_a_password_is_that_of_the_variable_that_answers(files: Files, home: Path) -> None:
    folder = files(config=profile("work", SITE), credentials=token("work", SITE, "good"))
    before = snapshot(folder)
    erase(home, AT_SITE, ATLA_TOKEN="v")
    assert snapshot(folder) == before
    of_bot = {"ATLA_TOKEN": "v", "ATLA_INSTANCE": SITE, "ATLA_EMAIL": "bot@example.com"}
    erase(home, "protocol=https\nhost=work.atlassian.net\n", **of_bot)
    assert snapshot(folder) == before
    erase(home, AT_SITE, ATLA_TOKEN="v", ATLA_INSTANCE="https://other.atlassian.net")
    assert secrets(home) == {ASIDE: "good"}


def test_rejection_of_a_variable_s_token_without_a_name_is_nobody_else_s(files: Files, home: Path) -> None:
    """A request without a user is answered by one of the accounts there, and the variable has that one's token."""
    config = f'default.profile = "work"\n{profile("work", SITE)}{profile("bot", SITE, email="bot@example.com")}'
    both = token("work", SITE, "good") + token("bot", SITE, "other", email="bot@example.com")
    folder = files(config=config, credentials=both)
    before, request = snapshot(folder), "protocol=https\nhost=work.atlassian.net\n"
    erase(home, request, ATLA_TOKEN="v")
    assert snapshot(folder) == before
    erase(home, request, ATLA_TOKEN__BOT="v")  # which is not the one that answers
    assert secrets(home) == {ASIDE: "good", f"bot|bot@example.com|{SITE}": "other"}


def test_rejection_of_a_stored_token_counts_though_a_variable_answers_by_now(files: Files, home: Path) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "good"))
    erase(home, f"{AT_SITE}password=good\n", ATLA_TOKEN="v")
    assert secrets(home) == {ASIDE: "good"}


def test_note_that_cannot_be_written_fails_nothing(files: Files, home: Path) -> None:
    folder = files(config=profile("work", SITE), credentials=token("work", SITE, "good"))
    (folder / "helper.toml.lock").mkdir()
    erase(home, f"{AT_SITE}password=good\n")
    assert secrets(home) == {ASIDE: "good"}
    store(home, f"{AT_SITE}password=new\n")
    assert secrets(home) == {KEY: "new"}


def test_what_another_program_has_put_there_is_not_what_was_noted(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials = work / ".config" / "atla" / "credentials.toml"
    credentials.write_text(credentials.read_text().replace('"good"', '"other"'))
    found = as_json(work, capsys, "status", "--profile", "work")
    assert (found["token"], found["rejectedAt"]) == ("setAside", None)


def test_commands_say_so(work: Path, capfd: pytest.CaptureFixture[str]) -> None:
    step = "run: atla-credential restore work"
    found = as_json(work, capfd, "status", "--profile", "work")
    assert (found["token"], found["verdict"], found["expiresAt"]) == ("setAside", "missing", None)
    assert run(work, "status", "--profile", "work") == 3
    said = capfd.readouterr()
    assert "set aside" in said.out
    assert 'set the token of profile "work" aside on 2027-01-15' in said.err
    assert step in said.err
    assert [each["setAside"] for each in as_json(work, capfd, "list")["profiles"]] == [True]
    run(work, "list")
    assert step in capfd.readouterr().err
    with pytest.raises(NoCredential) as error:
        run(work, "explain", f"{SITE}/browse")
    assert capfd.readouterr().err.count(step) == 1
    assert [each for each in error.value.hints if step in each] == []  # once is enough
    run(work, "doctor")
    assert 'a token of profile "work" that a caller\'s 401 has set aside, on 2027-01-15' in capfd.readouterr().out


def test_person_at_the_terminal_is_told_the_step(work: Path) -> None:
    store(work, f"{AT_SITE}password=good\n")
    told: list[str] = []
    request = call(work, f"{AT_SITE}password=good\n")
    request.warn, request.on_terminal = told.append, True
    erase_with(request)
    assert len(told) == 1
    assert "was rejected, and is set aside; if it is good, run: atla-credential restore work" in told[0]


def test_only_a_token_is_counted(work: Path) -> None:
    """What is set aside is no token: no profile is taken for one that has one (safety E3)."""
    assert read(work, "credentials")["tokens"].keys() == {ASIDE, f"{REFRESH}|rejected"}
    assert not World(Environment({"HOME": str(work)})).has_token(
        World(Environment({"HOME": str(work)})).config.profiles["work"]
    )
