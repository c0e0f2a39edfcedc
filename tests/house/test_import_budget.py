"""What a `get` loads: exactly its own modules, and of Python's only what the interpreter has built in."""

import os
import subprocess
import time
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential import start
from atla_credential.vault.asked import name_of
from atla_credential.vault.copy import Copy, written
from atla_credential.vault.options import Options
from conftest import PROGRAM, TIMEOUT_S
from crowd import ATLCLI
from desktop import desktop, missing

SITE, BITBUCKET = "https://work.atlassian.net", "https://bitbucket.org"
SOME_GROUP = 12345  # a group id
Files = Callable[..., Path]

VARIABLES = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "you@example.com", "ATLA_TOKEN": "made-up"}
BUILT_IN = {"gc", "marshal", "posix", "time"}


def with_rooms(names: tuple[str, ...]) -> set[str]:
    """Return modules as Python calls them, with the rooms that they are in."""
    full = {name.removesuffix("__init__").rstrip("/").replace("/", ".") or "atla_credential" for name in names}
    return full | {room.rpartition(".")[0] for room in full if "." in room} | {room.partition(".")[0] for room in full}


FOR_ANY = with_rooms(start.MODULES)
FOR_VARIABLES = FOR_ANY | with_rooms(start.FOR_VARIABLES)
FOR_FILES = FOR_ANY | with_rooms(start.FOR_FILES)

# The program as it is started, but for its end: there the modules are listed.
FAST = """
import posix, sys
leave = posix._exit
def end(code):
    posix.write(2, " ".join(sorted(set(sys.modules) - bare)).encode())
    leave(code)
posix._exit = end
bare = set(sys.modules)
sys.argv = {argv!r}
exec(compile(open({file!r}).read(), {file!r}, "exec"), {{"__name__": "__main__", "__file__": sys.argv[0]}})
"""
# The same through Python's own import.
ORDINARY = """
import posix, sys
bare = set(sys.modules) | {{"gc", "marshal"}}
sys.path.append({folder!r})
from atla_credential.__main__ import run
code = run({argv!r}[2:], False)
posix.write(2, " ".join(sorted(set(sys.modules) - bare)).encode())
sys.exit(code)
"""


def loaded(
    variables: dict[str, str], home: Path, url: str, form: str = FAST, options: tuple[str, ...] = ()
) -> tuple[set[str], set[str]]:
    """Return our own modules, and all others, that a `get` loads beyond a bare Python's."""
    argv = [cache_from_source(start.__file__), "atla-credential", "get", "--url", url, *options]
    code = form.format(argv=argv, file=start.__file__, folder=str(Path(start.__file__).parents[1]))
    done = subprocess.run(
        [Path(PROGRAM).with_name("python"), "-I", "-S", "-c", code], capture_output=True, text=True, env=variables,
        cwd=home, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 4), done.stderr
    names = set(done.stderr.split("\n")[-1].split())  # behind what is said of an address that is nobody's
    ours = {name for name in names if name.split(".")[0] == "atla_credential"}
    return {name.removeprefix("atla_credential.") for name in ours}, names - ours


@pytest.mark.parametrize("form", [FAST, ORDINARY], ids=["fast start", "ordinary start"])
def test_answer_from_the_environment(form: str, variables: dict[str, str], home: Path) -> None:
    ours, others = loaded({**variables, **VARIABLES}, home, SITE, form)
    assert ours == FOR_VARIABLES
    assert others <= BUILT_IN


def test_answer_from_the_file(files: Files, variables: dict[str, str], home: Path) -> None:
    notes = "since = 2026-11-29T08:00:00Z\nverified = 2026-11-29T08:00:00Z\nrejected = 2026-11-29T08:00:00Z\n"
    files(
        config=profile("work", SITE),
        helper=f'[profiles.work]\nof = "1a2b3c4d"\n{notes}',
        credentials=token("work", SITE, "made-up"),
    )
    for form in (FAST, ORDINARY):
        ours, others = loaded(variables, home, SITE, form)
        assert ours == FOR_FILES
        assert others <= BUILT_IN


# The forms that are asked for in another way than with --format alone.
OF_THEIR_OWN = {
    "field": ("--field", "apiBaseUrl", "--field", "authorization"),
    "preset": ("--format", "env", "--as", "jira-cli"),
}


@pytest.mark.parametrize(
    ("word", "modules"),
    [
        ("token", ("token",)),
        ("header", ()),
        ("json", ("json",)),
        ("headers-json", ("headers_json", "json")),
        ("curl", ("curl", "destination")),
        ("netrc", ("netrc", "destination")),
        ("env", ("env", "json")),
        ("field", ("field", "json")),
        ("preset", ("env", "json", "kind", "preset", "presets")),
    ],
)
def test_an_answer_in_another_format(
    word: str, modules: tuple[str, ...], files: Files, variables: dict[str, str], home: Path
) -> None:
    files(
        config=profile("work", SITE), credentials=token("work", SITE, "made-up"),
        helper="[profiles.work]\nexpires = 2999-01-01\n",
    )  # fmt: skip
    for form in (FAST, ORDINARY):
        options = OF_THEIR_OWN.get(word, ("--format", word))
        ours, others = loaded(variables, home, SITE, form, options)
        more = ("places/services", "operations/preset") if word == "preset" else ()
        assert ours == FOR_FILES | with_rooms(("formats/header", *(f"formats/{each}" for each in modules), *more))
        assert others <= BUILT_IN | {"binascii"}


# For who is told that nobody answers, as git is not.
UNMATCHED = {"operations.unmatched", "raised", "settings.notes"}


def test_an_answer_at_a_service(files: Files, variables: dict[str, str], home: Path) -> None:
    files(
        config=profile("bitbucket", BITBUCKET)
        + profile("work", SITE)
        + profile("other", "https://other.atlassian.net"),
        credentials=token("bitbucket", BITBUCKET, "ATATTmade-up"),
    )
    for form in (FAST, ORDINARY):
        for host, further in (("npm.apkg.io", set[str]()), ("mcp.atlassian.com", UNMATCHED)):
            ours, others = loaded(variables, home, f"https://{host}", form)
            assert ours - FOR_FILES == {"places.services", "toml.series"} | further
            assert others <= BUILT_IN


# Who asks otherwise than git: the words after the program's name, the request, and what is loaded for it.
OTHERWISE = {
    "container tools": (
        ("docker-credential-atla", "get"), "work.atlassian.net", ("wire/whole", "operations/docker", "formats/json"), set[str](),
    ),
    "build tools": (("atla-credential", "get"), f'{{"uri":"{SITE}"}}', ("wire/whole", "formats/bazel", "formats/json"), {"json"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_an_answer_to_other_tools(name: str, files: Files, variables: dict[str, str], home: Path) -> None:
    words, request, modules, libraries = OTHERWISE[name]
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    code = FAST.format(argv=[cache_from_source(start.__file__), *words], file=start.__file__)
    done = subprocess.run(
        [Path(PROGRAM).with_name("python"), "-I", "-S", "-c", code], input=request, capture_output=True, text=True,
        env=variables, cwd=home, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    names = set(done.stderr.split())
    ours = {each for each in names if each.split(".")[0] == "atla_credential"}
    expected = FOR_FILES | with_rooms(("formats/header", *modules))
    assert {each.removeprefix("atla_credential.") for each in ours} == expected, done.stdout
    assert names & {"json", "tomli", "tomlkit"} == libraries


FOR_ENGINE = with_rooms(("vault/program", "vault/options", "vault/asked", "vault/copy"))
ASKS_AN_ENGINE = {"http.client", "ssl", "json", "threading"}


def test_an_answer_from_the_copy_of_an_engine_s(variables: dict[str, str], home: Path) -> None:
    """It loads no more of Python than one from the files; what asks is loaded where none will do, and no library even then."""
    made = Options({"--path": "secret/data/{host}", "--address": "http://127.0.0.1:1"}, {})
    copy = home / name_of(made, "work.atlassian.net", None)
    words = [
        "git-credential-atla-vault",
        "--path=secret/data/{host}",
        "--address=http://127.0.0.1:1",
        f"--cache-dir={home}",
        "get",
    ]
    code = FAST.format(argv=[cache_from_source(start.__file__), *words], file=start.__file__)
    for age_s in (0, 60):
        copy.write_bytes(written(Copy("made-up", None, None, time.time() - age_s, 1)))
        copy.chmod(0o600)
        done = subprocess.run(
            [Path(PROGRAM).with_name("python"), "-I", "-S", "-c", code], input=b"protocol=https\nhost=work.atlassian.net\n\n",
            capture_output=True, env={**variables, "BAO_TOKEN": "made-up"}, cwd=home, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.stdout == b"password=made-up\n", done.stderr
        names = set(done.stderr.decode().split("\n")[-1].split())
        ours = {each.removeprefix("atla_credential.") for each in names if each.split(".")[0] == "atla_credential"}
        if not age_s:
            assert ours == FOR_FILES | FOR_ENGINE
            assert {each for each in names if each.split(".")[0] != "atla_credential"} <= BUILT_IN | {"_blake2"}
        else:
            assert names >= ASKS_AN_ENGINE
            assert not names & {
                "requests",
                "urllib3",
                "truststore",
                "certifi",
                "site",
                "hashlib",
                "subprocess",
                "tomli",
                "tomlkit",
            }


@pytest.mark.parametrize("form", [FAST, ORDINARY], ids=["fast start", "ordinary start"])
def test_a_variable_for_a_profile_of_the_files(form: str, files: Files, variables: dict[str, str], home: Path) -> None:
    """Whether others may write them is asked of the system, with one module more and no library."""
    folder = files(config=profile("work", SITE))
    if os.geteuid() == 0:  # whose group is always as good as the owner; nobody else's is
        os.chown(folder, 0, SOME_GROUP)
        os.chown(folder / "config.toml", 0, SOME_GROUP)
    ours, others = loaded({**variables, "ATLA_TOKEN": "made-up"}, home, SITE, form)
    assert ours | FOR_FILES == FOR_FILES | FOR_ANY | {"answer.binding", "settings.trust"}
    assert others <= BUILT_IN


@pytest.mark.parametrize("form", [FAST, ORDINARY], ids=["fast start", "ordinary start"])
@pytest.mark.parametrize("namer", ["token_file", "ATLA_TOKEN_FILE"])
def test_a_file_that_something_else_writes(
    namer: str, form: str, files: Files, variables: dict[str, str], home: Path
) -> None:
    """It is read with one module, beside those that tell whether to obey who names it."""
    path = home / "token"
    path.write_text("made-up\n")
    is_setting = namer == "token_file"
    files(config=profile("work", SITE), helper=f'[profiles.work]\ntoken_file = "{path}"\n' if is_setting else "")
    ours, others = loaded(variables if is_setting else {**variables, namer: str(path)}, home, SITE, form)
    beside = {"stores.token_file", "settings.trust", "answer.setting" if is_setting else "answer.binding"}
    assert ours | FOR_FILES == FOR_FILES | FOR_ANY | beside
    assert others <= BUILT_IN


@pytest.mark.parametrize("form", [FAST, ORDINARY], ids=["fast start", "ordinary start"])
def test_nothing_matches(form: str, files: Files, variables: dict[str, str], home: Path) -> None:
    for config in ("", profile("work", SITE)):
        if config:
            files(config=config, helper='[helper]\nstorage = "file"\n[profiles.work]\nexpires = 2999-01-01\n')
        ours, others = loaded(variables, home, "https://github.com", form)
        assert ours <= FOR_FILES | UNMATCHED
        assert others <= BUILT_IN


# Any command, to its end; what it has loaded is said last.
COMMAND = """
import sys
sys.path.append({folder!r})
from atla_credential.__main__ import run
code = run({words!r}, False)
sys.stdout.flush()
sys.stderr.write("\\n" + " ".join(sys.modules))
"""
ASKING = [
    ["status", "--verify"],
    ["doctor", "--network"],
    ["discover", "--site", "work.atlassian.net"],
    ["rotate", "--token", "made-up-new"],
    ["import", "atlcli", "--from", str(ATLCLI), "--storage", "file"],
]
OFFLINE = [
    ["status"], ["status", "--all", "--json"], ["list"], ["doctor"], ["explain", SITE], ["switch", "work"], ["config", "path"], ["completion", "bash"],
    ["help", "discover"], ["exec", "--list-presets"], ["status", "--verify", "--help"], ["login", "--no-verify", "--dry-run", "--no-input"], ["logout", "--dry-run"], ["discover", "--site", "jira.example.com"],
    ["rotate", "--no-verify", "--token", "made-up-new"], ["rotate", "--token", "made-up-new", "--dry-run"], ["restore"], ["rename", "work", "home", "--dry-run"], ["delete", "work", "--dry-run"], ["setup-git", "--print"], ["status", "--verify", "--timeout", "0"],
    ["import", "atlcli", "--from", str(ATLCLI), "--storage", "file", "--no-verify"], ["import", "atlcli", "--from", str(ATLCLI), "--storage", "file", "--dry-run"],
]  # fmt: skip


def loaded_by(words: list[str], variables: dict[str, str], home: Path) -> set[str]:
    """Return all modules that a command has loaded at its end."""
    code = COMMAND.format(words=words, folder=str(Path(start.__file__).parents[1]))
    done = subprocess.run(
        [Path(PROGRAM).with_name("python"), "-I", "-c", code], capture_output=True, text=True, cwd=home, check=False,
        env=variables, timeout=TIMEOUT_S,
    )  # fmt: skip
    modules = set(done.stderr.split("\n")[-1].split())
    assert "atla_credential" in modules, done.stderr
    return modules


@pytest.mark.parametrize("words", [*ASKING, *OFFLINE], ids=" ".join)
def test_only_what_asks_loads_what_asks(words: list[str], files: Files, variables: dict[str, str], home: Path) -> None:
    """It takes longer to load than everything else together. Nobody is at the other end of this proxy (safety N8)."""
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    modules = loaded_by(words, {**variables, "HTTPS_PROXY": "http://127.0.0.1:1"}, home)
    assert {"requests", "truststore"} & modules == ({"requests", "truststore"} if words in ASKING else set())


# What some commands need, or need now and then.
DEAR = {"_hashlib", "base64", "difflib", "getpass", "glob", "json", "keyring", "shutil", "tomlkit", "wcwidth"}


@pytest.mark.parametrize("words", [["status"], ["list"], ["explain", SITE], ["exec", "--list-presets"]], ids=" ".join)
def test_the_usual_commands_load_only_what_they_use(
    words: list[str], files: Files, variables: dict[str, str], home: Path
) -> None:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    assert not loaded_by(words, variables, home) & DEAR


KEYRING = with_rooms(("stores/keyring/opening", *start.FOR_BUS, "stores/keyring/reader", *start.FOR_KEYRING))


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
@pytest.mark.parametrize("form", [FAST, ORDINARY], ids=["fast start", "ordinary start"])
def test_answer_from_the_keyring(
    form: str, files: Files, variables: dict[str, str], home: Path, tmp_path: Path
) -> None:
    files(config=profile("work", SITE, store="keyring"))
    with desktop(tmp_path / "desktop", variables) as made:
        made.start_keyring()
        made.add(f"work|you@example.com|{SITE}", "made-up")
        loaded(made.variables, home, SITE, form)  # the first look makes the user's keyrings in the kernel
        ours, others = loaded(made.variables, home, SITE, form)
    assert ours - {"stores.toml_reader"} == (FOR_FILES | KEYRING) - {"stores.toml_reader"}
    assert others <= BUILT_IN | {"_socket"}


def test_only_a_file_that_is_not_plain_needs_a_library(files: Files, variables: dict[str, str], home: Path) -> None:
    files(config=profile("work", SITE) + "[[other]]\n", credentials=token("work", SITE, "made-up"))
    ours, others = loaded(variables, home, SITE)
    assert ours == FOR_FILES
    assert "tomli" in others
    assert not others & {"argparse", "json", "tomlkit", "tomli_w", "keyring", "requests", "subprocess", "socket"}
