"""Where a token never shows: messages, traces, tracebacks, reprs, the process list, a child's environment (safety P7, O4, X2)."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from atla_credential.model import Credential, Resolution
from conftest import PROGRAM, TIMEOUT_S, Run
from crowd import IMPORT, NEW, SECRETS, UPDATES, make_crowd, request, site
from faults import STRACE, needs_strace

Files = Callable[..., Path]

GET = ("get", "--url", site(0))
TRACES = {
    "PYTHONVERBOSE": "1", "PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1", "PYTHONTRACEMALLOC": "1", "PYTHONPROFILEIMPORTTIME": "1",
    "PYTHONASYNCIODEBUG": "1", "PYTHONDUMPREFS": "1", "PYTHONMALLOC": "debug", "PYTHONWARNINGS": "always", "PYTHONOPTIMIZE": "2",
    "ATLA_CREDENTIAL_TRACE": "1", "GIT_TRACE": "1", "GIT_TRACE_CURL": "1", "GIT_TRACE_SETUP": "1", "GIT_TRACE2": "1", "GIT_TRACE2_EVENT": "1",
    "GIT_TRACE_REDACT": "0", "GIT_CURL_VERBOSE": "1",
}  # fmt: skip
CALLS = {"get": (GET, b""), "status": (("status", "--all"), b""), "list": (("list",), b"")} | {
    word: update[:2] for word, update in {**UPDATES, "import": IMPORT}.items()
}
CODES = {"status": 3}  # one of the tokens is set aside
RAW = ("host=evil\x1b[31m.example", "path=raw-path-of-the-caller", "username=raw-name-of-the-caller")


def assert_quiet(word: str, settings: dict[str, str], files: Files, run: Run) -> None:
    arguments, stdin = CALLS[word]
    make_crowd(files)
    done = run(*arguments, stdin=stdin, **settings)
    assert done.returncode == CODES.get(word, 0), done.stderr
    assert SECRETS not in done.stderr
    assert word == "get" or SECRETS not in done.stdout


@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize("word", ["get", "store"])
def test_no_trace_shows_a_token(word: str, name: str, files: Files, run: Run) -> None:
    assert_quiet(word, {name: TRACES[name]}, files, run)


@pytest.mark.parametrize("word", CALLS)
def test_all_traces_together_show_no_token(word: str, files: Files, run: Run) -> None:
    assert_quiet(word, TRACES, files, run)


@pytest.mark.parametrize("operation", ["get", "store", "erase"])
@pytest.mark.parametrize("trace", [{}, TRACES], ids=["plain", "every trace"])
def test_the_caller_s_words_are_never_repeated(operation: str, trace: dict[str, str], files: Files, run: Run) -> None:
    make_crowd(files)
    requests = [
        "\n".join(["protocol=https", *RAW, f"password={NEW}", "", ""]),
        "\n".join([*RAW, f"password={NEW}", "", ""]),
        "\n".join(["protocol=https", *RAW, *RAW[1:], f"raw-line-of-the-caller{NEW}", "", ""]),
        f"url=raw-url-of-the-caller{NEW}\n\n",
    ]
    for text in requests:
        done = run(operation, stdin=text.encode(), **trace)
        for word in (b"raw-", b"evil", SECRETS):
            assert word not in done.stderr + done.stdout, text


def test_nothing_that_holds_a_secret_prints_it() -> None:
    credential = Credential("canary", "you@example.com", refresh_secret="canary")
    profile = None
    for thing in (credential, Resolution(profile, credential, "file", "")):  # type: ignore[arg-type]
        assert "canary" not in f"{thing!r} {thing!s} {[thing]} {thing}"


@pytest.mark.parametrize("kind", ["KeyError", "ValueError", "RecursionError", "MemoryError", "UnicodeDecodeError"])
def test_internal_error_shows_no_value(kind: str, files: Files, variables: dict[str, str], tmp_path: Path) -> None:
    """An exception that nobody expected, with the token among its arguments and in the locals of every frame."""
    make_crowd(files)
    raised = {"UnicodeDecodeError": "UnicodeDecodeError('utf-8', secret.encode(), 0, 1, secret)"}.get(
        kind, f"{kind}(secret)"
    )
    code = (
        "import sys\nfrom atla_credential import __main__\nfrom atla_credential.stores.toml_reader import TomlReader\n"
        f"get = TomlReader.get\ndef broken(self, key):\n    secret = get(self, key)\n    raise {raised}\n"
        f"TomlReader.get = broken\nsys.argv = ['atla-credential', *{list(GET)!r}]\nsys.exit(__main__.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**variables, **TRACES, "PYTHONVERBOSE": ""},
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 1
    assert f"internal error: {kind} in <string>:7".encode() in done.stderr
    assert SECRETS not in done.stdout + done.stderr


def test_a_crash_of_the_interpreter_shows_no_value(files: Files, variables: dict[str, str]) -> None:
    """PYTHONFAULTHANDLER prints the lines of every frame, but no values."""
    make_crowd(files)
    code = (
        "import os, signal, sys\nfrom atla_credential import __main__\nfrom atla_credential.stores.toml_reader import TomlReader\n"
        "get = TomlReader.get\ndef broken(self, key):\n    secret = get(self, key)\n    os.kill(os.getpid(), signal.SIGSEGV)\n"
        f"TomlReader.get = broken\nsys.argv = ['atla-credential', *{list(GET)!r}]\nsys.exit(__main__.main())\n"
    )
    environment = {**variables, "PYTHONFAULTHANDLER": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode < 0
    assert b"Fatal Python error" in done.stderr
    assert SECRETS not in done.stderr


@pytest.mark.parametrize("word", ["get", "store", "login"])
def test_process_list_and_environment_show_no_token(word: str, files: Files, variables: dict[str, str]) -> None:
    make_crowd(files)
    arguments = ("get",) if word == "get" else UPDATES[word].arguments
    process = subprocess.Popen(
        [PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables
    )
    assert process.stdin is not None
    process.stdin.write(request(0, NEW).rstrip(b"\n") if word != "login" else NEW.encode())
    process.stdin.flush()
    seen = b""
    for _ in range(20):  # while it starts, and while it waits for the end of its input
        seen += Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
        time.sleep(0.01)
    process.communicate(timeout=TIMEOUT_S)
    assert b"atla-credential" in seen
    assert SECRETS not in seen


@needs_strace
@pytest.mark.parametrize("word", CALLS)
def test_no_other_program_is_started_and_no_network_used(
    word: str, files: Files, variables: dict[str, str], tmp_path: Path
) -> None:
    """But git by `erase`, which is asked for its settings."""
    make_crowd(files)
    log = tmp_path / "log"
    calls = "trace=execve,execveat,fork,vfork,clone,clone3,socket,connect,?bind"
    arguments, stdin = CALLS[word]
    done = subprocess.run(
        [*STRACE, "-e", calls, "-o", str(log), PROGRAM, *arguments], input=stdin, capture_output=True, env=variables,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == CODES.get(word, 0)
    lines = [line for line in log.read_text().splitlines() if "(" in line]
    if word == "erase":
        (git,) = (line for line in lines[2:] if "execve(" in line)
        assert f'"{shutil.which("git")}", ["{shutil.which("git")}", "config", "--null"' in git
        assert not [line for line in lines if re.search(r"\b(socket|connect|bind)\(", line)]
        del lines[2:]
    assert len(lines) == 2, lines  # the start itself: the script, and in its place the interpreter
    assert "execve(" in lines[0]
    assert "python" in lines[1]
    assert '"-I", "-S"' in lines[1]


@needs_strace
@pytest.mark.parametrize("operation", ["store", "erase"])
def test_updates_write_nothing_to_stdout(
    operation: str, files: Files, variables: dict[str, str], tmp_path: Path
) -> None:
    make_crowd(files)
    log = tmp_path / "log"
    done = subprocess.run(
        [*STRACE, "-e", "trace=write,writev,sendto", "-o", str(log), PROGRAM, operation], input=request(0, NEW if operation == "store" else "canary-old0"),
        capture_output=True, env=variables, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    assert "write(1<" not in log.read_text()
    assert os.path.getsize(log)
