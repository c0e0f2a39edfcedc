"""The fast start, in whatever way and place the program was installed (Linux and macOS)."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import atla_credential
from asking import profile, token
from conftest import BIN, TIMEOUT_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has entry points")

SITE = "https://work.atlassian.net"
ANSWER = b"username=you@example.com\npassword=made-up\n"
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
TAG = f"{sys.implementation.cache_tag}.pyc"
PACKAGE = Path(atla_credential.__file__).parent
LIBRARIES = ("tomli", "tomli_w", "tomlkit")
Files = Callable[..., Path]


class Place:
    """A place where the program is installed as a virtual environment, or as something like it."""

    def __init__(self, folder: Path, variables: dict[str, str], packages: str = "site-packages") -> None:
        self.folder, self.variables = folder, {**variables, "PATH": "/nowhere"}
        self.bin = folder / "bin"
        self.library = folder / "lib" / VERSION / packages
        self.package = self.library / "atla_credential"
        self.bin.mkdir(parents=True)
        shutil.copytree(PACKAGE, self.package)
        for name in ("atla-credential", "git-credential-atla"):
            shutil.copy(BIN / name, self.bin / name)
        (self.bin / VERSION).symlink_to(BIN / "python")

    def compiled(self, name: str) -> Path:
        return self.package / "__pycache__" / f"{name}.{TAG}"

    def run(self, *arguments: str, program: Path | str = "", **more: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [program or self.bin / "atla-credential", *arguments], capture_output=True, stdin=subprocess.DEVNULL,
            env={**self.variables, **more}, timeout=TIMEOUT_S, check=False, cwd=self.folder,
        )  # fmt: skip

    def answers(self, **more: str) -> None:
        done = self.run("get", "--url", SITE, **more)
        assert (done.stdout, done.stderr, done.returncode) == (ANSWER, b"", 0)


@pytest.fixture
def place(tmp_path: Path, files: Files, variables: dict[str, str]) -> Place:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    return Place(tmp_path / "a folder, 'quoted' $HOME `x`\nand in two lines", variables)


def test_needs_nothing_but_itself(place: Place) -> None:
    place.answers()


def say(place: Place, name: str, text: str) -> None:
    """Put a line into a source; the file's size and time are then others than when it was compiled."""
    source = place.package / f"{name}.py"
    before, main, after = source.read_text().partition('if __name__ == "__main__":')
    source.write_text(f"{before}\nimport posix\nposix.write(2, {text.encode()!r})\n{main}{after}")


@pytest.mark.parametrize("name", ["system", "errors", "__main__", "config", "stores/toml_file", "start"])
def test_compiled_file_that_does_not_fit_its_source_is_not_used(name: str, place: Place) -> None:
    say(place, name, "new")
    assert b"new" in place.run("get", "--url", SITE).stderr


@pytest.mark.parametrize("name", ["start", "errors", "config"])
@pytest.mark.parametrize(
    "what", ["gone", "empty", "cut", "of another Python", "checked by hash", "a folder", "a link to itself"]
)
def test_compiled_file_that_cannot_be_used(what: str, name: str, place: Place) -> None:
    compiled = place.compiled(name)
    data = compiled.read_bytes()
    compiled.unlink()
    if what == "a folder":
        compiled.mkdir()
    elif what == "a link to itself":
        compiled.symlink_to(compiled.name)
    elif what != "gone":
        changed = {"empty": b"", "cut": data[:12], "of another Python": b"\0\0\r\n" + data[4:]}
        compiled.write_bytes(changed.get(what, data[:4] + b"\3" + data[5:]))
    if name == "start" and what in ("empty", "cut", "of another Python"):
        pytest.skip("Python itself refuses to run it, and says so")
    place.answers()


def test_without_compiled_files_the_first_run_makes_them(place: Place) -> None:
    shutil.rmtree(place.package / "__pycache__")
    place.answers()
    for name in ("start", "errors", "__main__", "config"):
        assert place.compiled(name).exists()
    say(place, "start", "new")  # seen although it is not compiled
    assert place.run("get", "--url", SITE).stderr.count(b"new") >= 1


def test_without_compiled_files_in_a_folder_that_cannot_be_written(place: Place) -> None:
    shutil.rmtree(place.package / "__pycache__")
    (place.package / "__pycache__").write_text("no folder")
    place.answers()


@pytest.mark.parametrize("target", ["absolute", "relative", "twice", "pipx", "uv"])
def test_through_a_link(target: str, place: Place, tmp_path: Path) -> None:
    program = place.bin / "git-credential-atla"
    links = tmp_path / "home" / ".local" / "bin"
    links.mkdir(parents=True)
    link, path = links / "git-credential-atla", "/usr/bin:/bin"
    if target == "absolute":
        link.symlink_to(program)
    elif target == "relative":
        link.symlink_to(os.path.relpath(program, links))
    elif target == "twice":
        (tmp_path / "other").symlink_to(program)
        link.symlink_to(tmp_path / "other")
    else:
        home = links.parent / ("share/pipx/venvs" if target == "pipx" else "share/uv/tools")
        home.mkdir(parents=True)
        (home / "atla-credential").symlink_to(place.folder)
        link.symlink_to(home / "atla-credential" / "bin" / "git-credential-atla")
        path = "/nowhere"  # no readlink is needed
    done = place.run("get", "--url", SITE, program=link, PATH=path)
    assert (done.stdout, done.stderr) == (ANSWER, b"")
    done = place.run("unheard-of", program=link, PATH=path)  # it is still git's name that it was called by
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


def test_link_of_another_name(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "jira-login"
    link.symlink_to(place.bin / "git-credential-atla")
    assert place.run("unheard-of", program=link, PATH="/usr/bin:/bin").returncode == 0


def test_interpreter_on_the_path(place: Place, tmp_path: Path) -> None:
    """As pip install --user leaves it."""
    (place.bin / VERSION).unlink()
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / VERSION).symlink_to(BIN / "python")
    place.answers(PATH=f"/nowhere:{tmp_path / 'path'}")


@pytest.mark.parametrize("path", [".", "", "trap", "/nowhere"])
def test_no_interpreter_of_the_working_directory(path: str, place: Place) -> None:
    (place.bin / VERSION).unlink()
    (place.folder / "trap").mkdir()
    for name in (VERSION, f"trap/{VERSION}", "python3"):
        (place.folder / name).write_text("#!/bin/sh\necho trapped\n")
        (place.folder / name).chmod(0o755)
    done = place.run("get", "--url", SITE, PATH=path)
    assert done.stdout == b""
    assert done.stderr.splitlines() == [
        b"atla-credential: error: its Python is not where it was installed",
        b"atla-credential: hint: install it again, for example: pipx reinstall atla-credential",
    ]
    assert done.returncode == 1


def test_debian_package(place: Place, variables: dict[str, str], tmp_path: Path) -> None:
    other = Place(tmp_path / "usr", variables, "dist-packages")
    other.answers()


def test_several_pythons_in_one_place(place: Place) -> None:
    """The first whose interpreter is there."""
    shutil.copytree(place.library.parent, place.library.parent.with_name("python3.0"))
    place.answers()


def test_editable_install(place: Place, tmp_path: Path) -> None:
    """The package is not in the library; a .pth file says where it is."""
    shutil.move(place.package, tmp_path / "sources")
    (tmp_path / "atla_credential").symlink_to(tmp_path / "sources")
    (place.library / "editable.pth").write_text(f"{tmp_path}\n")
    (place.folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    (place.bin / VERSION).rename(place.bin / "python3")
    place.answers()
    assert place.run("--version").stdout == f"atla-credential {atla_credential.__version__}\n".encode()


@pytest.mark.parametrize("where", ["beside", "through a .pth file"])
def test_libraries_are_found(where: str, place: Place, tmp_path: Path) -> None:
    """Only a command, or a file that is not plain, needs them."""
    folder = place.library if where == "beside" else tmp_path / "libraries"
    folder.mkdir(exist_ok=True)
    for source in PACKAGE.parent.iterdir():
        if source.name.partition(".")[0] in LIBRARIES or "mypyc" in source.name:
            (folder / source.name).symlink_to(source)
    if where != "beside":
        (place.library / "libraries.pth").write_text(f"{folder}\n")
        (place.folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    config = Path(place.variables["HOME"]) / ".config" / "atla" / "config.toml"
    config.write_text(config.read_text() + "plain = [false]\n")
    place.answers()
    assert b"work" in place.run("list").stdout
    login = ["login", "--instance", "other.atlassian.net", "--email", "you@example.com", "--storage", "file"]
    done = subprocess.run(
        [place.bin / "atla-credential", *login, "--token-stdin"], input=b"made-up", env=place.variables, check=False,
        capture_output=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_interrupt_while_modules_are_loaded(place: Place) -> None:
    source = place.package / "errors.py"
    source.write_text(source.read_text() + "\nraise KeyboardInterrupt\n")
    done = place.run("get", "--url", SITE)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 130)


def test_time_of_a_source_may_be_of_any_century(place: Place) -> None:
    """A compiled file has room for 32 bits of it, as Python's import knows."""
    for name in ("start", "errors"):
        source = place.package / f"{name}.py"
        os.utime(source, (2**32 + time.time(), 2**32 + time.time()))
    place.answers()
