"""adopt, seen from outside: what the program does with a profile that `store` has made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, resolution
from conftest import Run
from updating import erase, read, secrets, store

Files = Callable[..., Path]

ANY = '[helper]\nstorage = "file"\nadopt = "any"\n'
USER = "username=jdoe\npassword=made-up\n"
AT = "protocol=https\nhost=git.example.com\n"
URL = "https://git.example.com"


def test_bearer_is_for_those_who_announce_it(files: Files, run: Run) -> None:
    files(helper=ANY)
    announced = f"capability[]=authtype\n{AT}".encode()
    assert run("store", stdin=announced + b"authtype=Bearer\ncredential=made-up\n\n").returncode == 0
    assert run("get", stdin=AT.encode()).returncode == 4
    assert run("get", "--url", URL).returncode == 4
    assert b"credential=made-up\n" in run("get", stdin=announced).stdout
    assert b'"authorization": "Bearer made-up"' in run("get", "--url", URL, "--format", "json").stdout


def test_bearer_without_an_announcement_is_kept_all_the_same(files: Files, run: Run) -> None:
    files(helper=ANY)
    assert run("store", stdin=f"{AT}authtype=Bearer\ncredential=made-up\n\n".encode()).returncode == 0
    assert run("get", stdin=f"capability[]=authtype\n{AT}\n".encode()).returncode == 0


def test_login_makes_it_an_ordinary_profile(files: Files, home: Path, run: Run) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    refused = run(
        "login", "--no-verify", "--instance", URL, "--token-stdin", stdin=b"made-up-pat", ATLA_PROFILE="git.example.com"
    )
    assert b'profile "git.example.com" was made from what git was told' in refused.stderr
    assert (
        run("login", "--no-verify", "--profile", "git.example.com", "--token-stdin", stdin=b"renewed").returncode == 0
    )
    assert answer(home, URL) == ("jdoe", "renewed", "basic")
    assert "adopted" not in read(home, "helper")["profiles"]["git.example.com"]
    erase(home, AT)
    answered = resolution(home, URL)
    assert answered is not None
    assert answered.credential is None


def test_login_of_a_pat_takes_no_adopted_profile_unasked(files: Files, home: Path, run: Run) -> None:
    files(helper=ANY)
    store(home, f"capability[]=authtype\n{AT}authtype=Bearer\ncredential=of-bearer\n")
    assert run("login", "--no-verify", "--instance", URL, "--bearer", "--token-stdin", stdin=b"pat").returncode == 0
    assert list(secrets(home).values()) == ["of-bearer", "pat"]
    assert list(read(home, "config")["profiles"]) == ["git.example.com", "git.example.com-2"]
    assert answer(home, URL) == ("x-token-auth", "pat", "bearer")


def test_login_onto_an_empty_user_forgets_it(files: Files, home: Path, run: Run) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=\npassword=\n")
    login = ("login", "--no-verify", "--profile", "git.example.com", "--bearer", "--token-stdin")
    assert run(*login, stdin=b"pat").returncode == 0
    assert answer(home, URL) == ("x-token-auth", "pat", "bearer")


@pytest.mark.parametrize("choice", ["variable", "switch"])
def test_who_chose_an_adopted_profile_stores_into_it(choice: str, files: Files, home: Path, run: Run) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    login = (
        "login",
        "--profile",
        "corp",
        "--instance",
        URL,
        "--username",
        "jdoe",
        "--storage",
        "file",
        "--token-stdin",
    )
    assert run(*login, stdin=b"logged-in").returncode == 0
    chosen = {"ATLA_PROFILE": "git.example.com"} if choice == "variable" else {}
    if choice == "switch":
        assert run("switch", "git.example.com").returncode == 0
    store(home, f"{AT}username=jdoe\npassword=newer\n", **chosen)
    assert sorted(secrets(home).values()) == ["logged-in", "newer"]
    assert answer(home, URL, "jdoe", **chosen) == ("jdoe", "newer", "basic")
