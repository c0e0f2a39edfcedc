"""A real git that sends an `Authorization` of its own settings: what the server says of it is not said of our token."""

import json
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from atla_credential.environment import Environment
from atla_credential.git.extra_header import read_headers, sent_to
from atla_credential.git.urlmatch import pattern_at
from conftest import HELPER, Run, snapshot
from developer import ACCESS_TOKEN, JDOE, WORK, Developer

Accounts = Callable[..., Path]
Script = Callable[[str, str], str]

STALE = "Authorization: Bearer made-up-stale"
WRONG = {**WORK, "token": "made-up-wrong"}
LIMIT_S = 3
REPOSITORY = "/basic/team/repo.git"


@pytest.fixture
def settings(developer: Developer) -> Callable[[str], int]:
    """Return a function that adds to ~/.gitconfig, and returns the number of the last line there."""

    def add(text: str) -> int:
        path = developer.home / ".gitconfig"
        path.write_text(path.read_text() + text)
        return len(path.read_text().splitlines())

    return add


def is_kept(developer: Developer, *words: str, **variables: str) -> str:
    """Let the server refuse what git sends, and see that the token stays; return what is said."""
    before = snapshot(developer.folder)
    url = developer.url(REPOSITORY)
    said = developer.git(*words, "ls-remote", url, code=128, **variables).stderr
    assert developer.headers() == ["Bearer made-up-stale"]
    assert snapshot(developer.folder) == before
    assert "password=made-up-jdoe\n" in developer.run(HELPER, "get", stdin=f"url={url}\n\n").stdout
    assert "Authentication failed" in said
    assert "made-up" not in said
    return said.partition("atla-credential: warning: ")[2].partition("\n")[0]


def is_set_aside(developer: Developer, *words: str, **variables: str) -> None:
    """Let the server refuse a token, and see that it is set aside, with no word of a header."""
    said = developer.git(*words, "ls-remote", developer.url(REPOSITORY), code=128, **variables).stderr
    assert developer.tokens() == {"work|rejected": "made-up-wrong"}
    assert "of its own" not in said


START = "git sends an Authorization of its own there, so the rejection says nothing of the token, which is kept: "


def test_for_all_hosts(developer: Developer, accounts: Accounts, settings: Callable[[str], int]) -> None:
    """The step that is printed is one that helps, and takes nothing else away."""
    accounts(work=WORK)
    line = settings(f"[http]\n\textraHeader = X-Other: a\n\textraHeader = {STALE}\n")
    path = developer.home / ".gitconfig"
    step = f"git config --file {path} --unset-all http.extraHeader '^Authorization[:;]'"
    assert is_kept(developer) == f"{START}http.extraHeader in {path}, line {line}; if it is old, run: {step}"
    developer.run("sh", "-c", step)
    assert "X-Other: a" in path.read_text()
    developer.git("ls-remote", developer.url(REPOSITORY))
    assert developer.headers() == [JDOE]


def test_at_a_terminal_it_is_the_same_line(
    developer: Developer, accounts: Accounts, settings: Callable[[str], int]
) -> None:  # fmt: skip
    accounts(work=WORK)
    settings(f"[http]\n\textraHeader = {STALE}\n")
    shown = developer.git_at_a_terminal("ls-remote", developer.url(REPOSITORY))
    assert shown.startswith(f"atla-credential: warning: {START}http.extraHeader in {developer.home}/.gitconfig, line ")
    assert "rejected, and is" not in shown
    assert developer.tokens() == {"work": "made-up-jdoe"}


@pytest.mark.parametrize("path", ["", "/", "/basic", "/basic/team/repo.git"])
def test_for_an_address(path: str, developer: Developer, accounts: Accounts, settings: Callable[[str], int]) -> None:
    """git does not tell us the path, so one below the address may have been sent."""
    accounts(work=WORK)
    line = settings(f'[http "{developer.url(path)}"]\n\textraHeader = {STALE}\n')
    assert is_kept(developer).startswith(
        f"{START}http.{developer.url(path)}.extraHeader in {developer.home}/.gitconfig, line {line}; "
    )


def test_by_wildcard_and_user(developer: Developer, accounts: Accounts, settings: Callable[[str], int]) -> None:
    accounts(work=WORK)
    settings(f'[http "https://*:{developer.server.port}"]\n\textraHeader = {STALE}\n')
    assert f"http.https://*:{developer.server.port}.extraHeader in " in is_kept(developer)


@pytest.mark.parametrize(
    "text",
    [
        f'[http "https://other.example"]\n\textraHeader = {STALE}\n',
        f'[http "https://localhost"]\n\textraHeader = {STALE}\n',
        "[http]\n\textraHeader = X-Header: made-up-stale\n",
        f"[http]\n\textraHeader = {STALE}\n\textraHeader =\n",
        f'[http]\n\textraHeader = {STALE}\n[http "{{server}}"]\n\textraHeader =\n',
        f'[http "{{server}}"]\n\textraHeader = X-Header: a\n[http]\n\textraHeader = {STALE}\n',
        "[http]\n\textraHeader = Authorization: Bearer made-up-wrong\n",
        f"[http]\n\textraHeader = Authorization: Basic {b64encode(b'other:made-up-wrong').decode()}\n",
        "",
    ],
    ids=[
        "another host", "another port", "another header", "cleared", "cleared for the host", "worse than one before",
        "our token", "our token as a password", "none",
    ],
)  # fmt: skip
def test_a_rejection_as_before(
    text: str, developer: Developer, accounts: Accounts, settings: Callable[[str], int]
) -> None:  # fmt: skip
    accounts(work=WRONG)
    settings(text.replace("{server}", developer.server.url))
    is_set_aside(developer)
    assert len(developer.headers()) == 1


@pytest.mark.parametrize("value", ["Authorization:", "Authorization;"])
def test_one_with_nothing_behind_it(
    value: str, developer: Developer, accounts: Accounts, settings: Callable[[str], int]
) -> None:  # fmt: skip
    """git then sends none at all, or an empty one; never ours."""
    accounts(work=WORK)
    settings(f'[http]\n\textraHeader = "{value}"\n')
    said = developer.git("ls-remote", developer.url(REPOSITORY), code=128).stderr
    assert START in said
    assert "'^Authorization[:;]'" in said
    assert developer.headers() == []
    assert developer.tokens() == {"work": "made-up-jdoe"}


def test_in_the_repository(developer: Developer, accounts: Accounts) -> None:
    """In its own folder and below it, and not in another one."""
    accounts(work=WORK)
    folder = developer.home / "clone"
    developer.git("init", "-q", str(folder))
    developer.git("-C", str(folder), "config", "http.extraHeader", STALE)
    (folder / "below").mkdir()
    for place in (folder, folder / "below"):
        said = is_kept(developer, "-C", str(place))
        assert said.startswith(
            f"{START}http.extraHeader in {folder}/.git/config, line 7; if it is old, run: git config "
        )
    developer.git("ls-remote", developer.url(REPOSITORY))
    assert developer.headers() == [JDOE]


def test_in_an_included_file(developer: Developer, accounts: Accounts, settings: Callable[[str], int]) -> None:
    accounts(work=WORK)
    (developer.home / "more").write_text(f"# by hand\n[http]\n\textraHeader = {STALE}\n")
    settings("[include]\n\tpath = more\n")
    assert is_kept(developer).startswith(f"{START}http.extraHeader in {developer.home}/more, line 3; ")


def test_by_variables(developer: Developer, accounts: Accounts) -> None:
    accounts(work=WORK)
    numbered = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": STALE}
    said = is_kept(developer, **numbered)
    assert said == (
        f"{START}http.extraHeader in GIT_CONFIG_VALUE_0; if it is old, correct GIT_CONFIG_VALUE_0, or unset GIT_CONFIG_COUNT"
    )
    said = is_kept(developer, "-c", f"http.extraHeader={STALE}")
    assert said == (f"{START}http.extraHeader of git -c, in GIT_CONFIG_PARAMETERS; if it is old, leave it out there")


def test_beside_a_bearer_token(developer: Developer, accounts: Accounts, settings: Callable[[str], int]) -> None:
    """The newer git sends both, and names no user in its rejection. This server takes two for a bad request."""
    accounts(work=ACCESS_TOKEN)
    settings(f'[http "{developer.url("", user="x-token-auth")}"]\n\textraHeader = {STALE}\n')
    url = developer.url("/bearer/team/repo.git", user="x-token-auth")
    said = developer.git("ls-remote", url, code=128).stderr
    if developer.knows_authtype:
        assert "returned error: 400" in said
        request = f"url={developer.server.url}\nauthtype=Bearer\ncredential=made-up-bearer\ncapability[]=authtype\n\n"
        said = developer.run(HELPER, "erase", stdin=request).stderr
        assert START in said
    assert developer.tokens() == {"work": "made-up-bearer"}


def test_what_another_helper_has(
    developer: Developer, accounts: Accounts, settings: Callable[[str], int], script: Script
) -> None:  # fmt: skip
    """It would forget it for good."""
    folder = accounts(work={"username": "jdoe"})
    told = developer.home / "told"
    helper = script(
        "helper", f"echo $1 >> {told}; test $1 != get || echo username=jdoe password=made-up-jdoe | tr ' ' '\\n'"
    )
    (folder / "helper.toml").write_text(
        f'[helper]\nhelpers = ["{helper}"]\n[profiles.work]\nauth = "basic"\nusername = "jdoe"\n'
    )
    settings(f"[http]\n\textraHeader = {STALE}\n")
    assert START in developer.git("ls-remote", developer.url(REPOSITORY), code=128).stderr
    assert "erase" not in told.read_text().split()


def test_a_setting_of_git_config_alone(developer: Developer, accounts: Accounts) -> None:
    """GIT_CONFIG names a file to `git config`, and to no other git command."""
    (developer.home / "alone").write_text(f"[http]\n\textraHeader = {STALE}\n")
    accounts(work=WRONG)
    is_set_aside(developer, GIT_CONFIG=str(developer.home / "alone"))


# Without a server: what `erase` starts, and what it makes of it.


ERASED = b"protocol=https\nhost=localhost:1234\nusername=jdoe\npassword=made-up-wrong\n\n"
HEADER = f"file:/made-up/file\\0http.extraheader\\n{STALE}\\0"


@pytest.fixture
def erase(files: Callable[..., Path], home: Path, run: Run) -> Callable[..., tuple[bool, str]]:
    """Return a function that erases a token, and tells whether it is set aside, and what was said."""

    def do(request: bytes = ERASED, **variables: str) -> tuple[bool, str]:
        folder = files(
            config='[profiles.work]\ninstance = "https://localhost:1234"\nemail = ""\ncredential_store = "file"\n',
            credentials='[tokens."work||https://localhost:1234"]\ntoken = "made-up-wrong"\n',
            helper='[profiles.work]\nauth = "basic"\nusername = "jdoe"\n',
        )
        done = run("erase", stdin=request, **variables)
        assert done.returncode == 0, done.stderr
        assert done.stdout == b""
        assert b"made-up-wrong" not in done.stderr
        assert b"made-up-stale" not in done.stderr
        return "|rejected" in (folder / "credentials.toml").read_text(), done.stderr.decode()

    return do


@pytest.fixture
def stub(script: Script) -> Callable[[str], str]:
    """Return a function that makes a program called git, and returns a PATH where that is the first."""
    return lambda body: f"{Path(script('git', body)).parent}:/usr/bin:/bin"


def test_no_git(erase: Callable[..., tuple[bool, str]], home: Path) -> None:
    (home / ".gitconfig").write_text(f"[http]\n\textraHeader = {STALE}\n")
    assert erase(PATH=str(home)) == (True, "")
    is_gone, said = erase()
    assert not is_gone
    assert START in said


def test_no_git_of_the_working_folder(
    erase: Callable[..., tuple[bool, str]], home: Path, stub: Callable[[str], str]
) -> None:
    folder = Path(stub(f"echo > {home}/started").partition(":")[0])
    shutil.copy(folder / "git", home / "git")
    assert erase(PATH=f":.:{folder.name}") == (True, "")
    assert not (home / "started").exists()


def test_a_git_that_hangs(erase: Callable[..., tuple[bool, str]], home: Path, stub: Callable[[str], str]) -> None:
    """It ends, with what it has started, and a rejection is one."""
    path = stub(f"printf '{HEADER}'; sleep 600 & echo $! $$ > {home}/numbers; wait")
    began_s = time.monotonic()
    assert erase(PATH=path) == (True, "")
    assert LIMIT_S <= time.monotonic() - began_s < 2 * LIMIT_S
    for number in (home / "numbers").read_text().split():
        assert not is_running(int(number))


def is_running(number: int) -> bool:
    """Tell whether a process is there, and has not ended: nobody may have asked yet how it did."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    "body",
    [
        f"printf '{HEADER}'; exit 1", f"printf '{HEADER}'; kill -9 $$", f"printf '{HEADER}'; cat /dev/zero", "exit 0",
        "printf 'nonsense'", "printf '\\377\\0\\376\\n\\375\\0'", "printf '\\0\\0\\0\\n\\0'", "exec >&-; exit 128",
        f"printf '{HEADER}' >&2",
    ],
)  # fmt: skip
def test_a_git_that_fails(body: str, erase: Callable[..., tuple[bool, str]], stub: Callable[[str], str]) -> None:
    """As if there were no header; and nobody hears of it."""
    assert erase(PATH=stub(body)) == (True, "")


def test_how_git_is_started(erase: Callable[..., tuple[bool, str]], home: Path, stub: Callable[[str], str]) -> None:
    """With the caller's settings, in the caller's folder; with no token, and nothing of our own streams."""
    path = stub(
        f"pwd > {home}/seen; env >> {home}/seen; echo \"$@\" >> {home}/seen; cat > {home}/stdin; printf '{HEADER}'"
    )
    variables = {
        "ATLA_TOKEN__OTHER": "made-up-other", "GIT_TRACE": f"{home}/traced", "GIT_TRACE2_EVENT": f"{home}/traced",
        "GIT_CONFIG": f"{home}/file", "GIT_DIR": f"{home}/dir", "GIT_CONFIG_COUNT": "0",
    }  # fmt: skip
    is_gone, said = erase(PATH=path, **variables)
    assert not is_gone
    assert "http.extraHeader in /made-up/file; if it is old" in said
    seen = (home / "seen").read_text()
    lines = seen.splitlines()
    assert lines[0] == str(home)
    assert lines[-1] == "config --null --show-origin --get-regexp ^http\\.(.*\\.)?extraheader$"
    assert {f"GIT_DIR={home}/dir", "GIT_CONFIG_COUNT=0"} <= set(lines)
    assert "made-up" not in seen
    assert "GIT_TRACE" not in seen
    assert "GIT_CONFIG=" not in seen
    assert (home / "stdin").read_bytes() == b""


@pytest.mark.parametrize(
    "request_text",
    [
        ERASED.replace(b"made-up-wrong", b"other"), ERASED.replace(b"localhost", b"other.example"), ERASED.replace(b"jdoe", b"x"),
        ERASED.replace(b"https", b"http"), b"host=localhost:1234\n\n", ERASED.replace(b"username", b"path=../\nusername"),
    ],
)  # fmt: skip
def test_git_is_not_asked_where_nothing_would_go(
    request_text: bytes, erase: Callable[..., tuple[bool, str]], home: Path, stub: Callable[[str], str]
) -> None:  # fmt: skip
    path = stub(f"touch {home}/started; printf '{HEADER}'")
    assert erase(request_text, PATH=path) == (False, "")
    assert not (home / "started").exists()
    assert erase(PATH=path)[0] is False
    assert (home / "started").exists()


def test_a_rejection_without_a_password(erase: Callable[..., tuple[bool, str]], stub: Callable[[str], str]) -> None:
    """It names no token, so that no header can hold it."""
    request = ERASED.replace(b"password=made-up-wrong\n", b"")
    assert erase(request, PATH=stub("exit 1")) == (True, "")
    is_gone, said = erase(request, PATH=stub(f"printf '{HEADER}'"))
    assert not is_gone
    assert START in said


# What doctor and setup-git say.


@pytest.fixture
def at_bitbucket(files: Callable[..., Path]) -> None:
    files(
        config='[profiles.work]\ninstance = "https://bitbucket.org"\nemail = "you@example.com"\ncredential_store = "file"\n'
    )


@pytest.mark.usefixtures("knows_authtype", "at_bitbucket")
@pytest.mark.parametrize(
    ("text", "to"),
    [
        (f"[http]\n\textraHeader = {STALE}\n", "every host: http.extraHeader"),
        (f'[http "https://bitbucket.org/team"]\n\textraHeader = {STALE}\n', "bitbucket.org: http.https://bitbucket.org/team.extraHeader"),
    ],
)  # fmt: skip
def test_doctor_and_setup_git_name_it(text: str, to: str, run: Run, home: Path) -> None:
    (home / ".gitconfig").write_text(text)
    found = f"git sends an Authorization of its own to {to} in {home}/.gitconfig, line 2"
    setting = to.partition(": ")[2]
    step = f"if it is old, run: git config --file {home}/.gitconfig --unset-all {setting} '^Authorization[:;]'"
    done = run("doctor")
    assert f"note   {found}\n       {step}\n" in done.stdout.decode()
    assert b"made-up" not in done.stdout + done.stderr
    for words in (["--dry-run"], []):
        done = run("setup-git", *words)
        assert f"atla-credential: warning: {found}; {step}\n" in done.stderr.decode()
        assert b"made-up" not in done.stdout + done.stderr
    run("setup-git", "--undo")
    assert (home / ".gitconfig").read_text() == text


@pytest.mark.usefixtures("knows_authtype", "at_bitbucket")
@pytest.mark.parametrize(
    "text",
    [
        f'[http "https://other.example"]\n\textraHeader = {STALE}\n', "[http]\n\textraHeader = X-Header: a\n",
        f'[http]\n\textraHeader = {STALE}\n[http "https://bitbucket.org"]\n\textraHeader =\n',
    ],
)  # fmt: skip
def test_doctor_and_setup_git_are_silent_of_another_one(text: str, run: Run, home: Path) -> None:
    (home / ".gitconfig").write_text(text)
    assert b"of its own" not in run("doctor").stdout
    assert b"of its own" not in run("setup-git").stderr


@pytest.mark.usefixtures("knows_authtype", "at_bitbucket")
def test_doctor_names_a_variable_and_the_repository_here(run: Run, home: Path, variables: dict[str, str]) -> None:
    numbered = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": STALE}
    done = run("doctor", **numbered)
    assert b"http.extraHeader in GIT_CONFIG_VALUE_0\n       if it is old, correct GIT_CONFIG_VALUE_0" in done.stdout
    assert b"made-up" not in done.stdout
    subprocess.run(["git", "init", "-q", home], env=variables, check=True)
    subprocess.run(["git", "-C", home, "config", "http.extraHeader", STALE], env=variables, check=True)
    there = f"to every host: http.extraHeader in {home}/.git/config, line 7".encode()
    for more in ({}, {"GIT_DIR": f"{home}/.git"}):
        assert b"note   here: git sends an Authorization of its own " + there in run("doctor", **more).stdout
        assert b"of its own" not in run("setup-git", **more).stderr
    assert f"http.extraHeader in {home}/.git/config, line 7".encode() in run("setup-git", "--local").stderr


@pytest.mark.usefixtures("at_bitbucket")
@pytest.mark.parametrize("user", ["made-up-user", "made-up-user:made-up-password", "%6dade-up-user"])
def test_nobody_s_name_is_shown(user: str, run: Run, home: Path) -> None:
    """It may be a token, as in the address of a clone."""
    (home / ".gitconfig").write_text(f'[http "https://{user}@bitbucket.org/team"]\n\textraHeader = {STALE}\n')
    done = run("doctor")
    assert b"made-up" not in done.stdout + done.stderr
    found = f"http.https://bitbucket.org/team.extraHeader in {home}/.gitconfig, line 2\n       if it is old, take it out there\n"
    assert found in done.stdout.decode()


@pytest.mark.usefixtures("at_bitbucket")
def test_explain_names_it(run: Run, home: Path, variables: dict[str, str]) -> None:
    """Where it counts; and none of a repository, whose settings no other command reads."""
    (home / ".gitconfig").write_text(f'[http "https://bitbucket.org/team"]\n\textraHeader = {STALE}\n')
    words = "git sends an Authorization of its own there, whatever is answered here: "
    done = run("explain", "https://bitbucket.org/team/repo.git")
    assert f"{words}http.https://bitbucket.org/team.extraHeader in {home}/.gitconfig, line 2; " in done.stderr.decode()
    assert b"made-up-stale" not in done.stdout + done.stderr
    assert words in json.loads(run("explain", "--json", "https://bitbucket.org/team/repo.git").stdout)["warnings"][0]
    (home / ".gitconfig").unlink()
    subprocess.run(["git", "init", "-q", home], env=variables, check=True)
    subprocess.run(["git", "-C", home, "config", "http.extraHeader", STALE], env=variables, check=True)
    assert words not in run("explain", "https://bitbucket.org/team/repo.git").stderr.decode()


def test_the_header_decides_where_a_bearer_token_was_asked_for_as_a_password(
    files: Callable[..., Path], run: Run, home: Path
) -> None:
    """That git sends its own header is the reason then, and no advice to send another one is given."""
    folder = files(
        config='[profiles.dc]\ninstance = "https://localhost:1234"\nemail = ""\ncredential_store = "file"\n',
        credentials='[tokens."dc||https://localhost:1234"]\ntoken = "made-up"\n',
    )
    request = b"protocol=https\nhost=localhost:1234\nusername=x-token-auth\npassword=made-up\n\n"
    before = snapshot(folder)
    assert b"was not taken as a password, and is kept" in run("erase", stdin=request).stderr
    (home / ".gitconfig").write_text(f"[http]\n\textraHeader = {STALE}\n")
    said = run("erase", stdin=request).stderr.decode()
    assert said.startswith(f"atla-credential: warning: {START}http.extraHeader in {home}/.gitconfig, line 2; ")
    assert len(said.splitlines()) == 1
    assert snapshot(folder) == before


# What we make of the settings is what git does.


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[list[str]]]]:
    """Give the port of a server that refuses everybody, and a list of the headers X-Seen of each request."""
    seen: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get_all("X-Seen", []))
            self.send_error(403)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, seen
        server.shutdown()


CONTEXTS = (
    "", "http://{host}", "HTTP://{host}/", "http://jdoe@{host}", "http://jane@{host}/team", "http://jdoe:made-up@{host}/team",
    "http://*.0.0.1:{port}", "http://127.*.0.1:{port}/team", "http://*.*.*.*:{port}", "http://12*.0.0.1:{port}",
    "http://*.1:{port}", "http://*.*.*.*.*:{port}", "https://{host}", "http://127.0.0.1", "http://{host}/tea",
    "http://{host}/team/", "http://{host}/t%65am/repo.git", "http://{host}/other/../team", "http://{host}/..",
    "http://{host}/team/repo", "http://{host}/team/./repo.git", "http://{host}/team%2Frepo.git", "{host}", "nonsense", "",
    "http://{host}/TEAM", "http://{host}/team",
)  # fmt: skip


@pytest.mark.usefixtures("knows_authtype")
@pytest.mark.parametrize("user", [None, "jdoe"])
@pytest.mark.parametrize("turn", range(0, len(CONTEXTS), 3))
@pytest.mark.parametrize("step", [1, -1])
def test_we_read_what_git_does(
    step: int, turn: int, user: str | None, listener: tuple[int, list[list[str]]], home: Path, variables: dict[str, str]
) -> None:  # fmt: skip
    """In many orders, because it is the order that decides; and with an empty one between."""
    port, seen = listener
    contexts = [each.format(host=f"127.0.0.1:{port}", port=port) for each in CONTEXTS[turn:] + CONTEXTS[:turn]][::step]
    values = [str(number) for number in range(len(contexts))]
    values[5] = ""
    rows = zip(contexts, values, strict=True)
    text = "".join(
        f"[http{f' {chr(34)}{each}{chr(34)}' if each else ''}]\n\textraHeader = {value and 'X-Seen: ' + value}\n"
        for each, value in rows
    )
    (home / ".gitconfig").write_text(text)
    seen.clear()
    at = f"{user}@" if user else ""
    subprocess.run(
        ["git", "ls-remote", f"http://{at}127.0.0.1:{port}/team/repo.git"],
        env=variables,
        capture_output=True,
        check=False,
    )
    placed = [
        (pattern, header)
        for header in read_headers(Environment({**variables, "HOME": str(home)}))
        if (pattern := pattern_at(header.context, ("http", "127.0.0.1", port)))
    ]
    found = sent_to(placed, ("team", "repo.git"), user)
    assert [each.value.removeprefix("X-Seen: ") for each in found] == seen[0]
