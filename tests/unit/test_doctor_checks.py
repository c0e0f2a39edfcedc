"""What `doctor` says of the variables, the stores and what lies around is true of all that decides it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.rules import resolve
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.commands import list as list_command
from atla_credential.commands import logout, parser_for, rename, status, switch
from atla_credential.doctor import checks, configuration, dead_token, stores, variable
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoKeyring, Unavailable
from atla_credential.git.finding import Finding
from atla_credential.model import Query
from atla_credential.report.words import line_of
from atla_credential.stores.store import Store

SITE, BITBUCKET = "https://work.atlassian.net", "https://bitbucket.org"
DEAD = "ATBB" + "madeup" * 5
KEY = f"work|you@example.com|{SITE}"
Files = Callable[..., Path]
Check = Callable[[World], Iterator[Finding]]


def world(home: Path, **variables: str) -> World:
    return World(Environment({"HOME": str(home), "PATH": "", **variables}))


def said(check: Check, here: World) -> list[tuple[str, str | None]]:
    """Return what a check says, each with its step; and that it shows no token."""
    found = list(check(here))
    assert not any("madeup" in f"{each.text}{each.hint}" or "made-up" in f"{each.text}{each.hint}" for each in found)
    return [(each.text, each.hint) for each in found]


@pytest.mark.parametrize("name", ["ATLA_PROFILE", "ATLCLI_PROFILE"])
def test_the_variable_that_names_no_profile_is_named(home: Path, files: Files, name: str) -> None:
    files(config=profile("work", SITE))
    for value, what in (
        ("nope", '"nope", which is no profile'), ("ATATT3made-up", "no profile, but what looks like a token")
    ):  # fmt: skip
        assert said(variable.check_variables, world(home, **{name: value})) == [
            (f"{name} names {what}", "unset it, or correct it")
        ]


@pytest.mark.parametrize(
    ("variables", "text", "step"),
    [
        ({"ATLA_TOKEN": "v"}, 'ATLA_TOKEN is set, and comes before the token in the file of profile "work"', "unset ATLA_TOKEN"),
        ({"ATLCLI_API_TOKEN": "v"}, 'ATLCLI_API_TOKEN is set, and comes before the token in the file of profile "work"', "unset ATLCLI_API_TOKEN"),
        ({"ATLA_TOKEN__WORK": "v"}, 'ATLA_TOKEN__WORK is set, and comes before the token in the file of profile "work"', "unset ATLA_TOKEN__WORK"),
        ({"ATLA_TOKEN__WROK": "v"}, "ATLA_TOKEN__WROK is set, and no profile uses it", "did you mean ATLA_TOKEN__WORK?"),
        ({"ATLA_TOKEN__MADEUP2": "v"}, "ATLA_TOKEN__MADEUP2 is set, and no profile uses it", "unset ATLA_TOKEN__MADEUP2"),
        ({"ATLA_TOKEN": "v", "ATLA_EMAIL": "other@example.com"}, "ATLA_TOKEN is set, and no profile uses it", "unset ATLA_TOKEN"),
    ],
)  # fmt: skip
def test_whose_a_token_of_the_variables_is(
    home: Path, files: Files, variables: dict[str, str], text: str, step: str
) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    assert said(variable.check_token_variables, world(home, **variables)) == [(text, step)]


def test_a_variable_that_stands_before_nothing_is_no_finding(home: Path, files: Files) -> None:
    files(config=profile("work", SITE))
    assert said(variable.check_token_variables, world(home, ATLA_TOKEN="v")) == []
    ((text, _),) = said(checks.check_profiles, world(home, ATLA_TOKEN="v"))
    assert text == 'profile "work" has a token from the variable ATLA_TOKEN'


@pytest.mark.parametrize("name", ["ATLA_INSTANCE", "ATLCLI_SITE"])
def test_a_profile_of_the_variables_that_comes_before_a_stored_one(home: Path, files: Files, name: str) -> None:
    files(config=profile("work", SITE) + profile("other", "https://other.atlassian.net"))
    account = {name: SITE, "ATLA_EMAIL": "bot@example.com"}
    assert said(variable.check_variables, world(home, **account, ATLA_TOKEN="v")) == [
        (
            f'{name} is set, and makes a profile that comes before profile "work"',
            f"unset {name}, or say which: --profile work",
        )
    ]
    assert said(variable.check_variables, world(home, **account)) == []  # without a token it comes last
    own = {name: SITE, "ATLA_EMAIL": "you@example.com", "ATLA_TOKEN": "v"}
    assert said(variable.check_variables, world(home, **own)) == []  # the same account: the token is said to come first


def test_a_file_that_a_variable_names_and_that_is_not_there(home: Path, files: Files) -> None:
    files(config=profile("work", SITE))
    found = said(checks.check_files, world(home, ATLA_CREDENTIALS=f"{home}/nowhere.toml"))
    assert (
        f"{home}/nowhere.toml is not there, which is as if it were empty",
        "correct ATLA_CREDENTIALS, which names it, or unset it",
    ) in found
    assert (f"{home}/.config/atla/helper.toml is not there, which is as if it were empty", None) in found


def run(command: object, here: World, *arguments: str) -> CredentialError | int:
    """Run a command, and return its exit code, or the error that it ends with."""
    name = getattr(command, "__name__", "").rpartition(".")[2]
    options = parser_for(name)[0].parse_args(arguments)
    try:
        return command.run(options, here)  # type: ignore[attr-defined, no-any-return]
    except CredentialError as error:
        return error


STALE = 'config.toml says that "gone" is the active profile, and there is none of this name'
CONFIG = f'[default]\nprofile = "gone"\n{profile("work", SITE)}{profile("home", "https://home.atlassian.net")}'


def test_a_stale_choice_is_named_wherever_no_profile_is_active(
    home: Path, files: Files, capfd: pytest.CaptureFixture[str]
) -> None:
    files(config=CONFIG)
    for command in (status, logout):
        error = run(command, world(home))
        assert isinstance(error, CredentialError)
        assert (error.message, error.exit_code) == (STALE, 3)
        assert error.hints == ("choose one: atla-credential switch NAME",)
    assert run(status, world(home), "--json") == 3
    assert STALE in json.loads(capfd.readouterr().out)["problems"]
    assert run(list_command, world(home)) == 0
    assert f"{STALE}; choose one: atla-credential switch NAME" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["ATLA_PROFILE", "ATLCLI_PROFILE"])
def test_the_variable_that_was_read_is_named_in_every_message(
    home: Path, files: Files, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    files(config=CONFIG, credentials=token("work", SITE, "made-up"))
    for command in (status, logout):
        error = run(command, world(home, **{name: "nope"}))
        assert isinstance(error, CredentialError)
        assert error.message == 'profile "nope" does not exist'
        assert error.hints[0] == f"{name} names it: correct or unset it"
    error = run(status, world(home, **{name: "nope"}), "--profile", "other")
    assert isinstance(error, CredentialError)
    assert error.hints == ("see all profiles: atla-credential list",)
    run(switch, world(home, **{name: "home"}), "work")
    assert f"{name} is set and comes first" in capfd.readouterr().err
    run(rename, world(home, **{name: "work"}), "work", "acme")
    assert f"{name} still says the old name" in capfd.readouterr().err


@pytest.mark.parametrize(("days", "age"), [(0, "today"), (1.5, "1 day ago"), (40.5, "40 days ago")])
def test_an_old_copy_of_the_settings_is_named_with_its_age(home: Path, files: Files, days: float, age: str) -> None:
    folder = files(config=profile("work", SITE))
    assert said(configuration.check_old_copy, world(home)) == []
    copy = folder / "config.toml.v1.bak"
    copy.write_text("")
    made = time.time() - days * 86400
    os.utime(copy, (made, made))
    ((text, step),) = said(configuration.check_old_copy, world(home))
    assert f"made {age}, on {time.strftime('%Y-%m-%d', time.gmtime(made))}" in text
    assert step == f"if all profiles are in config.toml, run: rm {copy}"


def test_a_dead_token_is_named_wherever_it_stands(home: Path, files: Files) -> None:
    files(
        config=profile("work", SITE) + profile("old", BITBUCKET),
        credentials=token("work", SITE, "made-up") + token("old", BITBUCKET, DEAD) + token("gone", SITE, DEAD),
    )
    (home / ".netrc").write_text(f"machine bitbucket.org login jdoe password {DEAD}\n")
    (home / ".netrc").chmod(0o600)
    kept = [f"jdoe:{DEAD}@bitbucket.org", f"jdoe:{DEAD}@x@bitbucket.org", "jdoe:made-up@git.example.com"]
    (home / ".git-credentials").write_text("".join(f"https://{each}\n" for each in kept))
    here = world(home, ATLA_TOKEN=DEAD)
    what = "a Bitbucket app password, and these have been switched off in July 2026"
    found = said(dead_token.check_dead_tokens, here)
    assert found[-1][1] == "remove line 1 there"  # for what else git's own `erase` takes: that of all accounts
    assert [text for text, _ in found] == [
        f"ATLA_TOKEN is {what}",
        f'the token in the file under "gone|you@example.com|{SITE}" is {what}',
        f"the password for bitbucket.org in {home}/.netrc is {what}",
        f"the password for bitbucket.org in {home}/.git-credentials is {what}",
    ]


def test_a_dead_token_behind_a_variable_is_named(home: Path, files: Files) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, DEAD))
    assert said(dead_token.check_dead_tokens, world(home)) == []  # as the profile's, it is a problem of that
    ((text, step),) = said(dead_token.check_dead_tokens, world(home, ATLA_TOKEN="v"))
    assert KEY in text
    assert step == "run: atla-credential logout work"


def test_a_dead_token_that_a_profile_answers_with_is_the_profiles(home: Path, files: Files) -> None:
    files(config=profile("work", SITE))
    here = world(home, ATLA_TOKEN=DEAD)
    assert said(dead_token.check_dead_tokens, here) == []
    ((text, _),) = said(checks.check_profiles, here)
    assert "app password" in text


def test_what_login_would_warn_of_is_a_note(home: Path, files: Files) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "'made-up'"))
    ok, note = checks.check_profiles(world(home))
    assert (ok.hint, ok.is_wrong) == (None, False)
    assert "quotation marks" in note.text
    assert (note.hint, note.is_wrong) == ("run: atla-credential login --profile work", False)


def test_a_variable_that_two_profiles_share_is_said_once(home: Path, files: Files) -> None:
    files(config=profile("a-b", SITE) + profile("a.b", "https://home.atlassian.net"))
    here = world(home, ATLA_TOKEN__A_B="v")
    assert said(variable.check_token_variables, here) == []
    assert {text.partition(": ")[2] for text, _ in said(checks.check_profiles, here)} == {
        "ATLA_TOKEN__A_B fits more than one profile, so it is not used"
    }


@pytest.mark.parametrize("name", ["ATLA_PROFILE", "ATLCLI_PROFILE"])
def test_an_explanation_names_the_variable_that_was_read(home: Path, files: Files, name: str) -> None:
    files(config=profile("work", SITE) + profile("home", "https://home.atlassian.net"))
    lines: list[str] = []
    query = Query(("https", "work.atlassian.net", 443))
    search = Search(world(home, **{name: "home"}), query, trace=lambda *step: lines.append(line_of(*step)))
    resolve(search, print)
    assert any(line.startswith(f"The profile named by {name} -> ") for line in lines)


class Keyring(Store):
    """A keyring that can be used, is locked, or is not there."""

    def __init__(self, error: CredentialError | None = None) -> None:
        self.error = error

    def check(self) -> None:
        if self.error:
            raise self.error

    def keys(self) -> list[str]:
        self.check()
        return []

    def get(self, key: str) -> str | None:
        self.check()
        return None


@pytest.mark.parametrize(
    ("store", "text"),
    [("file", "the keyring can be used, and no profile has its token there"), ("keyring", "the keyring can be used")],
)
def test_a_keyring_that_nobody_uses_is_called_that(home: Path, files: Files, store: str, text: str) -> None:
    files(config=profile("work", SITE, store=store))
    here = world(home)
    here._stores["keyring"] = Keyring()
    assert said(stores.check_keyring, here) == [(text, None)]


@pytest.mark.parametrize(("error", "count"), [(Unavailable("locked"), 2), (NoKeyring("none"), 1), (None, 1)])
def test_a_locked_keyring_hides_nothing_of_the_file(
    home: Path, files: Files, error: CredentialError | None, count: int
) -> None:
    files(config=profile("work", SITE, store="keyring"), credentials=token("gone", SITE, "made-up"))
    here = world(home)
    here._stores["keyring"] = Keyring(error)
    found = said(stores.check_secrets, here)
    assert len(found) == count
    assert "a token in the file that no profile uses" in found[-1][0]


@pytest.mark.parametrize("host", ["bitbucket.org", "api.bitbucket.org"])
def test_every_host_that_the_token_is_for_is_looked_up_in_netrc(home: Path, files: Files, host: str) -> None:
    files(config=profile("bb", BITBUCKET))
    (home / ".netrc").write_text(f"machine {host} login jdoe password made-up\n")
    (home / ".netrc").chmod(0o600)
    assert [text for text, _ in said(checks.check_netrc, world(home))] == [
        f"{home}/.netrc has an entry for {host}, which curl and git may take"
    ]


def test_a_default_entry_in_netrc_is_one_note_for_all_hosts_without_their_own(home: Path, files: Files) -> None:
    files(config="".join(profile(name, f"https://{name}.atlassian.net") for name in ("a", "b", "c")))
    (home / ".netrc").write_text("machine b.atlassian.net login l password p\ndefault login l password p\n")
    (home / ".netrc").chmod(0o600)
    assert [text for text, _ in said(checks.check_netrc, world(home))] == [
        f"{home}/.netrc has an entry for b.atlassian.net, which curl and git may take",
        f"{home}/.netrc has a default entry, which curl and git may take for a.atlassian.net and c.atlassian.net",
    ]


def test_every_check_is_asked(home: Path) -> None:
    names = {check.__name__ for check in checks.CHECKS}
    assert {"check_clock", "check_unknown_keys", "check_work_tree", "check_old_copy", "check_dead_tokens"} <= names
