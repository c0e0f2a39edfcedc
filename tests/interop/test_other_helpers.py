"""Other helpers behind a profile's own store: real ones, the list as git takes it, and who is told what."""

import json
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile, token
from conftest import PROGRAM, Run, snapshot
from other_helpers import FULL, SITE, WHO, get

Files = Callable[..., Path]

CONTRIB = Path(__file__).parents[2] / "contrib"


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
def test_of_a_profile_that_a_helper_answers_for_nothing_is_kept_here(
    credential_store: str, helpers: Callable[..., Path], run: Run, home: Path
) -> None:
    """It belongs there: a copy here would come before what it is replaced with at its next rotation."""
    before = snapshot(helpers(credential_store))
    stored = "https://you%40example.com:old@work.atlassian.net\n"
    (home / "git-credentials").write_text(stored)
    more = (FULL % b"new")[:-1] + b"password_expiry_utc=32503680000\noauth_refresh_token=again\n\n"
    for given in (FULL % b"new", more):
        done = run("store", stdin=given)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert snapshot(home / ".config" / "atla") == before
    assert (home / "git-credentials").read_text() == stored
    assert get(run)[1] == WHO + b"password=old\n"


@pytest.mark.usefixtures("knows_authtype")
def test_a_token_of_one_s_own_store_comes_first(
    credential_store: str, helpers: Callable[..., Path], run: Run, home: Path
) -> None:
    folder = helpers(credential_store, credentials=token("work", SITE, "own"))
    (home / "git-credentials").write_text("https://you%40example.com:old@work.atlassian.net\n")
    assert run("store", stdin=FULL % b"new").returncode == 0
    assert get(run)[1] == WHO + b"password=new\n"
    # A rejected one is set aside in the own store; the helper's other one is left, and answers.
    assert run("erase", stdin=FULL % b"new").returncode == 0
    assert '|rejected"]\ntoken = "new"\n' in (folder / "credentials.toml").read_text()
    assert get(run)[1] == WHO + b"password=old\n"
    assert run("restore", "--no-verify").returncode == 0
    assert get(run)[1] == WHO + b"password=new\n"


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


@pytest.mark.parametrize("tool", ["op", "bw"])
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
    path = f"{folder}{os.pathsep}{variables['PATH']}"
    other = "https://other.atlassian.net"
    both = profile("work", SITE) + profile("other", other)
    helpers(*tomllib.loads(listed)["helper"]["helpers"], config=both)
    assert get(run, PATH=path) == (0, WHO + b"password=made-up\n", "")
    assert run("get", "--url", other, PATH=path).returncode == 3  # it is one host's token
    script(tool, "echo locked >&2; exit 1")
    code, answer, said = get(run, PATH=path)
    assert (code, answer) == (1, b"")
    assert "failed with exit code 1\natla-credential: hint: run it by hand to see why" in said
    assert run("store", stdin=FULL % b"new", PATH=path).returncode == 1


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


def test_nothing_but_a_snippet_reaches_a_shell(
    helpers: Callable[..., Path], script: Callable[[str, str], str], run: Run, home: Path
) -> None:
    path = script("show", 'echo "password=$*" | tr " $" "_S"')
    helpers(f"{path} $HOME `id` ; touch {home}/was-run")
    assert get(run)[1] == WHO + f"password=SHOME_`id`_;_touch_{home}/was-run_get\n".encode()
    assert not (home / "was-run").exists()


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
    names = ("ATLA_TOKEN__OTHER", "ATLA_TOKEN", "ATLA_API_TOKEN", "ATLA_PASSWORD", "ATLA_AUTHORIZATION")
    more = {
        **dict.fromkeys(names, "canary"), "PATH": f"{folder}{os.pathsep}{variables['PATH']}", "ATLA_INSTANCE": "https://x.example",
        "SHOWN": "shown",
    }  # fmt: skip
    asking = {
        "get": "",
        "doctor": "",
        "setup-git --print": "",
        "setup-git": "",
        "erase": token("work", SITE, "made-up"),
    }
    for words, credentials in asking.items():
        helpers("no-such-helper", credentials=credentials)
        (home / "env").unlink(missing_ok=True)
        run(*words.split(), stdin=FULL % b"made-up", **more)
        seen = (home / "env").read_text()
        assert "SHOWN=shown" in seen, words
        assert not [line for line in seen.splitlines() if "canary" in line], words


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


@pytest.mark.parametrize("rest", ["", "/repo"])
def test_a_workspace_gets_no_token_of_another_one(
    rest: str, helpers: Callable[..., Path], run: Run, home: Path
) -> None:
    """What git's helpers have of a host without a path, or of another path, may be any workspace's."""
    where = "https://bitbucket.org"
    both = profile("a", f"{where}/ours{rest}", email="") + profile("b", f"{where}/theirs{rest}", email="")
    helpers(f"store --file={home}/stored", config=both)
    entry = "https://x-bitbucket-api-token-auth:{}@bitbucket.org{}\n".format
    others = entry("made-up-any", "") + entry("made-up-other", "/theirs/other.git")
    (home / "stored").write_text(others + entry("made-up-ours", f"/ours{rest}"))
    found = {name: run("get", "--url", f"{where}/{name}/repo/x").stdout for name in ("ours", "theirs")}
    assert found == {"ours": b"username=x-bitbucket-api-token-auth\npassword=made-up-ours\n", "theirs": b""}
    rejected = "protocol=https\nhost=bitbucket.org\npath=ours/repo.git\npassword=made-up-ours\n"
    assert run("erase", stdin=f"{rejected}\n".encode()).returncode == 0
    assert (home / "stored").read_text() == others


def test_a_context_path_is_not_told(helpers: Callable[..., Path], run: Run) -> None:
    """git's own helpers know none of it: at a host of one's own git says no path."""
    where = "https://dc.example.com/bitbucket"
    helpers("!grep -q ^path= || echo password=made-up;:", config=profile("dc", where, email=""))
    assert b"password=made-up\n" in run("get", "--url", f"{where}/scm/p/r.git").stdout


def test_a_learnt_name_and_another_one_s_password(helpers: Callable[..., Path], run: Run) -> None:
    where = "https://jira.example.com"
    folder = helpers(
        "!echo username=jdoe;:", "!grep -q username=jdoe && echo password=made-up;:", config=profile("dc", where, "")
    )
    with (folder / "helper.toml").open("a") as file:
        file.write('[profiles.dc]\nauth = "basic"\n')
    assert run("get", "--url", where).stdout == b"username=jdoe\npassword=made-up\n"


def test_an_end_of_nought_is_none(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!printf 'password=made-up\\npassword_expiry_utc=0\\n';:")
    assert get(run) == (0, WHO + b"password=made-up\n", "")


@pytest.mark.parametrize("quit_line", ["1", "1\\r", "2", "yes", "True", "0", "", "no"])
@pytest.mark.parametrize("more", ["", "host=evil.example\\n", "nonsense\\n"])
def test_what_ends_the_list(quit_line: str, more: str, helpers: Callable[..., Path], run: Run) -> None:
    helpers(f"!printf '{more}quit={quit_line}\\n';:", "!echo password=made-up;:")
    assert (b"password" in get(run)[1]) == (quit_line in ("0", "", "no"))


def test_a_path_is_the_home_s_and_never_the_working_folder_s(
    helpers: Callable[..., Path], variables: dict[str, str], home: Path
) -> None:
    line = "https://you%40example.com:{}@work.atlassian.net\n"
    planted = home / "repository" / "~"
    planted.mkdir(parents=True)
    (planted / "mine").write_text(line.format("planted"))
    (planted.parent / "mine").write_text(line.format("planted"))
    for entry, code in (("store --file ~/mine", 0), ("store --file mine", 3), ("!git credential-store --file mine", 3)):
        (home / "mine").write_text(line.format("made-up"))
        helpers(entry)
        done = subprocess.run(
            [PROGRAM, "get", "--url", SITE], capture_output=True, env=variables, cwd=planted.parent, check=False
        )
        assert (done.returncode, b"planted" in done.stdout) == (code, False)


@pytest.mark.usefixtures("newer_git")
def test_a_bearer_token_goes_back_in_the_form_it_came(
    helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]
) -> None:
    where = "https://dc.example.com"
    socket = home / "cache" / "socket"
    socket.parent.mkdir(mode=0o700)
    helpers(f"cache --socket={socket}", config=profile("dc", where, ""))
    asked = b"capability[]=authtype\nprotocol=https\nhost=dc.example.com\n"
    given = asked + b"authtype=Bearer\ncredential=made-up\n"
    git = ["git", "credential-cache", f"--socket={socket}"]
    subprocess.run([*git, "store"], input=given + b"\n", env=variables, check=True)
    try:
        assert b"credential=made-up\n" in run("get", stdin=asked + b"\n").stdout
        assert run("store", stdin=given + b"\n").returncode == 0
        assert b"credential=made-up\n" in run("get", stdin=asked + b"\n").stdout
        assert run("erase", stdin=given + b"\n").returncode == 0
        assert run("get", stdin=asked + b"\n").returncode == 3
    finally:
        subprocess.run([*git, "exit"], env=variables, check=True)


@pytest.mark.usefixtures("newer_git")
def test_what_the_caller_does_not_repeat_stays(
    helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]
) -> None:
    socket = home / "cache" / "socket"
    socket.parent.mkdir(mode=0o700)
    helpers(f"cache --socket={socket}")
    git = ["git", "credential-cache", f"--socket={socket}"]
    more = b"password_expiry_utc=32503680000\noauth_refresh_token=again\n"
    subprocess.run([*git, "store"], input=(FULL % b"made-up")[:-1] + more + b"\n", env=variables, check=True)
    try:
        assert run("store", stdin=FULL % b"made-up").returncode == 0
        assert get(run)[1] == WHO + b"password=made-up\n" + more
    finally:
        subprocess.run([*git, "exit"], env=variables, check=True)


def test_a_token_that_is_made_when_it_is_asked_for_is_not_kept(
    helpers: Callable[..., Path], run: Run, home: Path, variables: dict[str, str]
) -> None:
    entry = f"!f() {{ echo >> {home}/asked; printf 'password=%s\\npassword_expiry_utc=32503680000\\n' $(wc -l < {home}/asked); }}; f"
    folder = helpers(entry)
    before = snapshot(folder)
    assert b"password=1\n" in get(run)[1]
    assert run("store", stdin=FULL % b"1").returncode == 0
    assert snapshot(folder) == before


def test_the_second_of_us_writes_nothing(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    folder = helpers(f"store --file={home}/stored", credentials=token("work", SITE, "made-up"))
    before = snapshot(folder)
    for word, secret in (("store", b"new"), ("erase", b"made-up")):
        assert run(word, stdin=FULL % secret, ATLA_CREDENTIAL_DEPTH="1").returncode == 0
        assert snapshot(folder) == before


def test_what_nobody_is_to_keep_is_said_on(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!printf 'password=made-up\\nephemeral=1\\n';:")
    asked = b"protocol=https\nhost=work.atlassian.net\n\n"
    assert (
        run("get", stdin=b"capability[]=authtype\n" + asked).stdout
        == b"capability[]=authtype\n" + WHO + b"password=made-up\nephemeral=1\n"
    )
    assert run("get", stdin=asked).stdout == WHO + b"password=made-up\n"


def test_the_own_store_s_token_is_its_own_concern(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    folder = helpers("!echo password=new;:", credentials=token("work", SITE, "own"))
    assert run("store", stdin=FULL % b"new").returncode == 0
    assert "new" in (folder / "credentials.toml").read_text()


def test_list_shows_when_a_helper_s_token_ends(helpers: Callable[..., Path], run: Run, home: Path) -> None:
    """Asked only for the profiles that have no token of their own."""
    other = "https://other.atlassian.net"
    log = home / "asked"
    answer = f"!cat >> {log}; echo password=made-up; echo password_expiry_utc=4070908800;:"
    helpers(
        answer,
        config=profile("work", SITE) + profile("other", other) + profile("named", "https://named.atlassian.net"),
        credentials=token("other", other, "made-up"),
    )
    done = run("list", ATLA_TOKEN__NAMED="made-up")
    assert (done.returncode, done.stderr) == (0, b"")
    ends = {line.split()[0]: line.split()[-1] for line in done.stdout.decode().splitlines()}
    assert ends == {"PROFILE": "EXPIRES", "named": "-", "other": "-", "work": "2099-01-01"}
    assert [line for line in log.read_text().splitlines() if line.startswith("host=")] == ["host=work.atlassian.net"]
    found = json.loads(run("list", "--json", "--profile", "work").stdout)["profiles"]
    assert [each["expiresAt"] for each in found] == ["2099-01-01T00:00:00Z"]
    log.unlink()
    run("list", "--names")
    assert not log.exists()


def test_list_says_what_status_says_of_a_helper_s_token(helpers: Callable[..., Path], run: Run) -> None:
    helpers("!echo password=ATBBmade-up;:")
    problems = json.loads(run("status", "--json").stdout)["problems"]
    assert problems[0].startswith("the token is a Bitbucket app password")
    assert json.loads(run("list", "--json").stdout)["profiles"][0]["problems"] == problems
    assert f'profile "work": {problems[0]}' in run("list").stderr.decode()


def test_list_never_advises_a_login_for_a_helper_s_token(helpers: Callable[..., Path], run: Run) -> None:
    helpers(f"!echo password=made-up; echo password_expiry_utc={int(time.time()) + 90000};:")
    said = run("list").stderr.decode()
    assert "the helper that gives it has to make a new one" in said
    assert "login" not in said
