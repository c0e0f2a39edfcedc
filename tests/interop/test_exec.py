"""`exec`: the process that was started is the command, and has the credential; nothing else about it is changed."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run
from interop.test_formats import HOSTILE, USER, basic, write

Files = Callable[..., Path]
SITE = "https://work.atlassian.net"
START = Path(__file__).parents[2] / "helper" / "scripts" / "atla-credential"
USUAL = (b"version", b"target", b"package", b"name", b"path", b"bin", b"folder", b"file", b"found", b"self", b"python")
TRIES = 10
NAMES = (
    "ATLA_API_BASE_URL", "ATLA_USERNAME", "ATLA_PASSWORD", "ATLA_AUTH_TYPE", "ATLA_AUTHORIZATION", "ATLA_EXPIRES_AT",
)  # fmt: skip
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


@pytest.fixture
def work(files: Files) -> None:
    two = profile("work", SITE) + profile("other", "https://other.atlassian.net")
    files(
        config=f'[default]\nprofile = "work"\n{two}',
        credentials=token("work", SITE, "made-up") + token("other", "https://other.atlassian.net", "made-up-other"),
    )


def seen(run: Run, *options: str, **variables: str) -> dict[bytes, bytes]:
    """Return the variables that a command finds."""
    done = run("exec", *options, "--", "env", "-0", **variables)
    assert (done.returncode, done.stderr) == (0, b"")
    return dict(each.split(b"=", 1) for each in done.stdout.split(b"\0") if each)


@pytest.mark.parametrize(
    ("options", "name", "secret"),
    [((), "work", "made-up"), (("--profile", "other"), "other", "made-up-other"),
     (("--url", "other.atlassian.net"), "other", "made-up-other"), (("--as", "none"), "work", "made-up")],
)  # fmt: skip
def test_variables(options: tuple[str, ...], name: str, secret: str, work: None, run: Run) -> None:
    found = seen(run, *options, ATLA_EXPIRES_AT="old", ATLA_PASSWORD="old")
    wanted = (f"https://{name}.atlassian.net", "you@example.com", secret, "basic", basic("you@example.com", secret))
    assert [found.get(each.encode()) for each in NAMES] == [*(each.encode() for each in wanted), None]


def test_another_site_in_a_variable_is_warned_of(work: None, run: Run) -> None:
    """It makes no profile without a token, and the program might go there with what it finds."""
    for options, variables, is_warned in (
        ((), {"ATLA_INSTANCE": "https://other.atlassian.net"}, True),
        ((), {"ATLCLI_SITE": "other.atlassian.net"}, True),
        ((), {"ATLA_INSTANCE": "work.atlassian.net"}, False),
        ((), {"ATLA_INSTANCE": "https://other.atlassian.net", "ATLA_EMAIL": "you@example.com", "ATLA_TOKEN": "made-up"}, False),
        (("--profile", "work"), {"ATLA_INSTANCE": "https://other.atlassian.net"}, False),
    ):  # fmt: skip
        done = run("exec", *options, "--", "true", **variables)
        said = f'{next(iter(variables))} is another site than that of profile "work", whose token the command gets; '
        lines = [f"atla-credential: warning: {said}name the right one: --profile NAME"] if is_warned else []
        assert (done.returncode, done.stderr.decode().splitlines()) == (0, lines)


def test_what_get_says_is_what_is_set(work: None, run: Run, files: Files) -> None:
    """Also for a service account, and where the token ends."""
    files(
        config=profile("robot", SITE, "", cloud_id="1"), credentials=token("robot", SITE, "made-up", ""),
        helper='[profiles.robot]\nauth = "bearer"\nexpires = 2999-01-01\n',
    )  # fmt: skip
    answer = json.loads(run("get", "--url", SITE, "--json").stdout)
    keys = ("apiBaseUrl", "username", "password", "authType", "authorization", "expiresAt")
    found = seen(run, "--url", SITE, ATLA_USERNAME="old")
    assert [found.get(name.encode()) for name in NAMES] == [
        None if answer[key] is None else answer[key].encode() for key in keys
    ]
    assert (answer["authType"], answer["expiresAt"]) == ("bearer", "2999-01-01T00:00:00Z")
    assert found[b"ATLA_API_BASE_URL"] == b"https://api.atlassian.com/ex/jira/1"


def test_all_other_variables_stay_as_they_are(work: None, variables: dict[str, str], home: Path) -> None:
    """Byte for byte, and none is added: not even the one that Python sets for itself."""
    raw = {**{name.encode(): value.encode() for name, value in variables.items()}, b"ODD": b"\xff=\n", b"LC_ALL": b""}
    command = [PROGRAM, "exec", "--", "env", "-0"]
    for more in ({}, {b"LC_CTYPE": b"C.UTF-8"}, dict.fromkeys(USUAL, b"mine")):
        given: dict[bytes, bytes] = {**raw, **more}
        done = subprocess.run(command, env=given, cwd=home, capture_output=True, timeout=TIMEOUT_S, check=True)
        found = dict(each.split(b"=", 1) for each in done.stdout.split(b"\0") if each)
        ours = {name.encode() for name in NAMES}
        shells = {b"PWD", b"OLDPWD", b"SHLVL", b"_"}  # what sh, which starts us, says of itself
        assert {name: found[name] for name in found.keys() - ours - shells} == given


# Starts a program with variables that no library would give it.
ODD_START = """
import ctypes, os, sys
strange = [b"ATLA_PASSWORD=first", b"ATLA_PASSWORD=second", b"ATLA_EXPIRES_AT=first", b"ATLA_EXPIRES_AT=second", b"alone", b"=x", b"A=\\nATLA_USERNAME=third"]
words = [word.encode() for word in sys.argv[1:]]
given = [name + b"=" + value for name, value in os.environb.items()] + strange
ctypes.CDLL(None).execve(words[0], (ctypes.c_char_p * (len(words) + 1))(*words), (ctypes.c_char_p * (len(given) + 1))(*given))
"""


def test_a_second_variable_of_the_same_name_is_not_left(work: None, variables: dict[str, str], home: Path) -> None:
    """Of two the command could take the other one."""
    done = subprocess.run(
        [sys.executable, "-c", ODD_START, PROGRAM, "exec", "--", "env", "-0"], env=variables, cwd=home, timeout=TIMEOUT_S,
        capture_output=True, check=False,
    )  # fmt: skip
    found = done.stdout.split(b"\0")
    assert [each for each in found if each.startswith((b"ATLA_PASSWORD", b"ATLA_EXPIRES"))] == [
        b"ATLA_PASSWORD=made-up"
    ]
    assert b"A=\nATLA_USERNAME=third" in found


def test_more_than_the_system_takes(files: Files, run: Run, home: Path) -> None:
    write(files, "https://dc.example.com", "canary" * 20_000, "jdoe")
    done = run("exec", "--profile", "dc", "--", "touch", "was-run")
    message = b"atla-credential: error: the command cannot be run: argument list too long\n"
    assert (done.returncode, done.stderr, (home / "was-run").exists()) == (126, message, False)


def test_the_script_that_starts_us_has_no_variable_that_could_be_somebody_s() -> None:
    """A shell passes on what it has assigned, where the caller has exported the name."""
    text = re.sub("(?m)(^| )#.*$", "", START.read_text())
    names = {*re.findall(r"(?<![\w$.-])([a-z_]\w*)=", text), *re.findall(r"\b(?:for(?= \w+ in)|read -r) (\w+)", text)}
    assert {"_atla_self", "_atla_folder", "_atla_second"} <= names
    assert not [name for name in names if not name.startswith("_atla_")]


@pytest.mark.parametrize("secret", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values(secret: str, files: Files, run: Run) -> None:
    write(files, "https://dc.example.com", secret, USER)
    for locale in ("C", "C.UTF-8"):
        found = seen(run, "--profile", "dc", LC_ALL=locale)
        assert [found[name.encode()].decode() for name in NAMES[1:5]] == [USER, secret, "basic", basic(USER, secret)]


def test_a_line_end_is_never_handed_out(files: Files, run: Run, home: Path) -> None:
    write(files, "https://dc.example.com", "made\nup", "jdoe")
    done = run("exec", "--profile", "dc", "--", "touch", "was-run")
    assert (done.returncode, (home / "was-run").exists()) == (1, False)


def test_arguments_stay_as_they_are(work: None, variables: dict[str, str], home: Path) -> None:
    """Also those that look like ours, and what is no text."""
    words = [b"--profile", b"gone", b"--json", b"--", b"get", b"", b"\xff\n", "\u4e2d".encode(), b"--help"]
    show = b"import os, sys; sys.stdout.buffer.write(b'|'.join(map(os.fsencode, sys.argv[1:])))"
    for locale in ("C", "C.UTF-8", "POSIX"):
        done = subprocess.run(
            [PROGRAM, "exec", "--", sys.executable, "-c", show, *words], env={**variables, "LC_ALL": locale}, cwd=home,
            capture_output=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, b"|".join(words), b"")


def test_the_process_is_the_command(work: None, variables: dict[str, str], home: Path) -> None:
    """With all of standard input, which nobody has read a byte of."""
    code = "import os, sys; print(os.getpid(), os.getppid(), sys.stdin.read())"
    with subprocess.Popen(
        [PROGRAM, "exec", "--", sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=variables, cwd=home, text=True,
    ) as process:  # fmt: skip
        said, _ = process.communicate("url=https://nobody.example\n\nmore", timeout=TIMEOUT_S)
    assert said == f"{process.pid} {os.getpid()} url=https://nobody.example\n\nmore\n"


def test_a_closed_standard_input_stays_closed(work: None, variables: dict[str, str], home: Path) -> None:
    look = "import os\ntry: os.fstat(0)\nexcept OSError: print('closed')"
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" exec -- "$1" -c "$2" <&-', PROGRAM, sys.executable, look], env=variables, cwd=home,
        capture_output=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"closed\n", b"")


@pytest.mark.parametrize("code", [0, 1, 3, 42, 126, 130, 255])
def test_exit_code_is_the_commands(code: int, work: None, run: Run) -> None:
    done = run("exec", "--", "sh", "-c", f"exit {code}")
    assert (done.returncode, done.stderr) == (code, b"")


@linux
def test_what_a_process_inherits_is_what_we_were_given(
    work: None, files: Files, variables: dict[str, str], home: Path
) -> None:
    """Signals, masks, limits, what a core dump holds, open files: as without us, also where a helper was asked."""
    files(
        credentials=token("work", SITE, "made-up"),
        helper='[helper]\nhelpers = ["!cat >/dev/null; echo username=you@example.com; echo password=made-up;:"]\n',
    )

    def prepare() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (min(4096, hard) if hard != resource.RLIM_INFINITY else 4096, hard))
        Path("/proc/self/coredump_filter").write_text("0x35")
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as behind nohup or in the background

    # All but SigQ, which counts those that wait for any process of this user.
    show = "grep '^Sig[^Q]' /proc/self/status; cat /proc/self/limits /proc/self/coredump_filter; umask; pwd; ls /proc/self/fd"
    said = []
    for before in ([], [PROGRAM, "exec", "--"], [PROGRAM, "exec", "--profile", "other", "--"]):
        done = subprocess.run(
            [*before, "sh", "-c", show], env=variables, cwd=home, preexec_fn=prepare, capture_output=True, text=True,
            timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        said.append(done.stdout)
    assert said[0] == said[1] == said[2]
    assert re.search("^00000035$", said[0], re.MULTILINE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGPIPE], ids=lambda each: each.name)
def test_signals_reach_the_command(number: signal.Signals, work: None, variables: dict[str, str], home: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "exec", "--", "sh", "-c", "echo ready; exec sleep 60"], stdout=subprocess.PIPE, env=variables,
        cwd=home,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(TIMEOUT_S) == -number


def processor_time(process: "subprocess.Popen[bytes]") -> int:
    """Return how long a process has run, in nanoseconds: how far it is, however busy the machine is."""
    return int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0])


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this system does not tell how far a process is")
def test_ctrl_c_is_heard_at_any_moment(work: None, variables: dict[str, str], home: Path) -> None:
    """Also in the last one before the command begins, which is no shell: one can lose it between its own two commands.

    Not while Python itself starts, which can lose it too, as a callback of its imports does, which says so.
    """
    command = [PROGRAM, "exec", "--", "sleep", "3"]
    until_begun = [*command[:3], "sh", "-c", "echo begun; exec sleep 60"]
    with subprocess.Popen(until_begun, stdout=subprocess.PIPE, env=variables, cwd=home) as process:
        assert process.stdout is not None and process.stdout.readline() == b"begun\n"
        whole = processor_time(process)
        process.kill()
    for attempt in range(TRIES):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables, cwd=home
        )  # fmt: skip
        while processor_time(process) < whole * (1 + attempt / TRIES) / 2:
            if Path(f"/proc/{process.pid}/cmdline").read_bytes().startswith(b"sleep\0"):
                break
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=TIMEOUT_S)[1]
        assert process.returncode in (130, -signal.SIGINT) or said.startswith(b"Exception ignored in: "), said


def test_a_nested_call_answers_the_same(work: None, run: Run) -> None:
    """What is set is input to nobody."""
    request = f"url={SITE}\n\n".encode()
    before = run("get", stdin=request)
    assert before.returncode == 0
    assert run("exec", "--profile", "other", "--", PROGRAM, "get", stdin=request).stdout == before.stdout
    words = ("exec", "--profile", "other", "--", PROGRAM, "exec", "--", PROGRAM, "status", "--json")
    assert run(*words).stdout == run("status", "--json").stdout


def test_no_such_command(work: None, run: Run, home: Path) -> None:
    (home / "plain").write_text("exit 0\n")
    (home / "here").write_text("#!/bin/sh\n")
    (home / "without").write_text("#!/no/such/interpreter\n")
    (home / "below").write_text("#!/dev/null/interpreter\n")
    (home / "windows").write_text("#!/bin/sh\r\n")
    (home / "headless").write_text("exit 0\n")
    (home / "loop").symlink_to("loop")
    for name in ("here", "without", "below", "windows", "headless"):
        (home / name).chmod(0o755)
    for word, code in (
        ("no-such", 127),
        ("./no-such", 127),
        ("", 127),
        ("./plain", 126),
        ("./plain/x", 127),
        (".", 126),
        ("/", 126),
        ("./here", 0),
        ("./without", 126),
        ("./windows", 126),
        ("./below", 126),
        ("./headless", 126),
        ("./loop", 126),
    ):
        done = run("exec", "--", word)
        assert (done.returncode, done.stdout) == (code, b""), word
    assert run("exec", "--", "here", PATH=f"{os.environ['PATH']}::.").returncode == 127  # never in the working folder
    assert b"the command cannot be run: its interpreter is not there" in run("exec", "--", "./windows").stderr
    assert b"PATH" in run("exec", "--", "no-such").stderr
    assert b"PATH" not in run("exec", "--", "./no-such").stderr
    done = run("exec", "--json", "--", "no-such", "canary")
    assert json.loads(done.stderr)["error"]["kind"] == "not-started"
    assert b"canary" not in done.stderr


def test_the_next_folder_of_path_is_looked_into(work: None, run: Run, home: Path) -> None:
    for name, mode in (("first", 0o644), ("second", 0o755)):
        (home / name).mkdir()
        (home / name / "tool").write_text("#!/bin/sh\necho $0\n")
        (home / name / "tool").chmod(mode)
    found = run("exec", "--", "tool", PATH=f"{home}/none:{home}/first:{home}/second:{os.environ['PATH']}")
    assert found.stdout == f"{home}/second/tool\n".encode()
    assert run("exec", "--", "tool", PATH=f"{home}/first:{os.environ['PATH']}").returncode == 126


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--url", "https://nobody.example"), 4), (("--url", "https://work_x.example"), 4), (("--profile", "gone"), 3),
     (("--url", SITE, "--profile", "other"), 4), (("--as", "no-such"), 2), (("--no-such",), 2), (("--url", ""), 2),
     (("word",), 2)],
)  # fmt: skip
def test_the_command_does_not_run(options: tuple[str, ...], code: int, work: None, run: Run, home: Path) -> None:
    done = run("exec", *options, "--", "touch", "was-run")
    assert (done.returncode, done.stdout, (home / "was-run").exists()) == (code, b"", False)
    assert done.stderr.startswith(b"atla-credential: error: ")


def test_no_token_and_no_profile(work: None, run: Run, files: Files, home: Path) -> None:
    assert run("logout", "work").returncode == 0
    assert run("exec", "--", "touch", "was-run").returncode == 3
    (home / ".config" / "atla" / "config.toml").unlink()
    assert run("exec", "--", "touch", "was-run").returncode == 3
    assert not (home / "was-run").exists()
    assert run("exec").returncode == run("exec", "--").returncode == run("exec", "true").returncode == 2


def test_the_profile_of_the_variables_is_the_active_one(work: None, run: Run) -> None:
    """With its own account, also where a stored profile is called the same."""
    mine = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "bot@example.com", "ATLA_TOKEN": "made-up-bot"}
    assert seen(run, **mine)[b"ATLA_USERNAME"] == b"bot@example.com"
    assert seen(run, ATLA_PROFILE="other")[b"ATLA_PASSWORD"] == b"made-up-other"


def test_list_presets(run: Run) -> None:
    done = run("exec", "--list-presets", ATLA_PASSWORD="canary")
    assert f"none: {', '.join(NAMES)}" in done.stdout.decode().splitlines()
    rows = json.loads(run("exec", "--list-presets", "--json").stdout)["presets"]
    assert {"preset": "none", "variables": list(NAMES)} in rows


def test_stale_variables_of_a_program_are_removed(work: None, run: Run) -> None:
    """What would come before in the program: another kind of token, and OAuth."""
    stale = {
        "JIRA_PERSONAL_TOKEN": "old",
        "ATLASSIAN_OAUTH_ENABLE": "true",
        "JIRA_OAUTH_ACCESS_TOKEN": "old",
        "JIRA_API_TOKEN": "old",
    }
    found = seen(run, "--as", "mcp-atlassian", **stale, JIRA_PROJECTS_FILTER="A", ATLA_PASSWORD="kept")
    assert not found.keys() & {b"JIRA_PERSONAL_TOKEN", b"ATLASSIAN_OAUTH_ENABLE", b"JIRA_OAUTH_ACCESS_TOKEN"}
    assert found[b"JIRA_API_TOKEN"] == found[b"CONFLUENCE_API_TOKEN"] == b"made-up"
    assert (found[b"JIRA_PROJECTS_FILTER"], found[b"ATLA_PASSWORD"]) == (b"A", b"kept")
