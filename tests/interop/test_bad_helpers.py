"""Other helpers that hang, flood, lie, fail, call us back or leave something behind (safety H1 to H3)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.foreign import exchange
from atla_credential.report import row
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from other_helpers import FULL, LIMIT_S, SITE, WHO, get, processes_of

Files = Callable[..., Path]


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("no-such-helper", "helper git-credential-no-such-helper is not installed"),
        ("../x", "neither a name, nor an absolute path, nor a snippet"),
        ("'open", "neither a name, nor an absolute path, nor a snippet"),
        ("a/b", "neither a name, nor an absolute path, nor a snippet"),
        ("/no/such/program", "helper 1 in helper.toml is not an executable file"),
        ("/dev", "helper 1 in helper.toml is not an executable file"),
        ("!printf 'password=a\\rb\\n';:", "malformed answer"),
        ("!printf 'password=a\\npassword=b\\n';:", "malformed answer"),
        ("!printf 'nonsense\\n';:", "malformed answer"),
        ("!printf 'host=evil.example\\npassword=a\\n';:", "another host or account"),
        ("!printf 'protocol=http\\npassword=a\\n';:", "another host or account"),
        ("!printf 'username=somebody\\npassword=a\\n';:", "another host or account"),
        ("!yes password=a", "answered more than 1 MiB"),
    ],
)
def test_a_bad_one_is_passed_over_with_a_line(
    entry: str, complaint: str, helpers: Callable[..., Path], run: Run
) -> None:
    helpers(entry)
    code, answer, said = get(run)
    assert (code, answer) == (1, b"")
    assert complaint in said
    helpers(entry, "!echo password=made-up;:")
    code, answer, said = get(run)
    assert (code, answer) == (0, WHO + b"password=made-up\n")
    assert complaint in said
    assert len(said.splitlines()) == 1
    # What could not be looked into stops whoever would write.
    helpers(entry)
    assert run("store", stdin=FULL % b"new").returncode == 1
    assert "new" not in "".join(path.decode() for path in snapshot(helpers(entry)).values())


def test_nothing_is_found_in_the_working_folder(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    program = home / "git-credential-here"
    program.write_text("#!/bin/sh\necho password=canary\n")
    program.chmod(0o755)
    helpers("here")
    for path in (".", "", f":{os.environ['PATH']}"):
        assert "is not installed" in get(run, PATH=path or os.environ["PATH"])[2]


def test_one_that_hangs_is_ended_with_all_it_started(
    helpers: Callable[..., Path], run_impatient: Run, home: Path
) -> None:
    helpers(f"!sh -c 'trap \"\" TERM; sleep 1000; : {home}' & sleep 1000; : {home};:")
    start = time.monotonic()
    code, _, said = get(run_impatient)
    assert code == 1
    assert f"did not answer within {LIMIT_S} s" in said
    assert LIMIT_S <= time.monotonic() - start < TIMEOUT_S / 2
    assert processes_of(home) == []


def test_list_of_many_profiles_waits_no_longer_than_for_two(helpers: Callable[..., Path], run_impatient: Run) -> None:
    """One that hangs is asked once; those that are only slow have twice the time of one, for all profiles together."""
    names = [f"p{number}" for number in range(8)]
    config = "".join(profile(name, f"https://{name}.atlassian.net") for name in names)
    for entry in ("!sleep 1000;:", "!sleep 1; echo password=made-up; echo password_expiry_utc=4070908800;:"):
        helpers(entry, config=config)
        start = time.monotonic()
        done = run_impatient("list")
        assert done.returncode == 0
        assert time.monotonic() - start < 2 * LIMIT_S + 4
        lines = done.stdout.decode().splitlines()[1:]
        assert [line.split()[0] for line in lines] == names
        said = done.stderr.decode()
        if "1000" in entry:
            assert said.count(f"did not answer within {LIMIT_S} s") == 1
        else:
            assert lines[0].endswith("2099-01-01")
            assert lines[-1].endswith(" -")
            assert 'the helpers have taken too long, so nobody was asked for profile "p7"' in said


def test_a_helper_has_ten_seconds() -> None:
    """What hangs here is given 2 s by an impatient program; the real one is as patient as the reference says."""
    assert exchange.LIMIT_S == 10
    assert row.PATIENCE_S == 2 * exchange.LIMIT_S


def test_one_that_calls_us_back_ends(
    helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]
) -> None:
    helpers("atla")
    assert get(run)[0] == 3
    subprocess.run(["git", "config", "--global", "credential.helper", "atla"], env=variables, check=True)
    helpers("!printf 'protocol=https\\nhost=work.atlassian.net\\n\\n' | git credential fill;:")
    code, answer, said = get(run)
    assert (code, answer) == (3, b"")
    assert "no token available" in said
    assert processes_of(home) == []


def test_an_ended_get_leaves_no_helper(helpers: Callable[..., Path], variables: dict[str, str], home: Path) -> None:
    helpers(f"!echo started > {home}/started; sleep 1000; : {home};:")
    got = subprocess.Popen([PROGRAM, "get", "--url", SITE], env=variables, stderr=subprocess.DEVNULL)
    while not (home / "started").exists():
        assert got.poll() is None
    got.terminate()
    assert got.wait(TIMEOUT_S) == 128 + signal.SIGTERM
    assert processes_of(home) == []


@pytest.mark.parametrize("entry", ["!sleep 1000 & : {home} ;:", "!echo password=made-up; sleep 1000 & :"])
def test_what_a_helper_leaves_behind_is_ended_with_its_time(
    entry: str, helpers: Callable[..., Path], script: Callable[[str, str], str], run_impatient: Run, home: Path
) -> None:
    sleeper = script("sleeper", "sleep 1000")
    helpers(entry.replace("sleep 1000", sleeper).replace("{home}", str(home)))
    assert "did not answer" in get(run_impatient)[2]
    assert processes_of(home) == []


def test_one_with_a_control_character_is_passed_over(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!printf 'password=a\\001b\\n';:", "!echo password=made-up;:")
    code, answer, said = get(run)
    assert (code, answer) == (0, WHO + b"password=made-up\n")
    assert "malformed answer" in said


def test_one_that_fails_could_not_be_looked_into(helpers: Callable[..., Path], run: Run) -> None:
    folder = helpers("!exit 7;:")
    code, _, said = get(run)
    assert code == 1
    assert "failed with exit code 7" in said
    before = snapshot(folder)
    assert run("store", stdin=FULL % b"new").returncode == 1
    assert snapshot(folder) == before
    helpers("!f() { test $1 = get && echo password=made-up || exit 7; }; f")
    assert run("erase", stdin=FULL % b"made-up").returncode == 1


def test_an_ignored_hangup_stays_ignored(helpers: Callable[..., Path], variables: dict[str, str], home: Path) -> None:
    helpers(f"!echo > {home}/started; while ! test -e {home}/go; do :; done; echo password=made-up;:")
    got = subprocess.Popen(
        ["nohup", PROGRAM, "get", "--url", SITE], env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    while not (home / "started").exists():
        assert got.poll() is None
    got.send_signal(signal.SIGHUP)
    (home / "go").touch()
    assert got.communicate(timeout=TIMEOUT_S)[0] == WHO + b"password=made-up\n"


def test_a_null_byte_is_no_program(run: Run, files: Files) -> None:
    files(config=profile("work", SITE), helper='[helper]\nhelpers = ["!a\\u0000b", "!echo password=made-up;:"]\n')
    code, answer, said = get(run)
    assert (code, answer) == (0, WHO + b"password=made-up\n")
    assert "cannot be started" in said


def test_one_that_hangs_is_asked_once(helpers: Callable[..., Path], run_impatient: Run, home: Path) -> None:
    (home / "stored").write_text("https://you%40example.com:made-up@work.atlassian.net\n")
    helpers(f"!echo >> {home}/asked; exec sleep 1000;:", f"store --file={home}/stored")
    assert run_impatient("erase", stdin=FULL % b"made-up").stdout == b""
    assert (home / "stored").read_text() == ""
    assert (home / "asked").read_text() == "\n"


# Each leads back to us, and loses the variable that says so, on another way. Should one go on for long, it ends in a
# sleeper, so that a test that fails leaves the machine usable.
NEXT = "echo >> {home}/levels; test $(wc -l < {home}/levels) -gt 8 && exec sleep 1000"
BARE = "env -i HOME={home} PATH={path}"
RINGS = {
    "a snippet": f"!{NEXT}; {BARE} {{program}} get --url {SITE};:",
    "its own end": f"!{NEXT}; exec {BARE} {{program}} get --url {SITE};:",
    "twice": f"!{NEXT}; {BARE} {{program}} get --url {SITE}; {BARE} {{program}} get --url {SITE};:",
    "behind its back": f"!{NEXT}; (setsid {BARE} {{program}} get --url {SITE} &) ;:",
    "through git": f"!{NEXT}; printf 'protocol=https\\nhost=work.atlassian.net\\n\\n' | {BARE} git credential fill;:",
    "through a program that closes all": f"!{NEXT}; {BARE} {{python}} {{home}}/wrapper {{program}} get --url {SITE};:",
}
WRAPPER = """
import os, subprocess, sys
clean = {name: os.environ[name] for name in ("HOME", "PATH")}
done = subprocess.run(sys.argv[1:], env=clean, close_fds=True, start_new_session=True)
sys.exit(done.returncode)
"""


@pytest.fixture(params=RINGS)
def ring(
    request: pytest.FixtureRequest, helpers: Callable[..., Path], home: Path, variables: dict[str, str]
) -> Iterator[None]:
    """List a helper that is a ring; at the end, end what a test that failed has left of it."""
    (home / "wrapper").write_text(WRAPPER)
    subprocess.run(["git", "config", "--global", "credential.helper", PROGRAM], env=variables, check=True)
    names = {"home": home, "path": variables["PATH"], "program": PROGRAM, "python": sys.executable}
    helpers(RINGS[request.param].format(**names))
    yield
    while left := ring_of(home):
        for number in left:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def ring_of(home: Path) -> list[int]:
    """Return the processes whose home this is, or that name it."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
            if str(home).encode() in said and int(path.name) != os.getpid() and b" -m pytest" not in said:
                found.append(int(path.name))
    return found


@pytest.mark.usefixtures("ring")
def test_a_ring_ends_with_its_first_round(run: Run, home: Path) -> None:
    assert ring_of(home) == []
    code, answer, said = get(run)
    assert ring_of(home) == []
    assert (home / "levels").read_text() == "\n"
    assert (code, answer) == (3, b"")
    assert 'atla-credential: error: no token available for profile "work"\n' in said


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize("operation", ["store", "erase"])
def test_a_ring_is_not_gone_round_by_an_update(operation: str, run: Run, home: Path) -> None:
    run(operation, stdin=FULL % b"made-up")
    assert ring_of(home) == []
    assert (home / "levels").read_text() == "\n"


@pytest.mark.usefixtures("ring")
def test_nothing_of_a_ring_outlives_its_first_process(variables: dict[str, str], home: Path) -> None:
    for delay_s in (0.05, 0.1, 0.2, 0.4):
        got = subprocess.Popen([PROGRAM, "get", "--url", SITE], env=variables, stderr=subprocess.DEVNULL)
        time.sleep(delay_s)
        got.kill()
        got.wait(TIMEOUT_S)
        end_s = time.monotonic() + 8  # 2 are promised, of a machine that is not busy; a ring that is not ended takes 18
        while ring_of(home) and time.monotonic() < end_s:
            time.sleep(0.05)
        assert ring_of(home) == []


def test_below_a_helper_nothing_is_kept_and_doctor_says_why(
    helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]
) -> None:
    bare = BARE.format(home=home, path=variables["PATH"])
    store = "printf 'protocol=https\\nhost=work.atlassian.net\\nusername=you@example.com\\npassword=canary\\n\\n'"
    folder = helpers(
        f"!{bare} {PROGRAM} doctor > {home}/doctor; {store} | {bare} {PROGRAM} store; echo password=made-up;:"
    )
    before = snapshot(folder)
    assert get(run)[:2] == (0, WHO + b"password=made-up\n")
    assert snapshot(folder) == before
    assert "this runs below a helper of such a list, so no other helper is asked" in (home / "doctor").read_text()


def test_a_helper_of_ours_is_no_helper_of_somebody_else_s(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    """What a helper is marked with limits nothing, and ends with it."""
    helpers(f"!ulimit -H -t > {home}/hard; ulimit -S -t > {home}/soft; echo password=made-up;:")
    for _ in range(2):
        assert get(run) == (0, WHO + b"password=made-up\n", "")
    assert (home / "hard").read_text() == "unlimited\n"
    assert int((home / "soft").read_text()) > 10**9


def test_a_limit_that_somebody_has_set_stays(
    helpers: Callable[..., Path], variables: dict[str, str], home: Path
) -> None:
    helpers(f"!ulimit -t > {home}/limit; echo password=made-up;:")
    done = subprocess.run(
        ["sh", "-c", 'ulimit -t 600; exec "$0" get --url "$1"', PROGRAM, SITE], env=variables, capture_output=True,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.stdout == WHO + b"password=made-up\n"
    assert (home / "limit").read_text() == "600\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_ended_while_a_helper_starts(
    number: signal.Signals,
    helpers: Callable[..., Path],
    script: Callable[[str, str], str],
    variables: dict[str, str],
    home: Path,
) -> None:
    sleeper = script("sleeper", "sleep 1000")
    helpers(f"!echo > {home}/started; exec {sleeper}")
    for _ in range(5):
        (home / "started").unlink(missing_ok=True)
        got = subprocess.Popen([PROGRAM, "get", "--url", SITE], env=variables, stderr=subprocess.DEVNULL)
        while not (home / "started").exists():
            assert got.poll() is None
        got.send_signal(number)
        assert got.wait(TIMEOUT_S) == 128 + number
        assert processes_of(home) == []


def test_half_an_answer_is_none(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!printf password=made; kill -9 $$;:")
    code, answer, said = get(run)
    assert (code, answer) == (1, b"")
    assert "helper 1 in helper.toml was ended by signal 9" in said


def test_doctor_finds_a_path_that_leads_nowhere(helpers: Callable[..., Path], run: Run) -> None:
    helpers("cache", "/no/such/program", credentials=token("work", SITE, "made-up"))
    assert b"wrong  helper 2 in helper.toml is not an executable file" in run("doctor").stdout


def test_one_that_fails_after_a_name_has_failed(helpers: Callable[..., Path], run: Run) -> None:
    folder = helpers("!f() { echo username=you@example.com; return 1; }; f")
    code, answer, said = get(run)
    assert (code, answer) == (1, b"")
    assert "helper 1 in helper.toml failed with exit code 1" in said
    assert run("store", stdin=FULL % b"new").returncode == 1
    assert "new" not in "".join(path.decode() for path in snapshot(folder).values())
    helpers("!f() { echo password=made-up; return 1; }; f")
    assert get(run) == (0, WHO + b"password=made-up\n", "")


def test_an_impatient_person_leaves_no_helper(
    helpers: Callable[..., Path], script: Callable[[str, str], str], variables: dict[str, str], home: Path
) -> None:
    stubborn = script("stubborn", f"trap '' TERM; echo > {home}/started; while :; do sleep 1; done")
    helpers(f"!exec {stubborn}")
    got = subprocess.Popen([PROGRAM, "get", "--url", SITE], env=variables, stderr=subprocess.DEVNULL)
    while not (home / "started").exists():
        assert got.poll() is None
    while got.poll() is None:
        got.send_signal(signal.SIGINT)
        time.sleep(0.01)
    assert got.returncode == 128 + signal.SIGINT
    assert processes_of(home) == []


def test_a_hung_one_is_not_asked_for_every_profile(
    helpers: Callable[..., Path], run_impatient: Run, home: Path
) -> None:
    more = "".join(profile(name, f"https://{name}.atlassian.net") for name in ("work", "home", "third"))
    helpers(f"!echo >> {home}/asked; exec sleep 1000;:", config=more)
    assert run_impatient("status", "--all").returncode == 1
    assert (home / "asked").read_text() == "\n"


def test_what_one_profile_is_refused_another_one_gets(helpers: Callable[..., Path], run: Run) -> None:
    both = profile("home", "https://home.atlassian.net") + profile("work", SITE)
    helpers("!f() { grep -qx host=work.atlassian.net || exit 1; echo password=made-up; }; f", config=both)
    assert b"token     from another helper" in run("status", "--all").stdout
    assert run("get", "--url", "https://home.atlassian.net").returncode == 1
