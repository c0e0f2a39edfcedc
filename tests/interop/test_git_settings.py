"""What we read from git's settings is what git does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.git.rewriting import rewritten
from atla_credential.git.settings import GitSettings, read_settings
from atla_credential.helpers.entry import own_arguments, profile_in, title
from atla_credential.places.address import split_url

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

REQUESTS = (
    "https://bitbucket.org",
    "https://someone@bitbucket.org",
    "https://other@bitbucket.org",
    "https://bitbucket.org/team/repo.git",
    "https://bitbucket.org/team%20a/repo.git",
    "https://someone@bitbucket.org/team/repo.git",
    "https://bitbucket.org:8443",
    "http://bitbucket.org",
)
CONTEXTS = (
    "", "https://bitbucket.org", "https://BitBucket.org/", "https://bitbucket.org:443", "https://bitbucket.org:8443",
    "http://bitbucket.org", "https://", "bitbucket.org", "https://someone@bitbucket.org", "someone@bitbucket.org",
    "https://bitbucket.org/team", "https://bitbucket.org/team/", "https://bitbucket.org/tea", "https://bitbucket.org/team%20a",
    "https://*.org", "https://*", "https://*.bitbucket.org", "https://bitbucket.org.", "https://.bitbucket.org",
    "https://[", "https://[::1", "https://bitbucket.org:port", "https://bitbucket.org?a=b", "nonsense", "https://a b",
)  # fmt: skip


def variables_of(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    }  # fmt: skip


def git(home: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], input=stdin, capture_output=True, text=True, env=variables_of(home), cwd=home, check=False
    )
    return done.stderr


def settings_in(home: Path) -> GitSettings:
    settings = read_settings(Environment(variables_of(home)))
    assert settings is not None
    return settings


def asked(settings: GitSettings, address: str) -> list[str]:
    url = split_url(address)
    assert url is not None
    return [setting.value for setting in settings.asked_for(url).helpers]


def started(home: Path, address: str) -> list[str]:
    """Return the helpers that git itself starts."""
    lines = git(home, "credential", "fill", stdin=f"url={address}\n\n").splitlines()
    return [f"!echo {line} >&2; :" for line in lines if line.startswith("started ")]


@pytest.mark.parametrize("clears", [False, True], ids=["adds", "clears"])
@pytest.mark.parametrize("context", CONTEXTS)
def test_we_read_what_git_does(home: Path, context: str, clears: bool) -> None:
    key = ".".join(filter(None, ["credential", context, "helper"]))
    git(home, "config", "--global", "credential.helper", "!echo started first >&2; :")
    if clears:
        git(home, "config", "--global", "--add", key, "")
    git(home, "config", "--global", "--add", key, "!echo started second >&2; :")
    settings = settings_in(home)
    for address in REQUESTS:
        assert asked(settings, address) == started(home, address), address


@pytest.mark.parametrize("context", CONTEXTS)
def test_we_know_as_whom_git_asks_and_where_that_stands(home: Path, context: str) -> None:
    """Whatever the helpers are: git tells them the user, and we see what it would tell."""
    git(home, "config", "--global", "credential.helper", "!cat >&2; :")
    for key, name in (
        ("credential.username", "first"),
        (f"credential.{context}.username".replace("..", "."), "second"),
    ):
        git(home, "config", "--global", "--add", key, name)
    for address in REQUESTS:
        url = split_url(address)
        assert url is not None
        said = git(home, "credential", "fill", stdin=f"url={address}\n\n").splitlines()
        asked = settings_in(home).asked_for(url)
        assert [asked.username] == [line[9:] for line in said if line.startswith("username=")], address
        assert (asked.by is None) == (url.username is not None), address
        assert asked.by is None or asked.by.value == asked.username


ADDRESSES = (
    "https://bitbucket.org/team/repo.git",
    "https://bitbucket.org/",
    "bb:team/repo.git",
    "https://other.example/a",
)


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["url.https://a/.insteadOf=https://bitbucket.org/"],
        ["url.https://a/.insteadOf=https://bitbucket.org/", "url.https://b/.insteadOf=https://bitbucket.org/team/"],
        ["url.https://b/.insteadOf=https://bitbucket.org/team/", "url.https://a/.insteadOf=https://bitbucket.org/"],
        ["url.https://a/.insteadOf=https://bitbucket.org/", "url.https://b/.insteadOf=https://bitbucket.org/"],
        ["url.https://a/.insteadOf=x", "url.https://b/.insteadOf=bb:", "url.https://a/.insteadOf=bb:"],
        ["url.https://a/.pushInsteadOf=https://bitbucket.org/"],
        ["url.https://a/.pushInsteadOf=https://bitbucket.org/", "url.https://b/.insteadOf=https://bitbucket.org/team/"],
        ["url.https://jane@bitbucket.org/.insteadOf=bb:", "url.https://c/.insteadOf=https://jane@bitbucket.org/"],
        ["url.https://a/.insteadOf="], ["URL.https://A.b/.INSTEADOF=https://bitbucket.org"],
    ],
)  # fmt: skip
def test_an_address_leads_where_git_goes(home: Path, settings: list[str]) -> None:
    for each in settings:
        key, _, value = each.partition("=")
        git(home, "config", "--global", "--add", key, value)
    git(home, "init", "-q")
    for address in ADDRESSES:
        git(home, "config", "remote.origin.url", address)
        for words, for_push in (([], False), (["--push"], True)):
            command = ["git", "remote", "get-url", *words, "origin"]
            told = subprocess.run(command, capture_output=True, text=True, env=variables_of(home), cwd=home, check=True)
            assert rewritten(settings_in(home).entries, address, for_push)[0] == told.stdout.removesuffix("\n")


def test_git_config_s_own_variable_is_no_other_command_s(home: Path) -> None:
    (home / "alone").write_text("[credential]\nhelper = alone\n")
    git(home, "config", "--global", "credential.helper", "cache")
    settings = read_settings(Environment({**variables_of(home), "GIT_CONFIG": str(home / "alone")}))
    assert settings is not None
    assert asked(settings, "https://bitbucket.org") == ["cache"]


@pytest.mark.parametrize("path_wanted", ["true", "false"])
def test_a_path_counts_whatever_the_helpers_get_to_know(home: Path, path_wanted: str) -> None:
    git(home, "config", "--global", "credential.useHttpPath", path_wanted)
    git(home, "config", "--global", "credential.https://bitbucket.org/team.helper", "!echo started here >&2; :")
    for address in REQUESTS:
        assert asked(settings_in(home), address) == started(home, address)
    assert asked(settings_in(home), "https://bitbucket.org/team/repo.git")


def test_no_helper_is_started_and_nobody_is_asked(home: Path) -> None:
    git(home, "config", "--global", "credential.helper", f"!touch {home}/started; :")
    git(home, "config", "--global", "core.askPass", f"touch {home}/started")
    variables = {**variables_of(home), "GIT_ASKPASS": f"touch {home}/started", "SSH_ASKPASS": f"touch {home}/started"}
    settings = read_settings(Environment(variables))
    assert settings is not None
    assert asked(settings, "https://bitbucket.org") == [f"!touch {home}/started; :"]
    assert not (home / "started").exists()


def test_the_folder_and_its_repository_do_not_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(home, "init", "-q", "repository")
    git(home, "-C", "repository", "config", "credential.helper", "cache")
    monkeypatch.chdir(home / "repository")
    assert settings_in(home).entries == []
    assert asked(settings_in(home), "https://bitbucket.org") == []
    variables = {**variables_of(home), "GIT_DIR": str(home / "repository" / ".git")}
    settings = read_settings(Environment(variables))
    assert settings is not None
    assert settings.entries == []


def test_an_empty_one_clears(home: Path) -> None:
    (home / ".gitconfig").write_text("[credential]\nhelper = a\nhelper =\nhelper = b\n", encoding="utf-8")
    url = split_url("https://bitbucket.org")
    assert url is not None
    assert [each.value for each in settings_in(home).asked_for(url).helpers] == ["b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[credential\n", "bad config line 1 in file"),
        ("[credential]\nhelper\n", "missing value for 'credential.helper'"),
    ],
)
def test_settings_that_cannot_be_read(home: Path, text: str, reason: str) -> None:
    (home / ".gitconfig").write_text(text, encoding="utf-8")
    assert reason in git(home, "credential", "fill", stdin="url=https://bitbucket.org\n\n")
    with pytest.raises(Unavailable) as caught:
        settings_in(home)
    assert caught.value.message.startswith("git's settings cannot be read: ")
    assert reason in caught.value.message


def test_without_git(home: Path) -> None:
    assert read_settings(Environment({**variables_of(home), "PATH": str(home)})) is None


@pytest.mark.parametrize("name", ["git-credential-atla", "atla-credential"])
@pytest.mark.parametrize(
    "form",
    [
        "atla", "atla --profile work", "{folder}/{name}", "{folder}/{name} --profile work", "!{name}", "!{folder}/{name}",
        "!'{folder}/{name}' --profile 'a b'", "! {name} --profile work", "!git credential-atla", "!{name}; true", "!{name}|cat",
        "git-credential-atla", "atla-credential", "~/{name}", "./{name}", "bin/{name}", "atlas", "store --file {folder}/{name}",
        "!cat {folder}/{name}", "!true {name}", "{folder}/{name}-old", "!{name}-old", "!f() {{ {name}; }}; f", "!'{name}", "!",
    ],
)  # fmt: skip
def test_a_helper_is_ours_only_if_git_starts_this_program_for_it(home: Path, form: str, name: str) -> None:
    """The programs here are stand-ins that say so; but what a function of a snippet starts, nobody looks into."""
    folder = home / "programs"
    folder.mkdir()
    for program in ("git-credential-atla", "atla-credential"):
        (folder / program).write_text('#!/bin/sh\necho "started $*" >&2\n', encoding="utf-8")
        (folder / program).chmod(0o755)
    helper = form.format(folder=folder, name=name)
    git(home, "config", "--global", "credential.helper", helper)
    variables = {**variables_of(home), "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["git", "credential", "fill"], input="url=https://bitbucket.org\n\n", capture_output=True, text=True,
        env=variables, cwd=home, check=False,
    )  # fmt: skip
    is_started = "started" in done.stderr and not form.startswith("!f()")
    assert (own_arguments(helper) is not None) == is_started, done.stderr


@pytest.mark.parametrize(
    ("helper", "profile"),
    [
        ("atla", None),
        ("atla --profile work", "work"),
        ("atla --profile=work", "work"),
        ("atla --profile work --profile side", "side"),
        ("!'/a b/git-credential-atla' --profile 'a b'", "a b"),
        ("atla --profile", None),
    ],
)
def test_the_profile_of_a_helper(helper: str, profile: str | None) -> None:
    assert profile_in(own_arguments(helper) or []) == profile


@pytest.mark.parametrize(
    ("helper", "shown"),
    [("store --file made-up", '"store"'), ("!echo password=made-up", "a shell snippet"), ("/a/b c", '"/a/b"')],
)
def test_nothing_that_could_be_a_password_is_shown_of_a_helper(helper: str, shown: str) -> None:
    assert title(helper) == shown
