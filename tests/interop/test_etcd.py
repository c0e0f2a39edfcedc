"""The page's helper over another engine: with a real etcd, and with hosts that nobody should be asked about."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile
from conftest import TIMEOUT_S, Run
from etcd import FOLDER, MACHINE, ROOT, STRANGER, Etcd, etcd, missing
from fleet_page import blocks, shell
from other_helpers import FULL, SITE, WHO, get

AS_ROOT, SNIPPET = blocks("Another engine", "sh")
OTHER = "https://other.atlassian.net"
ASKED = b"protocol=https\nhost=%b\nusername=you@example.com\n\n"
FAILED, NONE = 1, 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Etcd]:
    if missing():
        pytest.skip(missing())
    folder = tmp_path_factory.mktemp("etcd")
    with etcd(folder) as made:
        (folder / "new-token").write_text("made-up\n")
        shell(AS_ROOT, folder, made.variables(ROOT))
        yield made


@pytest.fixture
def here(
    server: Etcd, home: Path, files: Callable[..., Path], variables: dict[str, str]
) -> Iterator[Callable[[str], None]]:
    """Install the snippet as the page says; the function makes it show another user's certificate."""
    (home / "bin").mkdir()

    def show(user: str) -> None:
        text = SNIPPET.replace("https://etcd.example.com:2379", server.address)
        text = text.replace("/etc/atla-etcd/authority", f"{server.folder}/authority")
        install(text.replace("/etc/atla-etcd/machine", f"{server.folder}/{user}"), home / "bin")

    show(MACHINE)
    variables["PATH"] = os.pathsep.join((f"{home}/bin", str(FOLDER), variables["PATH"]))
    (listed,) = blocks("Another engine", "toml")
    of_helpers = "".join(f'[profiles.{name}]\nstorage = "helper"\n' for name in ("work", "other"))
    files(config=profile("work", SITE) + profile("other", OTHER), helper=f"{listed}\n{of_helpers}")
    yield show
    if server.process and server.process.poll() is not None:
        server.start()


def install(text: str, folder: Path) -> Path:
    program = folder / "git-credential-etcd"
    program.write_text(text)
    program.chmod(0o755)
    return program


def test_from_the_engine_s_side_to_the_rotation(here: Callable[[str], None], server: Etcd, run: Run) -> None:
    assert get(run) == (0, WHO + b"password=made-up\n", "")
    for operation in ("store", "erase"):  # it only reads
        assert run(operation, stdin=FULL % b"made-up").returncode == 0
    assert get(run) == (0, WHO + b"password=made-up\n", "")
    done = run("get", "--url", OTHER)
    assert (done.returncode, done.stdout) == (NONE, b"")
    assert b"fail" not in done.stderr
    done = run("rotate", "work", "--no-verify", "--token-stdin", stdin=b"made-up-2")
    assert (done.returncode, b"helper" in done.stderr) == (FAILED, True)
    assert server.ctl("put", "atlassian/work.atlassian.net", stdin="made-up-2\n").returncode == 0
    assert get(run) == (0, WHO + b"password=made-up-2\n", "")
    server.ctl("put", "atlassian/work.atlassian.net", stdin="made-up\n")


def test_the_machine_may_read_one_team_s_keys_and_no_more(server: Etcd) -> None:
    server.ctl("put", "other/work.atlassian.net", stdin="made-up-other\n")
    for words in (
        "get other/work.atlassian.net",
        "get --prefix other/",
        "put atlassian/x y",
        "del atlassian/x",
        "role list",
    ):
        done = server.ctl(*words.split(), user=MACHINE)
        assert (done.returncode != 0, done.stdout) == (True, ""), words
        assert "permission denied" in done.stderr


def test_a_no_and_no_engine(here: Callable[[str], None], server: Etcd, run: Run) -> None:
    """Neither is taken for an engine without a token, so that what stands behind it is not asked either."""
    here(STRANGER)
    assert get(run)[:2] == (FAILED, b"")
    here(MACHINE)
    server.kill()
    code, answer, said = get(run)
    assert (code, answer) == (FAILED, b"")
    assert " failed with exit code 1\natla-credential: hint: run it by hand" in said


# Without an engine.


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """Return a folder with the snippet, and with a client of etcd that notes what it is asked and as whom."""
    client = tmp_path / "etcdctl"
    client.write_text(f"""#!/bin/sh
printf '%s\\n' "$#" "$@" >> {tmp_path}/asked
printf 'TOKEN\\n'
""")
    client.chmod(0o755)
    install(SNIPPET, tmp_path)
    return tmp_path


def ask(folder: Path, operation: str, request: bytes, shell_of: str = "/bin/sh") -> "tuple[int, bytes, bytes]":
    """Ask it where no other program can be found."""
    done = subprocess.run(
        [shell_of, folder / "git-credential-etcd", operation], input=request, capture_output=True, check=False,
        timeout=TIMEOUT_S, env={"PATH": str(folder)}, cwd=folder,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


SHELLS = [path for path in ("/bin/sh", "/bin/bash") if os.access(path, os.X_OK)]
HOSTILE = [
    b"", b"../other/work.atlassian.net", b"work.atlassian.net/../../other", b"work.atlassian.net/x", b"/", b"*", b"?", b"[a-z]*",
    b"$(echo>ran)", b"`echo>ran`", b"x;echo>ran", b"x'\"", b'x" "y', b"x y", b"x\ty", b"x\\", b"\\x", b"%2e%2e", b"x=y",
    b"work.atlassian.net\r", b"work.atlassian.net ", b" work.atlassian.net", b"work.atlassian.net\x7f", b"\x1b[0m", b"WORK.atlassian.net", b"work@atlassian.net", b"~", b"#", b"!", b"&", b"|",
    "wörk.atlassian.net".encode(), "wоrk.atlassian.net".encode(), b"\xff",
]  # fmt: skip
HOSTILE_REQUESTS = [
    *(ASKED % host for host in HOSTILE),
    b"", b"\n", b"get", b"host=work.atlassian.net\n\n", b"protocol=http\nhost=work.atlassian.net\n\n", b"protocol=https\n\n",
    b"protocol=https\n\nhost=work.atlassian.net\n\n", b"protocol=https\nHOST=work.atlassian.net\n\n",
    b"protocol=https://\nhost=work.atlassian.net\n\n", b"protocol=HTTPS\nhost=work.atlassian.net\n\n",
]  # fmt: skip


@pytest.mark.parametrize("shell_of", SHELLS)
def test_nobody_is_asked_for_what_is_no_host(shell_of: str, alone: Path) -> None:
    before = sorted(alone.iterdir())
    for request in HOSTILE_REQUESTS:
        assert ask(alone, "get", request, shell_of) == (0, b"", b""), request
    for operation in ("store", "erase", "capability", "", "get;get"):
        assert ask(alone, operation, FULL % b"made-up", shell_of) == (0, b"", b""), operation
    assert sorted(alone.iterdir()) == before


@pytest.mark.parametrize("shell_of", SHELLS)
@pytest.mark.parametrize("host", ["work.atlassian.net", "jira.example.com:8443", "..", "--prefix"])
def test_one_key_is_asked_for_as_one_word_behind_the_team_s_prefix(shell_of: str, host: str, alone: Path) -> None:
    """etcd has no folders: two points are a name like any other. No other program is started, so none is told the token."""
    assert ask(alone, "get", ASKED % host.encode(), shell_of) == (0, b"password=TOKEN\n", b"")
    assert (alone / "asked").read_text().splitlines() == ["3", "get", "--print-value-only", f"atlassian/{host}"]


@pytest.mark.parametrize("shell_of", SHELLS)
@pytest.mark.parametrize(
    ("says", "code", "answer"),
    [
        ("printf 'a b$c\"\\\\n\\n'", 0, b'password=a b$c"\\n\n'),
        ("printf -- '-n\\n'", 0, b"password=-n\n"),
        ("printf '\\n\\n'", 0, b""),
        (":", 0, b""),
        ("printf 'CANARY\\nhost=evil.example\\n'", 1, b""),
        ("printf 'CANARY\\r\\n'", 1, b""),
        ("printf 'CANARY\\033[0m\\n'", 1, b""),
        ("printf 'CANARY\\n'; exit 1", 1, b""),
        ("kill -9 $$", 1, b""),
    ],
)
def test_what_is_no_token_is_not_printed(says: str, code: int, answer: bytes, shell_of: str, alone: Path) -> None:
    (alone / "etcdctl").write_text(f"#!/bin/sh\n{says}\n")
    got = ask(alone, "get", ASKED % b"work.atlassian.net", shell_of)
    assert got[:2] == (code, answer)
    assert b"CANARY" not in got[2]
