"""`--as PRESET`: another program's variables, set by `exec` and by `get --format env`, and what stands in their way."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.formats.presets import NAMES, PRESETS
from conftest import PROGRAM, Run
from interop.test_formats import shell

Files = Callable[..., Path]
WORK, OTHER, OWN = "https://work.atlassian.net", "https://other.atlassian.net", "https://dc.example.com"
BITBUCKET, ID = "https://bitbucket.org", "11111111-2222-3333-4444-555555555555"
CONFIG = "".join((
    '[default]\nprofile = "work"\n',
    profile("work", WORK),
    profile("wiki", WORK, cloud_id=ID),
    profile("other", OTHER),
    profile("own", OWN, ""),
    profile("bitbucket", BITBUCKET),
))  # fmt: skip
CREDENTIALS = "".join(
    token(name, place, f"made-up-{name}", "" if name == "own" else "you@example.com")
    for name, place in (("work", WORK), ("wiki", WORK), ("other", OTHER), ("own", OWN), ("bitbucket", BITBUCKET))
)
HELPER = '[profiles.wiki]\nproduct = "confluence"\n[profiles.own]\nauth = "bearer"\n'
AT_BITBUCKET = ("renovate", "bkt", "terraform", "npm", "maven")
# What somebody has left in his environment: of the contrary kind, and by its beginning only.
STALE = {
    "JIRA_PERSONAL_TOKEN": "old", "JIRA_URL": "https://old.example.com", "JIRA_OAUTH_ACCESS_TOKEN": "old",
    "ATLASSIAN_OAUTH_ENABLE": "true", "ATLASSIAN_OAUTH_NEW_ONE": "old", "CONFLUENCE_PERSONAL_TOKEN": "old",
    "ATLASSIAN_BITBUCKET_APP_PASSWORD": "old", "RENOVATE_TOKEN": "old", "RENOVATE_ENDPOINT": "https://old.example.com",
    "BITBUCKET_OAUTH_TOKEN": "old", "ATLCLI_AUTH_TYPE": "bearer", "CONFLUENCE_API_URL": "https://old.example.com",
}  # fmt: skip


@pytest.fixture(autouse=True)
def profiles(files: Files) -> None:
    files(config=CONFIG, credentials=CREDENTIALS, helper=HELPER)


def parsed(output: bytes) -> dict[str, str]:
    """Return what `env -0` has printed, without what a shell says of itself."""
    pairs = (each.decode().partition("=")[::2] for each in output.split(b"\0") if each)
    return {name: value for name, value in pairs if name not in ("_", "SHLVL", "PWD", "OLDPWD")}


def found_by(run: Run, *options: str, **variables: str) -> dict[str, str]:
    """Return the variables that a command finds."""
    done = run("exec", *options, "--", "env", "-0", **variables)
    assert (done.returncode, done.stderr) == (0, b"")
    return parsed(done.stdout)


@pytest.mark.parametrize("preset", NAMES)
def test_a_shell_gets_what_a_program_gets(preset: str, run: Run, variables: Mapping[str, str], home: Path) -> None:
    """Names, values, and what is taken away."""
    options = ("--profile", "bitbucket" if preset in AT_BITBUCKET else "work", "--as", preset)
    before = {**variables, **STALE}
    found = found_by(run, *options, **STALE)
    code = f'eval "$({PROGRAM} get {" ".join(options)} --format env </dev/null)"; env -0'
    done = shell(code, before, home)
    assert (done.returncode, done.stderr, parsed(done.stdout)) == (0, b"", found)
    changed = {name for name in before.keys() | found.keys() if before.get(name) != found.get(name)}
    known = PRESETS[preset].variables() if preset in PRESETS else [name for name in found if name.startswith("ATLA_")]
    starts = tuple(name[:-1] for name in known if name.endswith("*"))
    assert changed and all(name in known or name.startswith(starts or ("-",)) for name in changed)


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_gets_it_too(run: Run, variables: Mapping[str, str], home: Path) -> None:
    """Where most of what is to be unset is not there."""
    options = "--profile work --as mcp-atlassian"
    code = f"{PROGRAM} get {options} --format env --shell fish </dev/null | source; env -0"
    done = shell(code, {**variables, **STALE}, home, "fish")
    wanted = found_by(run, *options.split(), **STALE)
    assert {name: value for name, value in parsed(done.stdout).items() if name in wanted} == wanted
    assert not {"JIRA_PERSONAL_TOKEN", "ATLASSIAN_OAUTH_NEW_ONE"} & parsed(done.stdout).keys()


def test_powershell_is_told_too(run: Run) -> None:
    options = ("--as", "jira-cli", "--format", "env", "--shell", "powershell")
    said = run("get", "--profile", "own", *options).stdout.decode().splitlines()
    assert said[0] == "Remove-Item Env:JIRA_LOGIN -ErrorAction Ignore"
    assert "$Env:JIRA_API_TOKEN = 'made-up-own'" in said


def test_both_products_of_a_site(run: Run) -> None:
    """Each with the profile that is for it alone, whichever of the two is named."""
    found = found_by(run, "--as", "mcp-atlassian", **STALE)
    assert (found["JIRA_URL"], found["JIRA_API_TOKEN"]) == (WORK, "made-up-work")
    at_gateway = f"https://api.atlassian.com/ex/confluence/{ID}/wiki"
    assert (found["CONFLUENCE_URL"], found["CONFLUENCE_API_TOKEN"]) == (at_gateway, "made-up-wiki")
    assert found_by(run, "--as", "mcp-atlassian", "--profile", "other")["CONFLUENCE_API_TOKEN"] == "made-up-other"
    alone = found_by(run, "--as", "mcp-atlassian", "--profile", "wiki", **STALE)
    assert alone["CONFLUENCE_API_TOKEN"] == "made-up-wiki"
    assert not [name for name in alone if name.startswith(("JIRA_", "ATLASSIAN_OAUTH_"))]


def test_a_second_profile_without_a_token_is_left_out(run: Run) -> None:
    assert run("logout", "wiki").returncode == 0
    done = run("exec", "--as", "mcp-atlassian", "--", "env", "-0")
    assert done.stderr == b'atla-credential: warning: profile "wiki" is left out: it has no token\n'
    assert (done.returncode, parsed(done.stdout)["CONFLUENCE_API_TOKEN"]) == (0, "made-up-work")


def test_another_account_is_not_used(run: Run, files: Files) -> None:
    files(
        config=profile("mine", WORK) + profile("robot", WORK, "", cloud_id=ID),
        credentials=token("mine", WORK, "made-up-mine") + token("robot", WORK, "made-up-robot", ""),
        helper='[profiles.mine]\nproduct = "jira"\n[profiles.robot]\nauth = "bearer"\nproduct = "confluence"\n',
    )
    found = found_by(run, "--as", "mcp-atlassian", "--profile", "mine")
    assert not [name for name in found if name.startswith("CONFLUENCE_")]


@pytest.mark.parametrize(
    ("preset", "name", "place"), [("atla", "work", WORK), ("atlcli", "work", WORK), ("atlcli", "own", OWN)]
)
def test_a_nested_call_answers_the_same(preset: str, name: str, place: str, run: Run) -> None:
    """Whatever was left in the variables that have a say there."""
    stale = {"ATLA_API_TOKEN": "old", f"ATLA_TOKEN__{name.upper()}": "made-up-variable", "ATLCLI_PROFILE": "other"}
    call = ("get", "--url", place, "--field", "username", "--field", "authorization")
    before = run(*call, **stale)
    assert before.returncode == 0
    nested = run("exec", "--profile", name, "--as", preset, "--", PROGRAM, *call, **stale, ATLA_EMAIL="old@example.com")
    assert (nested.returncode, nested.stderr, nested.stdout) == (0, b"", before.stdout)


def test_atla_is_not_started_for_a_profile_that_it_would_not_use(run: Run, home: Path) -> None:
    """It knows no variable for that: it would send the token to the default profile's site."""
    (home / "bin").mkdir()
    (home / "bin" / "atla").write_text("#!/bin/sh\necho $ATLA_TOKEN\n")
    (home / "bin" / "atla").chmod(0o755)
    there = {"PATH": f"{home}/bin:{os.environ['PATH']}"}
    done = run("exec", "--profile", "other", "--as", "atla", "--", "atla", "jira", "list", **there)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"hint: name the profile to it too: atla --profile other" in done.stderr
    for words, secret in (
        (["--profile", "other", "--as", "atla", "--", "atla", "--profile", "other", "jira"], b"made-up-other\n"),
        (["--profile", "other", "--as", "atla", "--", "atla", "jira", "--profile=other"], b"made-up-other\n"),
        (["--profile", "other", "--as", "atla", "--", "atla", "--profile=work"], b""),
        (["--as", "atla", "--", "atla", "--profile", "other"], b""),
        (["--as", "atla", "--", "atla"], b"made-up-work\n"),
    ):
        assert run("exec", *words, **there).stdout == secret, words


def test_what_may_start_atla_is_warned_of_that_profile(run: Run) -> None:
    """A script or a wrapper, whose own --profile nobody sees here."""
    said = ("--as", "atla", "--", "sh", "-c", "echo $ATLA_TOKEN")
    done = run("exec", "--profile", "other", *said)
    assert (done.returncode, done.stdout) == (0, b"made-up-other\n")
    assert b"atla-credential: warning: without --profile other, atla sends the token of profile" in done.stderr
    for words in (["--profile", "other", *said, "sh", "--profile", "other"], ["--profile", "work", *said]):
        assert run("exec", *words).stderr == b"", words


def test_atlcli_s_own_site_is_where_it_sends_the_token(run: Run, home: Path) -> None:
    """Whatever the variables say. Its file is looked into, and whatever is wrong with it is no fault here."""
    (home / ".atlcli").mkdir()
    path, call = home / ".atlcli" / "config.json", ("exec", "--as", "atlcli", "--profile", "other", "--", "echo")
    for site, words, is_warned in (
        (OWN, [], True),
        (OWN, ["--profile", "o"], False),
        (OWN, ["--profile=o"], False),
        (f"{OTHER}/", [], False),
        ("https://canary:canary@x", [], False),
        (None, [], False),
    ):
        profiles = {"a": {"baseUrl": OTHER}, "b": {"baseUrl": site}}
        path.write_text(json.dumps({"profiles": profiles, "currentProfile": "b"}) if site else "[[")
        done = run(*call, *words)
        assert (done.returncode, done.stderr.startswith(b"atla-credential: warning: atlcli sends ")) == (0, is_warned)
        assert done.stderr.count(b"\n") == is_warned and b"canary" not in done.stderr


def test_a_profile_of_the_variables_alone(run: Run, home: Path) -> None:
    """There is no file that could be looked into for another one."""
    (home / ".config" / "atla" / "config.toml").unlink()
    mine = {"ATLA_INSTANCE": WORK, "ATLA_EMAIL": "bot@example.com", "ATLA_TOKEN": "made-up-bot"}
    assert found_by(run, "--as", "mcp-atlassian", **mine)["CONFLUENCE_USERNAME"] == "bot@example.com"
    done = run("exec", "--as", "atla", "--", "env", **mine)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"it could use one in config.toml for a Cloud site" in done.stderr
    (home / ".config" / "atla" / "config.toml").write_text("[[")
    done = run("exec", "--as", "mcp-atlassian", "--", "env", **mine)
    assert (done.returncode, b"JIRA_API_TOKEN=made-up-bot" in done.stdout) == (0, True)
    assert done.stderr.startswith(b"atla-credential: warning: ") and done.stderr.count(b"\n") == 1


def test_usage(run: Run) -> None:
    for words in (["--format", "env", "--as", "no-such"], ["--json", "--as", "npm"], ["--format", "env", "--as"]):
        done = run("get", "--profile", "work", *words)
        assert (done.returncode, done.stdout) == (2, b"")
    done = run("get", "--profile", "work", "--format", "env", "--as", "npm")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b'npm cannot use profile "work"\natla-credential: hint: it could use profile "bitbucket"' in done.stderr


def test_help_has_names_and_no_values(run: Run) -> None:
    done = run("exec", "--as", "npm", "--help", ATLA_NPM_USERNAME="canary")
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert (
        said.endswith("--as npm sets or removes:\n  ATLA_NPM_USERNAME\n  ATLA_NPM_PASSWORD_BASE64\n")
        and "canary" not in said
    )


EXPIRED = "[profiles.work]\nexpires = 2020-01-01\n"
WARNING = b'atla-credential: warning: the token of profile "work" has expired; '


def test_a_warning_is_said_before_the_program_is(run: Run, files: Files) -> None:
    """With --json as well, where an error would be the only thing on standard error."""
    files(helper=EXPIRED)
    for options in ((), ("--json",)):
        done = run("exec", *options, "--", "sh", "-c", "echo mine >&2")
        assert done.stderr.startswith(WARNING) and done.stderr.endswith(b"\nmine\n"), done.stderr
        assert done.stderr.count(b"\n") == 2
    files(helper=HELPER.replace("product", "expires = 2020-01-01\nproduct"))
    done = run("exec", "--as", "mcp-atlassian", "--", "true")
    assert done.stderr.startswith(WARNING.replace(b"work", b"wiki")) and done.stderr.count(b"\n") == 1
    files(helper=EXPIRED)
    done = run("exec", "--json", "--", "no-such-program")
    assert (done.returncode, json.loads(done.stderr)["error"]["kind"]) == (127, "not-started")
