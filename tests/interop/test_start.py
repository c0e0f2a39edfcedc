"""The fast start, in whatever way and place the program was installed (Linux and macOS)."""

import marshal
import os
import py_compile
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
from installed import VERSION, Place

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has entry points")

SITE = "https://work.atlassian.net"
ANSWER = b"username=you@example.com\npassword=made-up\n"
Files = Callable[..., Path]


def assert_answers(place: Place) -> None:
    done = place.run("get", "--url", SITE)
    assert (done.stdout, done.stderr, done.returncode) == (ANSWER, b"", 0)


@pytest.fixture
def place(tmp_path: Path, files: Files, variables: dict[str, str]) -> Place:
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    return Place(tmp_path / "a folder, 'quoted' $HOME `x`\nand in two lines", variables)


def test_needs_nothing_but_itself(place: Place) -> None:
    assert_answers(place)


def say(place: Place, name: str, text: str) -> None:
    """Put a line into a source; the file's size and time are then others than when it was compiled."""
    source = place.package / f"{name}.py"
    before, main, after = source.read_text().partition('if __name__ == "__main__":')
    source.write_text(f"{before}\nimport posix\nposix.write(2, {text.encode()!r})\n{main}{after}")


@pytest.mark.parametrize("name", ["system", "errors", "__main__", "settings/config", "stores/toml_reader", "start"])
def test_compiled_file_that_does_not_fit_its_source_is_not_used(name: str, place: Place) -> None:
    say(place, name, "new")
    assert b"new" in place.run("get", "--url", SITE).stderr


@pytest.mark.parametrize("name", ["start", "errors", "settings/config"])
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
        trap = marshal.dumps(compile("raise SystemExit(9)", "trap", "exec"))
        changed = {"empty": b"", "cut": data[:12], "of another Python": b"\0\0\r\n" + data[4:16] + trap}
        compiled.write_bytes(changed.get(what, data[:4] + b"\3" + data[5:]))
    if name == "start" and what in ("cut", "of another Python"):
        pytest.skip("Python itself refuses to run it, and says so")
    assert_answers(place)


def test_compiled_file_that_is_damaged_behind_its_head(place: Place) -> None:
    """Python's import cannot use it either, but that it fails is all that happens."""
    compiled = place.compiled("errors")
    compiled.write_bytes(compiled.read_bytes()[:300])
    assert place.run("get", "--url", SITE).returncode == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_compiled_file_that_may_not_be_read(place: Place) -> None:
    for name in ("start", "errors"):
        place.compiled(name).chmod(0)
    assert_answers(place)


def test_without_compiled_files_the_first_run_makes_them(place: Place) -> None:
    for folder in place.compiled_folders():
        shutil.rmtree(folder)
    assert_answers(place)
    for name in ("start", "errors", "__main__", "settings/config"):
        assert place.compiled(name).exists()
    say(place, "start", "new")  # seen although it is not compiled
    assert place.run("get", "--url", SITE).stderr.count(b"new") >= 1


def test_without_compiled_files_in_a_folder_that_cannot_be_written(place: Place) -> None:
    for folder in place.compiled_folders():
        shutil.rmtree(folder)
        folder.write_text("no folder")
    assert_answers(place)


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


def assert_names_itself(place: Place) -> None:
    """The name of the program says which protocol it speaks."""
    done = place.run("version", program=place.bin / "docker-credential-atla")
    assert (done.stdout.split()[:2], done.returncode) == ([b"docker-credential-atla", b"(atla-credential)"], 0)
    done = place.run("get", program=place.bin / "docker-credential-atla")
    assert (done.stdout, done.returncode) == (b"no credentials server URL", 1)
    done = place.run("--unheard-of", "get", program=place.bin / "git-credential-atla-vault")
    assert done.stderr.startswith(
        b"git-credential-atla-vault: error: there is an option that is none; see: atla-credential help "
    )
    assert (done.stdout, done.returncode) == (b"", 2)


def test_for_container_tools(place: Place) -> None:
    assert_names_itself(place)


def test_link_of_another_name(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "jira-login"
    link.symlink_to(place.bin / "git-credential-atla")
    assert place.run("unheard-of", program=link, PATH="/usr/bin:/bin").returncode == 0


def test_no_interpreter_beside_the_script(place: Place, tmp_path: Path) -> None:
    """As pip install --user leaves it: the ordinary start knows its interpreter."""
    (place.bin / VERSION).unlink()
    shutil.rmtree(place.package)
    assert_answers(place)
    assert place.run("unheard-of", program=place.bin / "git-credential-atla").returncode == 0
    assert place.run("unheard-of").returncode == 2
    assert_names_itself(place)


@pytest.mark.parametrize("is_long", [False, True], ids=["in the first line", "in the second line"])
def test_interpreter_that_is_gone(is_long: bool, place: Place, tmp_path: Path) -> None:
    """An upgrade of the system has taken away what a virtual environment links to."""
    (place.bin / VERSION).unlink()
    shutil.rmtree(place.package)
    ordinary = place.bin / "atla-credential.py"
    rest = ordinary.read_text().partition("\n")[2]
    gone = tmp_path / ("a folder" if is_long else "folder") / VERSION
    head = f"""#!/bin/sh\n'''exec' "{gone}" "$0" "$@"\n' '''\n""" if is_long else f"#!{gone}\n"
    ordinary.write_text(head + rest)
    done = place.run("get", "--url", SITE)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[0] == f"atla-credential: error: its Python is gone: {gone}"
    assert b"pipx reinstall atla-credential" in done.stderr
    gone.parent.mkdir()
    gone.symlink_to(BIN / "python")
    assert place.run("unheard-of").returncode == 5  # it is started, and finds no package


@pytest.mark.parametrize("name", ["__main__", "operations/get", "report/words", "answer/rules", "errors"])
@pytest.mark.parametrize("what", ["gone", "half written", "of another version"])
def test_while_an_installer_replaces_the_package(name: str, what: str, place: Place) -> None:
    """Files come and go one after the other, and a start may come in between."""
    source = place.package / f"{name}.py"
    text = source.read_text()
    for folder in place.compiled_folders():
        shutil.rmtree(folder)
    source.unlink()
    if what != "gone":
        half = text[: text.rindex("def ")] + "def ("
        source.write_text(half if what == "half written" else "from atla_credential.model import NotYet\n")
    done = place.run("get", "--url", SITE, ATLA_CREDENTIAL_TRACE="1")
    assert b"Traceback" not in done.stderr
    assert b"it may be being installed anew" in done.stderr
    assert (done.returncode, done.stdout) == (5, b"")


def test_what_can_go_wrong_is_being_replaced(place: Place) -> None:
    """It is needed only where something goes wrong, and then there is a word for that too."""
    (place.package / "raised.py").unlink()
    for folder in place.compiled_folders():
        (folder / f"raised.{sys.implementation.cache_tag}.pyc").unlink(missing_ok=True)
    assert place.run("get", "--url", SITE).stdout == ANSWER
    done = place.run("get", "--url", "https://example.com")
    assert (done.returncode, done.stdout) == (5, b"")
    assert done.stderr.startswith(b"atla-credential: error: a part of the program is missing;")


@pytest.mark.parametrize("path", [".", "", "trap", ".:/usr/bin:/bin", "trap:/usr/bin:/bin", "/nowhere"])
def test_nothing_of_the_working_directory_is_run(path: str, place: Place) -> None:
    (place.folder / "trap").mkdir()
    for name in (VERSION, "python3", "readlink", "sh", "command"):
        for folder in (place.folder, place.folder / "trap"):
            (folder / name).write_text("#!/bin/sh\necho trapped\n")
            (folder / name).chmod(0o755)
    link = place.folder / "link"
    link.symlink_to(place.bin / "atla-credential")
    assert place.run("get", "--url", SITE, program=link, PATH=path).stdout == ANSWER
    (place.bin / VERSION).unlink()
    (place.bin / "atla-credential.py").unlink()
    for program in (link, place.bin / "atla-credential"):
        done = place.run("get", "--url", SITE, program=program, PATH=path)
        assert done.stdout == b""
        assert done.stderr.splitlines() == [
            b"atla-credential: error: its Python is not where it was installed",
            b"atla-credential: hint: install it again, for example: pipx reinstall atla-credential",
        ]
        assert done.returncode == 1


def test_started_by_hand_through_the_shell(place: Place) -> None:
    """The working folder has a Python of its own, which is nobody's."""
    (place.folder / "python3").write_text("#!/bin/sh\necho trapped\n")
    (place.folder / "python3").chmod(0o755)
    (place.folder / "relative").symlink_to("bin/atla-credential")
    for words in (["bin/atla-credential"], ["./relative"], ["relative"]):
        done = subprocess.run(
            ["/bin/sh", *words, "get", "--url", SITE], capture_output=True, env=place.variables, cwd=place.folder,
            timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.stdout == ANSWER, done.stderr


@pytest.mark.parametrize("end", ["\n", "\n\n", " ", "-n"])
def test_link_to_a_name_of_any_kind(end: str, place: Place, tmp_path: Path) -> None:
    (tmp_path / f"link{end}").symlink_to(place.bin / "atla-credential")
    (tmp_path / "first").symlink_to(f"link{end}")
    assert place.run("get", "--url", SITE, program=tmp_path / "first").stdout == ANSWER


def test_a_link_elsewhere_is_not_taken_for_one_of_pipx(place: Place, tmp_path: Path) -> None:
    """Whoever can write beside it could put a folder there that is another one a moment later."""
    links = tmp_path / "links"
    links.mkdir()
    (links / "atla-credential").symlink_to(place.bin / "atla-credential")
    log = tmp_path / "log"
    if shutil.which("strace") is None:
        pytest.skip("there is no strace")
    subprocess.run(
        ["strace", "-f", "-o", log, "-e", "trace=%file", links / "atla-credential", "get", "--url", SITE],
        env={**place.variables, "PATH": "/usr/bin:/bin"}, check=False, capture_output=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    assert "share/pipx" not in log.read_text()


def test_the_shell_prints_nothing_of_ours(place: Place) -> None:
    done = place.run("get", "--url", SITE, SHELLOPTS="xtrace:verbose")
    assert done.stdout == ANSWER
    assert b"start" not in done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize("descriptor", ["1", "2"])
def test_a_bash_that_traces_to_standard_output(descriptor: str, place: Place) -> None:
    """As /bin/sh it is in Fedora, Arch and macOS."""
    bash = shutil.which("bash")
    assert bash
    done = place.run(
        "--posix", str(place.bin / "atla-credential"), "get", "--url", SITE, program=bash,
        SHELLOPTS="xtrace:verbose", BASH_XTRACEFD=descriptor,
    )  # fmt: skip
    assert done.stdout == ANSWER


@pytest.mark.skipif(shutil.which("localedef") is None, reason="there is no localedef")
def test_arguments_in_a_locale_that_is_not_utf_8(place: Place, tmp_path: Path) -> None:
    done = subprocess.run(
        ["localedef", "-i", "en_US", "-f", "ISO-8859-1", tmp_path / "en_US.ISO-8859-1"],
        capture_output=True,
        check=False,
    )
    if not (tmp_path / "en_US.ISO-8859-1").exists():
        pytest.skip(done.stderr.decode("utf-8", "replace"))
    (Path(place.variables["HOME"]) / ".config" / "atla" / "config.toml").write_text(profile("wörk", SITE))
    said = place.run("get", "--profile", "wörk", LOCPATH=str(tmp_path), LC_ALL="en_US.ISO-8859-1", ATLA_TOKEN__W="x")
    assert b'no token available for profile "w\xc3\xb6rk"' in said.stderr


def test_debian_package(place: Place, variables: dict[str, str], tmp_path: Path) -> None:
    other = Place(tmp_path / "usr", variables, "dist-packages")
    assert_answers(other)


def test_several_pythons_in_one_place(place: Place) -> None:
    """The one that the package was installed for last, if its interpreter is there."""
    for number, name in ((1, "python3.0"), (2, "python3.99")):
        other = place.library.parent.with_name(name)
        shutil.copytree(place.library.parent, other)
        (place.bin / name).write_text("#!/bin/sh\necho other\n")
        (place.bin / name).chmod(0o755)
        os.utime(other / "site-packages" / "atla_credential" / "start.py", (number, number))
    assert_answers(place)
    os.utime(other / "site-packages" / "atla_credential" / "start.py")
    assert place.run("get", "--url", SITE).stdout == b"other\n"
    (place.bin / name).unlink()
    assert_answers(place)


def test_editable_install(files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    """The package is not in the library; a .pth file says where it is."""
    files(config=profile("work", SITE), credentials=token("work", SITE, "made-up"))
    place = Place(tmp_path / "editable", variables)
    shutil.move(place.package, tmp_path / "sources")
    (tmp_path / "atla_credential").symlink_to(tmp_path / "sources")
    (place.library / "editable.pth").write_text(f"{tmp_path}\n")
    (place.folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    (place.bin / VERSION).rename(place.bin / "python3")
    place.ordinary(place.bin / "python3")
    assert_answers(place)
    assert place.run("--version").stdout == f"atla-credential {atla_credential.__version__}\n".encode()


@pytest.mark.parametrize("where", ["beside", "through a .pth file"])
def test_libraries_are_found(where: str, place: Place, tmp_path: Path) -> None:
    """Only a command, or a file that is not plain, needs them."""
    folder = place.library if where == "beside" else tmp_path / "libraries"
    folder.mkdir(exist_ok=True)
    place.link_libraries(folder)
    if where != "beside":
        (place.library / "libraries.pth").write_text(f"{folder}\n")
        (place.folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    config = Path(place.variables["HOME"]) / ".config" / "atla" / "config.toml"
    config.write_text(config.read_text() + "plain = [false]\n")
    assert_answers(place)
    assert b"work" in place.run("list").stdout
    login = [
        "login",
        "--no-verify",
        "--instance",
        "other.atlassian.net",
        "--email",
        "you@example.com",
        "--storage",
        "file",
    ]
    done = subprocess.run(
        [place.bin / "atla-credential", *login, "--token-stdin"], input=b"made-up", env=place.variables, check=False,
        capture_output=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("is_compiled", [False, True])
def test_interrupt_while_modules_are_loaded(is_compiled: bool, place: Place) -> None:
    source = place.package / "errors.py"
    source.write_text(source.read_text() + "\nraise KeyboardInterrupt\n")
    if is_compiled:
        py_compile.compile(str(source), cfile=str(place.compiled("errors")), doraise=True)
    done = place.run("get", "--url", SITE)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 130)


def test_time_of_a_source_may_be_of_any_century(place: Place) -> None:
    """A compiled file has room for 32 bits of it, as Python's import knows."""
    for name in ("start", "errors"):
        source = place.package / f"{name}.py"
        os.utime(source, (2**32 + time.time(), 2**32 + time.time()))
    assert_answers(place)
