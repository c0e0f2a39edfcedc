"""An import asks each site before it writes, changes nothing at the source, and says what became of each login."""

import json
import signal
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.imports import git_store
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from desktop import Desktop, missing
from stage import Script, Slow, Stage, answer
from verdict_rows import (
    BAD,
    CLOUD_ID,
    ID,
    JANE,
    JANE_AT_OWN,
    JIRA_GATEWAY,
    MYSELF,
    OWN,
    OWN_JIRA,
    PLAIN_401,
    SITE,
    TENANT,
)

Files = Callable[..., Path]
SetUp = Callable[..., Stage]
FILE = ("--storage", "file")
NETRC = f"""# by hand
machine {SITE} login you@example.com password made-up-good
machine {SITE.upper()}
  login me@example.com password made-up-bad
machine site1.atlassian.net login you@example.com password made-up-unknown
machine example.com login you password canary
default login you password canary
"""


def at(number: int) -> str:
    return f"site{number}.atlassian.net/rest/api/3/myself"


def state(path: Path) -> tuple[bytes, int, int]:
    """Return all that a read could change of a file that must not be changed."""
    found = path.stat()
    return path.read_bytes(), stat.S_IMODE(found.st_mode), found.st_mtime_ns


def written(home: Path, name: str) -> dict[str, Any]:
    path = home / ".config" / "atla" / f"{name}.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def kept(home: Path) -> list[str]:
    return [each["token"] for each in written(home, "credentials").get("tokens", {}).values()]


@pytest.fixture
def netrc(home: Path) -> Path:
    path = home / ".netrc"
    path.write_text(NETRC)
    path.chmod(0o640)
    return path


def test_each_is_judged_by_its_own_site(set_stage: SetUp, run: Run, home: Path, netrc: Path) -> None:
    """The refused one is left out and named, and its exit code is the whole's; the next run asks about that one alone."""
    script: Script = [(MYSELF, JANE), (MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401), (at(1), answer(500))]
    made = set_stage(script)
    before = state(netrc)
    done = run("import", "netrc", *FILE)
    assert [heard.host + heard.path for heard in made.heard] == [place for place, _ in script]
    assert (done.returncode, state(netrc)) == (3, before)
    said, warned = done.stdout.decode().splitlines(), done.stderr.decode().splitlines()
    assert said == [
        f'imported: "work", https://{SITE} as Jane Doe (you@example.com)',
        f"  line 2 of {netrc} still has it: remove that entry there",
        'imported: "site1", https://site1.atlassian.net as you@example.com',
        f"  line 5 of {netrc} still has it: remove that entry there",
        f"tokens kept in {home}/.config/atla/credentials.toml",
    ]
    assert max(len(line.replace(str(home), "/home/you")) for line in said) <= 80
    assert [line.partition("; ")[0].removeprefix("atla-credential: ") for line in warned] == [
        f"warning: line 3 of {netrc} was left out: api.atlassian.com does not take this token for this account",
        'warning: profile "site1": the token was kept unverified: site1.atlassian.net is out of order at the moment',
        "error: one login was left out",
    ]
    assert kept(home) == ["made-up-good", "made-up-unknown"]
    assert ["verified" in table for table in written(home, "helper")["profiles"].values()] == [True, False]
    files = snapshot(home)
    made.heard.clear()
    made.script = script[1:4]
    assert run("import", "netrc", *FILE).returncode == 3
    assert [heard.host + heard.path for heard in made.heard] == [place for place, _ in script[1:4]]
    assert snapshot(home) == files


def test_a_dry_run_and_a_second_run_ask_nobody(set_stage: SetUp, run: Run, home: Path, netrc: Path) -> None:
    netrc.write_text(NETRC.splitlines()[1])
    made = set_stage([(MYSELF, JANE)])
    before = snapshot(home)
    assert run("import", "netrc", *FILE, "--dry-run").stdout.startswith(b'would be imported: "work", https://')
    assert (snapshot(home), made.heard) == (before, [])
    assert run("import", "netrc", *FILE).returncode == 0
    after = snapshot(home)
    done = run("import", "netrc")
    assert (done.returncode, done.stderr, len(made.heard)) == (0, b"", 1)
    assert done.stdout.startswith(b'there already: "work", https://')
    assert snapshot(home) == after


def test_what_was_refused_is_not_asked_about_twice(set_stage: SetUp, run: Run, home: Path) -> None:
    """Safety N4: one account's token in two lines."""
    made = set_stage([(OWN_JIRA, PLAIN_401)])
    line = f"https://jdoe:made-up@{OWN}/tracker\n"
    (home / ".git-credentials").write_text(2 * line)
    done = run("import", "git-credentials", *FILE, "--host", f"{OWN}/tracker")
    assert (done.returncode, kept(home)) == (3, [])
    assert [heard.path for heard in made.heard].count("/tracker/rest/api/2/myself") <= 1
    assert done.stderr.count(b"was left out: ") == 2


def test_what_the_site_tells_is_recorded(set_stage: SetUp, run: Run, home: Path) -> None:
    """The cloud id of a token with scopes, and the user name at a server of one's own, as a login has it."""
    set_stage([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE), (OWN_JIRA, JANE_AT_OWN)])
    servers = {
        "cloud": {"JIRA_URL": f"https://{SITE}", "JIRA_USERNAME": "you@example.com", "JIRA_API_TOKEN": "made-up-1"},
        "own": {"JIRA_URL": f"https://{OWN}/tracker", "JIRA_PERSONAL_TOKEN": "made-up-2"},
    }
    path = home / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {name: {"command": "x", "env": env} for name, env in servers.items()}}))
    before = state(path)
    done = run("import", "mcp-json", "--from", "mcp.json", *FILE)
    assert (done.returncode, state(path)) == (0, before)
    assert written(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID
    assert written(home, "helper")["profiles"][OWN]["username"] == "jdoe"
    exec_line = "put this before the command: atla-credential exec --profile {} --as mcp-atlassian --"
    for name, made in (("cloud", "work"), ("own", OWN)):
        assert f'next: in "{name}", {exec_line.format(made)}\n'.encode() in done.stdout


def test_what_a_program_is_told(set_stage: SetUp, run: Run, netrc: Path) -> None:
    set_stage([(MYSELF, JANE), (MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401), (at(1), answer(500))])
    done = run("import", "netrc", *FILE, "--json")
    told = json.loads(done.stdout)
    assert (told["schemaVersion"], told["source"], told["dryRun"]) == (1, "netrc", False)
    good, bad, unknown = told["logins"]
    assert (good["outcome"], good["place"], good["verification"]["verdict"]) == ("created", "line 2", "verified")
    assert (bad["outcome"], bad["file"], bad["verification"]["verdict"]) == ("leftOut", str(netrc), "rejected")
    assert (unknown["outcome"], unknown["verification"]["reason"]) == ("created", "unavailable")
    error = json.loads(done.stderr)
    assert (done.returncode, error["error"]["kind"]) == (3, "rejected")
    assert b"made-up-" not in done.stdout + done.stderr


def test_ctrl_c_leaves_each_profile_whole(
    set_stage: SetUp, variables: dict[str, str], home: Path, netrc: Path
) -> None:  # fmt: skip
    """What was taken over before that stays; of the one that was asked about nothing is there."""
    made = set_stage([(MYSELF, JANE), (MYSELF, Slow(TIMEOUT_S, BAD))])
    process = subprocess.Popen([PROGRAM, "import", "netrc", *FILE], env=variables, stderr=subprocess.PIPE)
    until = time.monotonic() + TIMEOUT_S
    while len(made.heard) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=TIMEOUT_S)
    assert process.returncode in (130, -signal.SIGINT)
    assert kept(home) == ["made-up-good"]
    assert list(written(home, "config")["profiles"]) == ["work"]
    assert netrc.read_text() == NETRC


def test_git_reads_the_same_out_of_its_file(home: Path, variables: dict[str, str]) -> None:
    """Percent signs above all: what we take for the user name and the token of a line, git gives."""
    lines = [
        "https://you%40example.com:p%25%3A%2f%40@a",
        "https://u:%zz%4@b",
        "https://u:p%e2%82%acq@c:8443",
        "https://u:p@d/",
    ]
    path = home / "credentials"
    path.write_text("".join(f"{line}\n" for line in lines))
    for entry in git_store.read(str(path)) or ():
        host = entry.address.partition("://")[2].strip("/")
        request = f"protocol=https\nhost={host}\nusername={entry.account}\n\n"
        done = subprocess.run(
            ["git", "credential-store", "--file", path, "get"], input=request, capture_output=True, text=True,
            env=variables, timeout=TIMEOUT_S, check=True,
        )  # fmt: skip
        assert f"password={entry.secret}" in done.stdout.splitlines()


def test_a_helpers_token_is_not_copied(run: Run, home: Path, files: Files) -> None:
    """Safety E4."""
    answered = "!printf 'username=you@example.com\\npassword=made-up\\n'; true"
    files(config=profile("work", f"https://{SITE}"), helper=f"[helper]\nhelpers = ['''{answered}''']\n")
    (home / ".git-credentials").write_text(f"https://you%40example.com:made-up@{SITE}\n")
    before = snapshot(home)
    done = run("import", "git-credentials", *FILE)
    assert (done.returncode, done.stdout.startswith(b"there already: ")) == (0, True)
    assert snapshot(home) == before


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_jira_cli_in_a_real_keyring(keyring: Desktop, run: Run, home: Path) -> None:
    """Its item is found as the library `keyring` writes it, and stays; the token goes to an item of our own."""
    folder = home / ".config" / ".jira"
    folder.mkdir(parents=True)
    path = folder / ".config.yml"
    path.write_text(f"auth_type: basic\ninstallation: Cloud\nlogin: you@example.com\nserver: https://{SITE}\n")
    before = state(path)
    missing_there = run("import", "jira-cli", "--no-verify")
    assert missing_there.returncode == 1
    assert b"there is no token for it in the keyring\n" in missing_there.stderr
    code = "import keyring, sys; keyring.set_password('jira-cli', sys.argv[1], sys.stdin.read())"
    keyring.call(sys.executable, "-c", code, "you@example.com", stdin="made-up")
    done = run("import", "jira-cli", "--no-verify")
    assert (done.returncode, done.stderr, state(path)) == (0, b"", before)
    assert b"secret-tool clear service jira-cli username you@example.com\n" in done.stdout
    assert keyring.secrets(f"work|you@example.com|https://{SITE}") == ["made-up"]
    assert keyring.call("secret-tool", "lookup", "service", "jira-cli", "username", "you@example.com") == "made-up"
    assert run("import", "jira-cli").stdout.startswith(b"there already: ")
    keyring.call("secret-tool", "clear", "service", "jira-cli", "username", "you@example.com")
    keyring.call(
        "secret-tool", "store", "--label=x", "service", "jira-cli", "username", "you@example.com", stdin="made-up"
    )  # as go-keyring does: with these two attributes alone
    assert run("import", "jira-cli").stdout.startswith(b"there already: ")


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_without_a_keyring_nothing_is_written(bus: Desktop, run: Run, home: Path, netrc: Path, files: Files) -> None:
    """Nor where a profile's own store cannot be looked into: nobody knows which token it has (safety K1)."""
    files(
        config=profile("site1", "https://site1.atlassian.net", store="keyring"),
        credentials=token("x", "https://x", "y"),
    )
    before = snapshot(home)
    done = run("import", "netrc", "--no-verify")
    assert done.returncode == 1
    assert done.stderr.count(b"was left out: ") == 3
    assert b"atla-credential import netrc --storage file" in done.stderr
    assert snapshot(home) == before
