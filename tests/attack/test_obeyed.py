"""What others may write is not obeyed: programs to run, files to send, and where a variable's token goes (safety F14)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile, token
from conftest import Run
from faults import Mounts

SITE = "https://work.atlassian.net"
STRANGER = 12345  # the id of a user and of a group
ANSWER = b"password=canary-stored\n"
WHAT = {
    "helpers": b"the helpers in helper.toml are not asked: ",
    "token_file": b"token_file is not used: ",
    "ATLA_TOKEN": b"ATLA_TOKEN is not used: ",
    "ATLA_API_TOKEN": b"ATLA_API_TOKEN is not used: ",
    "ATLA_TOKEN__WORK": b"ATLA_TOKEN__WORK is not used: ",
}
OPEN: dict[str, Callable[[Path], object]] = {
    "config.toml": lambda folder: (folder / "config.toml").chmod(0o602),
    "config.toml, by its group": lambda folder: given(folder / "config.toml", 0o620),
    "helper.toml": lambda folder: (folder / "helper.toml").chmod(0o606),
    "helper.toml, by its group": lambda folder: given(folder / "helper.toml", 0o660),
    "the folder": lambda folder: folder.chmod(0o707),
    "the folder, by its group": lambda folder: given(folder, 0o770),
    "the folder, which is sticky": lambda folder: folder.chmod(0o1777),
}
CLOSED: dict[str, Callable[[Path], object]] = {
    "private": lambda folder: folder.chmod(0o700),
    "readable": lambda folder: set_all(folder, 0o755),
    "root's group": lambda folder: set_all(folder, 0o770),
    "a folder above": lambda folder: folder.parent.chmod(0o777),
    "credentials.toml": lambda folder: (folder / "credentials.toml").chmod(0o666),
}

Files = Callable[..., Path]
Variables = dict[str, str]


def given(path: Path, mode: int) -> None:
    """Let a group that is not this user's own write a file or folder."""
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(path, 0, STRANGER)
    path.chmod(mode)


def set_all(folder: Path, mode: int) -> None:
    """Give a folder and all that is in it a mode."""
    for path in (*folder.iterdir(), folder):
        path.chmod(mode)


@pytest.fixture
def ask(run: Run, files: Files, home: Path) -> Callable[[str], tuple[Path, Variables]]:
    """Return a function that writes the files where only helpers, or a variable, have the token of a profile."""

    def make(what: str, store: bool = False) -> tuple[Path, Variables]:
        program = home / "helper"
        program.write_text(f"#!/bin/sh\necho run >> {home}/log\ntest $1 != get || echo password=canary-obeyed\n")
        program.chmod(0o755)
        (home / "token").write_text("canary-obeyed\n")
        helpers = {
            "helpers": f'[helper]\nhelpers = ["{program}"]\n',
            "token_file": f'[profiles.work]\ntoken_file = "{home}/token"\n',
        }.get(what, '[helper]\nstorage = "file"\n')
        folder = files(
            config=profile("work", SITE), helper=helpers, credentials=token("work", SITE, "canary-stored") * store
        )
        return folder, {what: "canary-obeyed"} if what.isupper() else {}

    return make


@pytest.mark.parametrize("how", OPEN)
@pytest.mark.parametrize("what", WHAT)
def test_not_obeyed(what: str, how: str, ask: Callable[..., tuple[Path, Variables]], run: Run, home: Path) -> None:
    folder, variables = ask(what)
    place = folder / how.partition(",")[0] if "toml" in how else folder
    assert b"password=canary-obeyed\n" in run("get", "--url", SITE, **variables).stdout
    (home / "log").unlink(missing_ok=True)
    OPEN[how](folder)
    done = run("get", "--url", SITE, **variables)
    name = f"the folder {place}" if place == folder else f"{place}"
    first = "look at what is in it" if place == folder else "look at what it says"
    said = WHAT[what].decode() + f"others may write {name}; {first}, then run: chmod go-w {place}\n"
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode() == f"atla-credential: error: {said}"
    assert said.encode()[:-1] in run("status", "--profile", "work", **variables).stderr
    assert f"others may write {name}\n       {first}, then run: chmod go-w {place}\n".encode() in run("doctor").stdout
    assert not (home / "log").exists()
    place.chmod(0o600 if place.is_file() else 0o700)
    assert b"password=canary-obeyed\n" in run("get", "--url", SITE, **variables).stdout


@pytest.mark.parametrize("how", CLOSED)
@pytest.mark.parametrize("what", WHAT)
def test_obeyed(what: str, how: str, ask: Callable[..., tuple[Path, Variables]], run: Run) -> None:
    folder, variables = ask(what)
    (folder / "credentials.toml").touch(0o600)
    CLOSED[how](folder)
    done = run("get", "--url", SITE, **variables)
    assert b"password=canary-obeyed\n" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("what", ["ATLA_TOKEN", "ATLA_TOKEN__WORK", "token_file", "helpers"])
def test_what_is_stored_is_given_all_the_same(
    what: str, ask: Callable[..., tuple[Path, Variables]], run: Run, home: Path
) -> None:
    """A store's token is under the address itself. Where there is nothing to obey, nothing is said."""
    folder, variables = ask(what, store=True)
    folder.chmod(0o777)
    done = run("get", "--url", SITE, **variables)
    assert (done.returncode, ANSWER in done.stdout) == (0, True)
    lines = done.stderr.decode().splitlines()
    assert [line.partition(":")[2][:9] for line in lines] == ([] if what == "helpers" else [" warning:"])
    assert run("get", "--url", "https://other.atlassian.net", **variables).stderr.decode().count("others may") == 0
    assert not (home / "log").exists()


def test_nothing_to_obey(files: Files, run: Run) -> None:
    folder = files(config=profile("work", SITE), helper='[helper]\nhelpers = [""]\n')
    folder.chmod(0o777)
    done = run("get", "--url", SITE)
    assert done.returncode == 3
    assert b"others" not in done.stderr
    assert b"others" not in run("get", "--url", "https://other.atlassian.net", ATLA_TOKEN="canary").stderr


def test_a_variable_that_names_its_own_instance_needs_no_file(files: Files, run: Run) -> None:
    folder = files(config=profile("work", SITE), helper="")
    folder.chmod(0o777)
    where = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "you@example.com"}
    for name in ("ATLA_TOKEN", "ATLA_TOKEN__VARIABLES"):
        done = run("get", "--url", SITE, **where, ATLA_PROFILE="variables", **{name: "canary-obeyed"})
        assert b"password=canary-obeyed\n" in done.stdout
        assert done.stderr == b""


@pytest.mark.parametrize("word", ["store", "erase"])
def test_operations_that_write_stop(
    word: str, ask: Callable[..., tuple[Path, Variables]], run: Run, home: Path
) -> None:
    folder, _ = ask("helpers")
    folder.chmod(0o777)
    done = run(word, stdin=f"url={SITE}\nusername=you@example.com\npassword=canary-obeyed\n\n".encode())
    assert done.returncode == 1
    assert WHAT["helpers"] in done.stderr
    assert not (home / "log").exists()
    assert (folder / "credentials.toml").read_text() == ""


@pytest.mark.parametrize("name", ["config.toml", "helper.toml"])
@pytest.mark.parametrize("opened", ["target", "folder of the target", "folder of a link between"])
def test_what_links_lead_to_is_judged(
    opened: str, name: str, ask: Callable[..., tuple[Path, Variables]], run: Run, home: Path
) -> None:
    folder, _ = ask("helpers")
    between, target = home / "between", home / "dotfiles" / "mine"
    between.mkdir()
    target.parent.mkdir()
    (folder / name).rename(target)
    (between / "link").symlink_to("../dotfiles/mine")
    (folder / name).symlink_to("../../between/link")
    assert b"password=canary-obeyed\n" in run("get", "--url", SITE).stdout
    place = {"target": target, "folder of the target": target.parent, "folder of a link between": between}[opened]
    place.chmod(0o777)
    done = run("get", "--url", SITE)
    assert (done.returncode, done.stdout) == (3, b"")
    assert WHAT["helpers"] in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_folder_of_another_user(ask: Callable[..., tuple[Path, Variables]], run: Run) -> None:
    folder, _ = ask("helpers")
    os.chown(folder, STRANGER, STRANGER)
    done = run("get", "--url", SITE)
    assert (done.returncode, done.stdout) == (3, b"")
    assert f"the folder {folder} belongs to another user; run it as {STRANGER}, whose that is".encode() in done.stderr
    assert b"chown" not in run("doctor").stdout  # root would lock the owner out


@pytest.fixture
def mounts(variables: Variables) -> Iterator[Mounts]:
    made = Mounts(variables)
    yield made
    made.close()


def test_a_mount_that_nobody_can_write(
    ask: Callable[..., tuple[Path, Variables]], mounts: Mounts, variables: Variables
) -> None:
    """A ConfigMap of Kubernetes: everything is everybody's to write, and nobody can."""
    folder, _ = ask("helpers")
    real = folder / "..2026"
    real.mkdir()
    (folder / "..data").symlink_to("..2026")
    for name in ("config.toml", "helper.toml"):
        (folder / name).rename(real / name)
        (folder / name).symlink_to(f"..data/{name}")
        (real / name).chmod(0o777)
    real.chmod(0o777)
    folder.chmod(0o777)
    variables["ATLA_TOKEN"] = "canary-variable"
    assert b"is not used" in mounts.run(["get", "--url", SITE]).stderr
    mounts.mount("--bind", str(folder), str(folder))
    mounts.mount("-o", "remount,ro,bind", str(folder))
    assert b"password=canary-variable\n" in mounts.run(["get", "--url", SITE]).stdout
    del variables["ATLA_TOKEN"]
    done = mounts.run(["get", "--url", SITE])
    assert (b"password=canary-obeyed\n" in done.stdout, done.stderr) == (True, b"")
    assert b"others may write" not in mounts.run(["doctor"]).stdout


def test_named_files_in_a_folder_of_everybody(run: Run, files: Files) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o1777)
        config = Path(name) / "config.toml"
        config.write_text(profile("work", SITE))
        done = run("get", "--url", SITE, ATLA_CONFIG=str(config), ATLA_TOKEN="canary-obeyed")
    assert (done.returncode, done.stdout) == (3, b"")
    assert f"the folder {name};".encode() in done.stderr
