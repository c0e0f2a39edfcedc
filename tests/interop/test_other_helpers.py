"""Other helpers behind a profile's own store: real ones, and ones that hang, flood, lie or call us back (safety H1 to H3)."""

import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, Run, snapshot

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
WHO = b"username=you@example.com\n"
FULL = b"protocol=https\nhost=work.atlassian.net\nusername=you@example.com\npassword=%b\n\n"
CONTRIB = Path(__file__).parents[2] / "contrib"
LIMIT_S = 10


@pytest.fixture
def helpers(files: Files) -> Callable[..., Path]:
    """Return a function that makes a profile without a token, and lists helpers."""

    def write(*entries: str, config: str = profile("work", SITE), credentials: str = "") -> Path:
        listed = ", ".join(f"'''{entry}'''" for entry in entries)
        return files(config=config, credentials=credentials, helper=f"[helper]\nhelpers = [{listed}]\n")

    return write


@pytest.fixture
def script(home: Path) -> Callable[[str, str], str]:
    """Return a function that makes a program, and returns its path."""

    def write(name: str, body: str) -> str:
        path = home / "programs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return write


def get(run: Run, **more: str) -> tuple[int, bytes, str]:
    done = run("get", "--url", SITE, **more)
    return done.returncode, done.stdout, done.stderr.decode()


def processes_of(home: Path) -> list[str]:
    """Return the command lines of processes that name a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(home) in words and "pytest" not in words:
            found.append(words)
    return found


# Real ones.


@pytest.fixture
def credential_store(home: Path) -> Iterator[str]:
    yield f"store --file={home}/git-credentials"


@pytest.mark.usefixtures("knows_authtype")
def test_git_credential_store(credential_store: str, helpers: Callable[..., Path], run: Run, home: Path) -> None:
    folder = helpers(credential_store)
    (home / "git-credentials").write_text("https://you%40example.com:made-up@work.atlassian.net\n")
    before = snapshot(folder)
    assert get(run) == (0, WHO + b"password=made-up\n", "")
    # What worked goes back to where it came from, and nowhere else.
    assert run("store", stdin=FULL % b"made-up").returncode == 0
    assert snapshot(folder) == before
    # Another token is not its business.
    assert run("erase", stdin=FULL % b"another").returncode == 0
    assert "made-up" in (home / "git-credentials").read_text()
    # What was rejected is forgotten where it came from.
    assert run("erase", stdin=FULL % b"made-up").returncode == 0
    assert "made-up" not in (home / "git-credentials").read_text()
    assert get(run)[0] == 3


@pytest.mark.usefixtures("knows_authtype")
def test_a_new_token_goes_to_the_own_store_and_comes_first(
    credential_store: str, helpers: Callable[..., Path], run: Run, home: Path
) -> None:
    folder = helpers(credential_store)
    (home / "git-credentials").write_text("https://you%40example.com:old@work.atlassian.net\n")
    assert run("store", stdin=FULL % b"new").returncode == 0
    assert "new" in (folder / "credentials.toml").read_text()
    assert "old" in (home / "git-credentials").read_text()
    assert get(run)[1] == WHO + b"password=new\n"
    # A rejected one is erased in the own store; the helper's other one is left.
    assert run("erase", stdin=FULL % b"new").returncode == 0
    assert "old" in (home / "git-credentials").read_text()


@pytest.mark.usefixtures("knows_authtype")
def test_git_credential_cache(helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]) -> None:
    socket = home / "cache" / "socket"
    socket.parent.mkdir(mode=0o700)
    helpers(f"cache --timeout=600 --socket={socket}")
    git = ["git", "credential-cache", f"--socket={socket}"]
    subprocess.run([*git, "store"], input=FULL % b"warm", env=variables, check=True)
    try:
        assert get(run) == (0, WHO + b"password=warm\n", "")
        assert run("erase", stdin=FULL % b"warm").returncode == 0
        assert get(run)[0] == 3
    finally:
        subprocess.run([*git, "exit"], env=variables, check=True)


@pytest.mark.skipif(not (shutil.which("pass") and shutil.which("gpg")), reason="pass or gpg is not installed")
def test_pass(helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]) -> None:
    keys = home / "gpg"
    keys.mkdir(mode=0o700)
    variables["GNUPGHOME"] = str(keys)
    subprocess.run(
        ["gpg", "--batch", "--quiet", "--pinentry-mode=loopback", "--passphrase=", "--quick-gen-key", "x@x", "default", "default"],
        env=variables, check=True, capture_output=True,
    )  # fmt: skip
    try:
        for command, text in (
            (["init", "x@x"], ""),
            (["insert", "-m", "atlassian/work.atlassian.net"], "made-up\nnote\n"),
        ):
            subprocess.run(["pass", *command], input=text, text=True, env=variables, check=True, capture_output=True)
        helpers(str(CONTRIB / "helpers" / "git-credential-pass"))
        assert get(run) == (0, WHO + b"password=made-up\n", "")
        assert run("store", stdin=FULL % b"made-up").returncode == 0
        assert run("erase", stdin=FULL % b"made-up").returncode == 0
        assert get(run) == (0, WHO + b"password=made-up\n", "")
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=variables, check=True)


@pytest.mark.parametrize("tool", ["op", "bw", "vault"])
def test_the_snippets_of_the_manual(
    tool: str, helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run, variables: dict[str, str]
) -> None:
    page = (CONTRIB.parent / "docs" / "how-to" / "other-helpers.md").read_text(encoding="utf-8")
    (listed,) = [
        block
        for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
        if f"$({tool} " in block and "cache" not in block
    ]
    folder = Path(script(tool, "test $# -gt 1 && echo made-up")).parent
    helpers(*tomllib.loads(listed)["helper"]["helpers"])
    assert get(run, PATH=f"{folder}{os.pathsep}{variables['PATH']}") == (0, WHO + b"password=made-up\n", "")


def test_a_snippet_as_git_takes_it(helpers: Callable[..., Path], run: Run) -> None:
    helpers('!f() { test "$1" = get && echo password=made-up; }; f')
    assert get(run) == (0, WHO + b"password=made-up\n", "")


def test_an_absolute_path_with_a_space_and_arguments(
    helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run
) -> None:
    path = script("my helper", 'echo "password=$1-$2"')
    helpers(f'"{path}" first')
    assert get(run)[1] == WHO + b"password=first-get\n"


def test_the_order_and_the_empty_entry(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!echo password=cleared;:", "", "!:", "!echo password=second;:", "!echo password=third;:")
    assert get(run)[1] == WHO + b"password=second\n"


def test_what_stands_before_comes_first(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    helpers(f"!touch {home}/asked;:", credentials=token("work", SITE, "own"))
    assert get(run)[1] == WHO + b"password=own\n"
    assert get(run, ATLA_TOKEN="variable")[1] == WHO + b"password=variable\n"
    assert not (home / "asked").exists()


def test_nobody_is_asked_for_a_foreign_address(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    helpers(f"!touch {home}/asked;:")
    for url in ("https://github.com", "https://work.atlassian.net.evil.example", "http://work.atlassian.net"):
        assert run("get", "--url", url).returncode == 4
    assert not (home / "asked").exists()


def test_what_a_helper_is_told(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    helpers(f"!cat > {home}/$$; env > {home}/env; echo password=made-up;:")
    assert run("get", "--url", f"{SITE}/browse/X-1", ATLA_TOKEN__OTHER="canary", ATLA_TOKEN="").returncode == 0
    (asked,) = [path.read_bytes() for path in home.glob("[0-9]*")]
    assert asked == b"protocol=https\nhost=work.atlassian.net\nusername=you@example.com\n\n"
    variables = (home / "env").read_text()
    assert "canary" not in variables
    assert "ATLA_CREDENTIAL_DEPTH=1" in variables


def test_a_bearer_profile(helpers: Callable[..., Path], run: Run) -> None:
    where = "https://jira.example.com"
    helpers(
        "!grep -q authtype && printf 'capability[]=authtype\\nauthtype=Bearer\\ncredential=made-up\\n';:",
        config=profile("dc", where, email=""),
    )
    asked = b"capability[]=authtype\nprotocol=https\nhost=jira.example.com\n\n"
    assert run("get", stdin=asked).stdout == b"capability[]=authtype\nauthtype=Bearer\ncredential=made-up\n"
    assert run("get", "--url", where).stdout == b"username=x-token-auth\npassword=made-up\n"


def test_expiry_and_refresh_token(helpers: Callable[..., Path], run: Run) -> None:
    more = "password_expiry_utc=32503680000\\noauth_refresh_token=again\\n"
    helpers("!printf 'password=old\\npassword_expiry_utc=1\\n';:", f"!printf 'password=made-up\\n{more}';:")
    assert get(run)[1] == WHO + b"password=made-up\npassword_expiry_utc=32503680000\noauth_refresh_token=again\n"


def test_a_name_from_one_and_a_password_from_another(helpers: Callable[..., Path], run: Run) -> None:
    where = "https://jira.example.com"
    helpers(
        "!echo username=jdoe;:", "!grep -q username=jdoe && echo password=made-up;:",
        config=profile("dc", where, email="").replace("[profiles", "[profiles"),
    )  # fmt: skip
    assert run("get", "--url", where).stdout == b"username=x-token-auth\npassword=made-up\n"


def test_quit_ends_the_list(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!echo quit=1;:", "!echo password=made-up;:")
    assert get(run)[0] == 3


# Bad ones.


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("no-such-helper", "helper git-credential-no-such-helper is not installed"),
        ("../x", "neither a name, nor an absolute path, nor a snippet"),
        ("'open", "neither a name, nor an absolute path, nor a snippet"),
        ("a/b", "neither a name, nor an absolute path, nor a snippet"),
        ("/no/such/program", "cannot be started: no such file or directory"),
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


def test_nothing_but_a_snippet_reaches_a_shell(
    helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run, home: Path
) -> None:
    path = script("show", 'echo "password=$*" | tr " $" "_S"')
    helpers(f"{path} $HOME `id` ; touch {home}/was-run")
    assert get(run)[1] == WHO + f"password=SHOME_`id`_;_touch_{home}/was-run_get\n".encode()
    assert not (home / "was-run").exists()


def test_one_that_hangs_is_ended_with_all_it_started(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    helpers(f"!sh -c 'trap \"\" TERM; sleep 1000; : {home}' & sleep 1000; : {home};:")
    start = time.monotonic()
    code, _, said = get(run)
    assert code == 1
    assert f"did not answer within {LIMIT_S} s" in said
    assert LIMIT_S <= time.monotonic() - start < 2 * LIMIT_S
    assert processes_of(home) == []


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
    assert got.wait(LIMIT_S) == 128 + signal.SIGTERM
    assert processes_of(home) == []


def test_doctor_and_explain_and_status_speak_of_them(helpers: Callable[..., Path], run: Run) -> None:
    helpers("no-such-helper", "!echo password=made-up;:")
    assert b"wrong  helper git-credential-no-such-helper is not installed" in run("doctor").stdout
    said = run("explain", SITE).stdout.decode()
    assert "could not look: helper git-credential-no-such-helper is not installed" in said
    assert "token from the helper" in said
    assert b"token     from another helper" in run("status").stdout


def test_no_token_reaches_git_either(
    helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run, home: Path, variables: dict[str, str]
) -> None:
    folder = Path(script("git", f"env >> {home}/env; exit 1")).parent
    helpers("no-such-helper")
    get(
        run,
        PATH=f"{folder}{os.pathsep}{variables['PATH']}",
        ATLA_TOKEN__OTHER="canary",
        ATLA_TOKEN="canary",
        ATLA_INSTANCE="https://x.example",
    )
    assert "canary" not in (home / "env").read_text()


@pytest.mark.parametrize("entry", ["!sleep 1000 & : {home} ;:", "!echo password=made-up; sleep 1000 & :"])
def test_what_a_helper_leaves_behind_is_ended_with_its_time(
    entry: str, helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run, home: Path
) -> None:
    sleeper = script("sleeper", "sleep 1000")
    helpers(entry.replace("sleep 1000", sleeper).replace("{home}", str(home)))
    assert "did not answer" in get(run)[2]
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


def test_nothing_is_erased_before_it_is_known_that_all_can_be_asked(helpers: Callable[..., Path], run: Run) -> None:
    folder = helpers("no-such-helper", credentials=token("work", SITE, "made-up"))
    assert run("erase", stdin=FULL % b"made-up").returncode == 1
    assert "made-up" in (folder / "credentials.toml").read_text()


def test_a_rejected_token_does_not_come_back_from_the_next_one(
    helpers: Callable[..., Path], run: Run, home: Path
) -> None:
    helpers(*(f"store --file={home}/{name}" for name in ("one", "two")))
    for name in ("one", "two"):
        (home / name).write_text("https://you%40example.com:made-up@work.atlassian.net\n")
    assert run("erase", stdin=FULL % b"made-up").returncode == 0
    assert get(run)[0] == 3


def test_the_name_that_a_helper_gave_is_the_one_it_is_told(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    where = "https://dc.example.com"
    stored = "https://jdoe:made-up@dc.example.com\nhttps://other:another@dc.example.com\n"
    helpers(f"store --file={home}/stored", config=profile("dc", where, email=""))
    (home / "stored").write_text(stored)
    asked = b"capability[]=authtype\nprotocol=https\nhost=dc.example.com\n"
    assert run("store", stdin=asked + b"username=x-token-auth\npassword=made-up\n\n").returncode == 0
    assert (home / "stored").read_text() == stored
    assert run("erase", stdin=asked + b"authtype=Bearer\ncredential=made-up\n\n").returncode == 0
    assert (home / "stored").read_text() == "https://other:another@dc.example.com\n"


@pytest.mark.parametrize("name", ["jdoe", "x-bitbucket-api-token-auth"])
def test_bitbucket_has_git_s_names(name: str, helpers: Callable[..., Path], run: Run, home: Path) -> None:
    where = "https://bitbucket.org"
    folder = helpers(f"store --file={home}/stored", config=profile("bb", where))
    if name == "jdoe":
        with (folder / "helper.toml").open("a") as file:
            file.write('[profiles.bb]\nusername = "jdoe"\n')
    (home / "stored").write_text(f"https://{name}:made-up@bitbucket.org\nhttps://nobody:another@bitbucket.org\n")
    assert b"password=made-up\n" in run("get", "--url", where).stdout


def test_an_ignored_hangup_stays_ignored(helpers: Callable[..., Path], variables: dict[str, str], home: Path) -> None:
    helpers(f"!echo > {home}/started; while ! test -e {home}/go; do :; done; echo password=made-up;:")
    got = subprocess.Popen(
        ["nohup", PROGRAM, "get", "--url", SITE], env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    while not (home / "started").exists():
        assert got.poll() is None
    got.send_signal(signal.SIGHUP)
    (home / "go").touch()
    assert got.communicate(timeout=LIMIT_S)[0] == WHO + b"password=made-up\n"


def test_a_null_byte_is_no_program(run: Run, files: Files) -> None:
    files(config=profile("work", SITE), helper='[helper]\nhelpers = ["!a\\u0000b", "!echo password=made-up;:"]\n')
    code, answer, said = get(run)
    assert (code, answer) == (0, WHO + b"password=made-up\n")
    assert "cannot be started" in said
