"""The commands that ask sites: many at once, what a person sees meanwhile, and what they make of a verdict."""

import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from asking import profile, token
from atla_credential.model import Profile
from atla_credential.site.asking import ask_all
from atla_credential.site.deadline import Deadline
from atla_credential.site.inquiry import Inquiry
from atla_credential.site.outcome import Outcome
from atla_credential.site.question import Subject
from atla_credential.site.questions import questions_about
from atla_credential.site.turns import Turns
from conftest import PROGRAM, TIMEOUT_S, Run, snapshot
from interop.test_verdicts import ALONE, can_be_alone
from stage import Answer, Script, Slow, Stage, answer
from verdict_rows import (
    BAD,
    CLOUD_ID,
    ID,
    JANE,
    JIRA_GATEWAY,
    MYSELF,
    NO_ENTRY,
    PLAIN_401,
    SITE,
    TENANT,
    busy,
    packed,
    silence,
)

Files = Callable[..., Path]
SetUp = Callable[..., Stage]


@pytest.fixture
def set_up(set_stage: SetUp, files: Files) -> SetUp:
    """Return a function that sets a stage for a script, with a profile for each host: set_up(script, ["work"])."""

    def play(script: Script, names: tuple[str, ...] = ("work",), helper: str = "", any_order: bool = False) -> Stage:
        made = set_stage(script)
        made.any_order = any_order
        instances = {name: f"https://{name}.atlassian.net" for name in names}
        files(
            config="".join(profile(name, instance) for name, instance in instances.items())
            + f'[default]\nprofile = "{names[0]}"\n',
            credentials="".join(token(name, instance, f"made-up-{name}") for name, instance in instances.items()),
            helper=f'[helper]\nstorage = "file"\n{helper}',
        )
        return made

    return play


def test_twenty_sites_are_asked_at_once(set_up: SetUp, run: Run, home: Path) -> None:
    """At most eight at once: three rounds of them, and the start. As often as that is more than one alone takes."""
    names = tuple(f"site{number}" for number in range(20))
    pause_s = 1.5  # enough for the work of a busy machine to be small beside it
    script = [(f"{name}.atlassian.net/rest/api/3/myself", Slow(pause_s, JANE)) for name in names]
    made = set_up(script, names, any_order=True)
    began = time.monotonic()
    done = run("status", "--verify", "--profile", "site0")
    one_s = time.monotonic() - began
    assert done.returncode == 0
    made.heard.clear()
    before = snapshot(home)
    began = time.monotonic()
    done = run("status", "--all", "--verify", "--json")
    assert time.monotonic() - began < 4 * one_s
    found = json.loads(done.stdout)["profiles"]
    assert [each["profile"] for each in found] == sorted(names)
    assert all(each["verification"]["reason"] == "ok" for each in found)
    assert len(made.heard) == len(names)
    assert max(made.together) <= 8
    assert snapshot(home) == before


def test_no_host_is_asked_two_things_at_a_time(set_up: SetUp, run: Run) -> None:
    """Many sites have one gateway; whoever waits for it loses none of his own time."""
    names = tuple(f"site{number}" for number in range(6))
    script = [
        step
        for name in names
        for step in (
            (f"{name}.atlassian.net/rest/api/3/myself", BAD), (f"{name}.atlassian.net/_edge/tenant_info", ID),
            (JIRA_GATEWAY, Slow(0.7, JANE)),
        )
    ]  # fmt: skip
    made = set_up(script, names, any_order=True)
    done = run("status", "--all", "--verify", "--json", "--timeout", "4")
    assert {each["verification"]["reason"] for each in json.loads(done.stdout)["profiles"]} == {"ok"}, done.stdout
    assert set(made.most_at_once.values()) == {1}


def test_one_that_hangs_holds_up_no_other(set_up: SetUp, run: Run) -> None:
    names = ("site0", "site1", "site2")
    script = [(f"{name}.atlassian.net/rest/api/3/myself", silence if name == "site1" else JANE) for name in names]
    set_up(script, names, any_order=True)
    done = run("status", "--all", "--verify", "--json", "--timeout", "3")
    assert [each["verification"]["reason"] for each in json.loads(done.stdout)["profiles"]] == ["ok", "timeout", "ok"]
    assert done.returncode == 5


def test_the_exit_code_is_the_highest(set_up: SetUp, run: Run) -> None:
    names = ("site0", "site1", "site2")
    statuses = (JANE, answer(403, "<html>", kind="text/html"), answer(500))
    script = [(f"{name}.atlassian.net/rest/api/3/myself", said) for name, said in zip(names, statuses, strict=True)]
    set_up(script, names, any_order=True)
    done = run("status", "--all", "--verify")
    assert done.returncode == 5
    shown = re.findall(r"^verified +(.+)$", done.stdout.decode(), re.MULTILINE)
    assert [each.partition(":")[0].partition(",")[0] for each in shown] == ["yes", "not known", "not known"]
    assert done.stderr.decode().splitlines() == [  # which say whose they are also where stdout goes elsewhere
        "atla-credential: hint: profile \"site1\": ask your network's admin, or the site's",
        'atla-credential: hint: profile "site2": try again later, see https://status.atlassian.com',
    ]


@pytest.mark.parametrize("text", ["0", "121", "0.9", "x", "-1", "1e1", "nan", "inf", "", "\u0663"])
def test_a_timeout_that_is_none(text: str, set_up: SetUp, run: Run) -> None:
    made = set_up([])
    for words in (("status", "--verify"), ("doctor", "--network"), ("discover", "--site", SITE)):
        done = run(*words, f"--timeout={text}")
        assert (done.returncode, done.stdout) == (2, b"")
    assert made.heard == []


def test_a_timeout_where_nobody_is_asked(set_up: SetUp, run: Run) -> None:
    made = set_up([])
    assert run("status", "--timeout", "5").returncode == 2
    assert run("doctor", "--timeout", "5").returncode == 2
    assert made.proxied == []


def test_without_a_token_nobody_is_asked(set_up: SetUp, run: Run) -> None:
    made = set_up([])
    run("logout", "work")
    done = run("status", "--verify", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["verification"] is None
    assert made.proxied == []


def test_offline_nobody_is_asked(set_up: SetUp, run: Run) -> None:
    made = set_up([])
    for words in (
        ("status",),
        ("status", "--all", "--json"),
        ("doctor",),
        ("list",),
        ("get", "--url", f"https://{SITE}"),
        ("explain", SITE),
    ):
        done = run(*words)
        assert b'"verification": null' in done.stdout or "--json" not in words
    assert made.proxied == []


def test_a_token_of_a_variable(set_up: SetUp, run: Run) -> None:
    """The next step is where the token comes from."""
    made = set_up([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)])
    done = run("status", "--verify", ATLA_TOKEN="made-up-variable")
    assert done.returncode == 3
    assert b"make a new one, and put it into ATLA_TOKEN\n" in done.stderr
    assert len(made.heard) == 3


def test_a_token_that_is_set_aside(set_up: SetUp, run: Run, home: Path) -> None:
    """It is asked about, and stays where it is; the exit code stays 3."""
    made = set_up([(MYSELF, JANE), (MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)])
    run("erase", stdin=b"protocol=https\nhost=work.atlassian.net\n\n")
    before = snapshot(home)
    done = run("status", "--verify")
    assert done.returncode == 3
    assert b"verified  yes, as Jane Doe (you@example.com)\n" in done.stdout
    assert done.stderr.decode() == "atla-credential: hint: the token is good; run: atla-credential restore work\n"
    done = run("status", "--verify")
    assert done.returncode == 3
    assert b"verified  no: api.atlassian.com does not take this token for this account\n" in done.stdout
    assert b"restore" not in done.stderr
    assert len(made.heard) == 4
    assert snapshot(home) == before


def test_a_token_with_scopes_is_found_out(set_up: SetUp, run: Run, home: Path) -> None:
    """Nothing is written; what would let programs use it is said."""
    set_up([(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)])
    before = snapshot(home)
    done = run("status", "--verify")
    assert done.returncode == 0
    step = f"the token has scopes, and works at the gateway only; let programs know: atla-credential login --profile work --cloud-id {CLOUD_ID}"
    assert done.stderr.decode() == f"atla-credential: hint: {step}\n"
    assert snapshot(home) == before
    stored = run("login", "--no-verify", "--profile", "work", "--cloud-id", CLOUD_ID)
    assert stored.returncode == 0


def test_an_end_that_was_noted(set_up: SetUp, run: Run) -> None:
    """The site decides; what was noted is said."""
    set_up([(MYSELF, JANE), (MYSELF, JANE)], helper="[profiles.work]\nexpires = 2020-01-01\n")
    done = run("status", "--verify")
    assert done.returncode == 0
    assert (
        done.stderr.decode()
        == 'atla-credential: warning: the token of profile "work" has expired on 2020-01-01, by what was noted\n'
    )
    found = json.loads(run("status", "--verify", "--json").stdout)
    assert (found["verdict"], found["verification"]["verdict"]) == ("expired", "verified")
    assert found["warnings"] == ['the token of profile "work" has expired on 2020-01-01, by what was noted']


def test_an_end_that_is_near_counts_where_that_was_asked_for(set_up: SetUp, run: Run) -> None:
    set_up([(MYSELF, JANE)] * 2, helper="[profiles.work]\nexpires = 2999-01-01\n")
    assert run("status", "--verify").returncode == 0
    assert run("status", "--verify", "--fail-within", "999999999d").returncode == 3


def test_a_file_of_trust_that_others_may_write(set_up: SetUp, run: Run, tmp_path: Path, home: Path) -> None:
    """Safety F14: it is not obeyed, and nothing else is trusted in its place."""
    made = set_up([(MYSELF, JANE)], helper=f"[profiles.work]\nca_file = '{tmp_path}/authority.pem'\n")
    assert run("status", "--verify").returncode == 0
    (home / ".config" / "atla" / "helper.toml").chmod(0o666)
    done = run("status", "--verify")
    assert done.returncode == 1
    assert b"verified  not known: the certificates of ca_file cannot be used\n" in done.stdout
    assert b"ca_file is not used: " in done.stderr
    assert len(made.heard) == 1


def test_a_file_of_trust_beside_the_settings(set_up: SetUp, run: Run, tmp_path: Path, home: Path) -> None:
    set_up([(MYSELF, JANE)], helper="[profiles.work]\nca_file = 'corp.pem'\n")
    (home / ".config" / "atla" / "corp.pem").write_bytes((tmp_path / "authority.pem").read_bytes())
    assert run("status", "--verify", SSL_CERT_FILE="/dev/null").returncode == 0


def test_without_any_network(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    """Well before the time is over."""
    if not can_be_alone():
        pytest.skip("nobody here may make a network of his own")
    set_up([])
    del variables["HTTPS_PROXY"]
    command = [*ALONE, PROGRAM, "status", "--verify", "--json", "--timeout", "120"]
    done = subprocess.run(command, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False)
    assert json.loads(done.stdout)["verification"]["reason"] == "dns"
    assert done.returncode == 5


def test_how_much_memory_that_takes(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    """A body that would be 200 MiB takes no more than one of 1 MiB, and the program itself."""
    set_up([(MYSELF, JANE), (MYSELF, packed("gzip", b'{"accountId": "', 200))])
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-I", "-c", code, PROGRAM, "status", "--verify"]
    used_kb = [
        int(subprocess.run(command, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=True).stdout)
        for _ in range(2)
    ]
    assert used_kb[1] < used_kb[0] + 20_000


# discover

GATEWAY_URL = f"https://api.atlassian.com/ex/{{}}/{CLOUD_ID}"


def test_discover(set_up: SetUp, run: Run) -> None:
    made = set_up([(TENANT, ID)] * 2)
    done = run("discover", "--site", SITE)
    jira, confluence = GATEWAY_URL.format("jira"), GATEWAY_URL.format("confluence")
    assert done.stdout.decode() == f"cloud id    {CLOUD_ID}\njira        {jira}\nconfluence  {confluence}\n"
    done = run("discover", "--site", f"https://{SITE}/browse/ABC-1", "--json")
    assert json.loads(done.stdout) == {
        "schemaVersion": 1, "site": f"https://{SITE}", "cloudId": CLOUD_ID, "jiraEndpoint": jira, "confluenceEndpoint": confluence,
    }  # fmt: skip
    assert all("Authorization" not in heard.fields for heard in made.heard)


def test_discover_looks_into_no_file(set_up: SetUp, run: Run, home: Path) -> None:
    set_up([(TENANT, ID)])
    for name in ("config", "credentials", "helper"):
        (home / ".config" / "atla" / f"{name}.toml").write_text("made-up =")
    assert run("discover", "--site", SITE).returncode == 0


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        ([(TENANT, NO_ENTRY)], 1, f"there is no site at {SITE}, or it is switched off"),
        ([(TENANT, answer(401))], 1, f"{SITE} does not tell its cloud id"),
        ([(TENANT, answer(200, {"cloudId": "a/b"}))], 1, f"{SITE} does not tell its cloud id"),
        ([(TENANT, answer(500))], 5, f"{SITE} is out of order at the moment"),
        ([(TENANT, busy()), (TENANT, ID)], 0, ""),
        ([(TENANT, answer(302, b"", "Location: https://new.atlassian.net/_edge/tenant_info"))], 1, f"{SITE} has moved"),
    ],
    ids=["404", "401", "a path", "500", "429", "302"],
)
def test_discover_fails(script: Script, code: int, message: str, set_up: SetUp, run: Run) -> None:
    set_up([*script, *script])
    done = run("discover", "--site", SITE)
    assert done.returncode == code
    if message:
        assert done.stdout == b""
        assert done.stderr.decode().startswith(f"atla-credential: error: {message}\natla-credential: hint: ")
        error = json.loads(run("discover", "--site", SITE, "--json").stderr)["error"]
        assert (error["message"], error["retryable"]) == (message, code == 5)


@pytest.mark.parametrize(
    "site",
    [
        "jira.example.com",
        "http://work.atlassian.net",
        "https://work.atlassian.net:8443",
        "work.atlassian.net.evil.com",
        "atlassian.net",
        "x",
        "bitbucket.org",
        "api.atlassian.com",
    ],
)
def test_discover_asks_cloud_sites_alone(site: str, set_up: SetUp, run: Run) -> None:
    made = set_up([])
    done = run("discover", "--site", site)
    assert (done.returncode, done.stdout, made.proxied) == (2, b"", [])


# doctor


def test_doctor_asks_for_every_profile(set_up: SetUp, run: Run, home: Path) -> None:
    names = ("site0", "site1", "site2")
    statuses = (JANE, answer(200, {"type": "anonymous"}), answer(500))
    script: list[tuple[str, Answer]] = [
        (f"{name}.atlassian.net/rest/api/3/myself", said) for name, said in zip(names, statuses, strict=True)
    ]
    set_up([*script, ("site1.atlassian.net/_edge/tenant_info", ID), (JIRA_GATEWAY, PLAIN_401)], names, any_order=True)
    before = snapshot(home)
    done = run("doctor", "--network", "--json", HTTPS_PROXY=f"http://jdoe:made-up-proxy@{proxy_of(run)}")
    assert done.returncode == 1
    found = [each for each in json.loads(done.stdout)["findings"] if each["verification"]]
    assert [(each["verification"]["reason"], each["wrong"]) for each in found] == [
        ("ok", False),
        ("anonymous", True),
        ("unavailable", False),
    ]
    assert [bool(each["hint"]) for each in found] == [False, True, True]
    texts = [each["text"] for each in json.loads(done.stdout)["findings"]]
    assert f"sites are asked through the proxy {proxy_of(run)}" in texts
    assert any(text.startswith("sites are trusted by SSL_CERT_FILE, which names ") for text in texts)
    assert b"made-up-proxy" not in done.stdout + done.stderr
    assert snapshot(home) == before


def proxy_of(run: Run) -> str:
    """Return where the stage's proxy is, as the program is told."""
    done = run("doctor", "--network")
    found = re.search(r"through the proxy (\S+)", done.stdout.decode())
    assert found
    return found[1]


def test_what_is_not_known_does_not_make_doctor_fail(set_up: SetUp, run: Run) -> None:
    set_up([(MYSELF, answer(500)), (MYSELF, JANE)])
    for word in (b"note ", b"ok   "):
        done = run("doctor", "--network")
        assert done.returncode == 0
        assert word + b'  profile "work": ' in done.stdout


# A terminal.


def at_terminal(variables: dict[str, str], home: Path, *words: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(
        PROGRAM,
        list(words),
        env={**variables, "TERM": "xterm"},
        cwd=str(home),
        timeout=TIMEOUT_S,
        encoding="utf-8",
        dimensions=(24, 80),
    )


def test_a_line_says_what_is_asked(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    set_up([(MYSELF, Slow(0.5, JANE))])
    screen = at_terminal(variables, home, "status", "--verify")
    screen.expect_exact(f"asking {SITE} ...")
    screen.expect("\r +\r")  # and is gone
    screen.expect_exact("yes, as Jane Doe")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0


def test_ctrl_c_leaves_at_once(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    set_up([(MYSELF, silence)])
    before = snapshot(home)
    screen = at_terminal(variables, home, "status", "--verify", "--timeout", "120")
    screen.expect_exact(f"asking {SITE} ...")
    screen.sendintr()
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 130
    assert "Traceback" not in (screen.before or "")
    assert snapshot(home) == before


def test_no_line_where_nobody_looks(set_up: SetUp, run: Run) -> None:
    set_up([(MYSELF, JANE)])
    assert run("status", "--verify").stderr == b""


def test_many_hosts_do_not_break_the_line(set_up: SetUp, variables: dict[str, str], home: Path) -> None:
    names = tuple(f"site{number}" for number in range(8))
    set_up([(f"{name}.atlassian.net/rest/api/3/myself", Slow(0.5, JANE)) for name in names], names, any_order=True)
    screen = at_terminal(variables, home, "status", "--all", "--verify")
    screen.expect_exact("asking site0.atlassian.net, site1.atlassian.net")
    screen.expect(" {79}\r")  # 79 columns, and not one more
    screen.expect(pexpect.EOF)


# The system's own store, and other settings of this machine.


def test_an_authority_of_the_system(set_up: SetUp, variables: dict[str, str], home: Path, tmp_path: Path) -> None:
    """As in companies that open TLS at their border: git and curl find it there."""
    paths = ssl.get_default_verify_paths()
    made_own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    place = os.path.realpath(paths.openssl_capath)
    if not os.path.isdir(place) or subprocess.run([*made_own, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nobody here may put another store in the place of the system's")
    set_up([(MYSELF, JANE)])
    del variables["SSL_CERT_FILE"]
    store = tmp_path / "store"
    store.mkdir()
    for name in ("one.pem", "ca-certificates.crt"):
        (store / name).write_bytes((tmp_path / "authority.pem").read_bytes())
    subprocess.run(["openssl", "rehash", store], check=True, capture_output=True)
    bind = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    command: list[str | Path] = [
        *made_own,
        "sh",
        "-c",
        bind,
        "sh",
        store,
        place,
        PROGRAM,
        "status",
        "--verify",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False)
    assert json.loads(done.stdout)["verification"]["reason"] == "ok", done.stdout


def test_nobody_writes_down_the_keys(set_up: SetUp, run: Run, tmp_path: Path) -> None:
    """SSLKEYLOGFILE would let anybody read what a token was encrypted with."""
    set_up([(MYSELF, JANE)])
    assert run("status", "--verify", SSLKEYLOGFILE=str(tmp_path / "keys")).returncode == 0
    assert not (tmp_path / "keys").exists()


def test_a_server_s_words_move_no_cursor(set_up: SetUp, run: Run) -> None:
    jane = answer(200, {"accountId": "x", "displayName": "Jane\x1b[31m\u202eDoe"})
    set_up([(MYSELF, jane), (MYSELF, answer(403, {"message": "no\x1b[2J\u2028\x9b"}))])
    assert b"verified  yes, as Jane\\x1b[31m\\u202eDoe\n" in run("status", "--verify").stdout
    assert run("status", "--verify").stderr == b'atla-credential: hint: it says "no\\x1b[2J \\x9b"; ask its admin\n'


def test_a_profile_of_variables_has_no_file_of_trust(set_up: SetUp, run: Run) -> None:
    """That in helper.toml is for the stored profile of this name."""
    set_up([(MYSELF, JANE)], helper="[profiles.work]\nca_file = '/nowhere'\n")
    variables = {"ATLA_INSTANCE": f"https://{SITE}", "ATLA_EMAIL": "me@example.com", "ATLA_TOKEN": "made-up"}
    done = run("status", "--verify", **variables)
    assert b"e-mail    me@example.com\n" in done.stdout
    assert done.returncode == 0


def test_a_token_that_cannot_be_sent(set_up: SetUp, run: Run) -> None:
    made = set_up([])
    done = run("status", "--verify", ATLA_TOKEN="made-up\u2028canary")
    assert done.returncode == 3
    assert b"cannot be handed out" in done.stderr
    assert b"canary" not in done.stdout + done.stderr
    assert made.proxied == []


def test_an_instance_that_has_nobody_to_ask(set_up: SetUp, files: Files, run: Run) -> None:
    """Below a repository git has addresses, and REST has none."""
    made = set_up([])
    deep = "https://bitbucket.org/team/repo/deep"
    files(config=profile("work", deep), credentials=token("work", deep, "made-up-canary"))
    done = run("status", "--verify", "--profile", "work")
    assert (done.returncode, made.proxied) == (1, [])
    assert b"it has no address that would tell whose it is" in done.stderr


def test_all_of_doctor_s_questions_have_a_limit_together() -> None:
    """What is left over is not asked; the rest is told."""
    names = ("site0", "site1")
    subjects = [
        Subject(Profile(name, f"https://{name}.atlassian.net", "you@example.com"), "made-up", "file") for name in names
    ]
    seen: list[str] = []

    class Hanging(Inquiry):
        def run(self, deadline: Deadline, turns: Turns) -> Outcome:
            time.sleep(0.01 if self.question.host.startswith("site0") else TIMEOUT_S)
            return Outcome("ok", self.question, 200)

    inquiries = [Hanging(steps, subject, ("", "")) for subject in subjects if (steps := questions_about(subject))]
    found = ask_all([None, *inquiries], 120, lambda running: seen.extend(each.question.host for each in running), 1)
    assert [each and each.reason.word for each in found] == [None, "ok", None]
    assert set(seen) == {"site0.atlassian.net", "site1.atlassian.net"}


SILENT_NAMES = """
import socket, time
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    asked.bind(("127.0.0.1", 53))
    time.sleep(60)
"""
WITH_SILENT_NAMES = """
ip link set lo up && mount --bind "$1" /etc/resolv.conf || exit 77
"$2" -I -c "$3" & names=$!
shift 3
"$@"; code=$?
kill $names
exit $code
"""


def test_a_resolver_that_hangs(set_up: SetUp, variables: dict[str, str], home: Path, tmp_path: Path) -> None:
    """No library's timeout covers it: whoever answers for names says nothing for longer than the time that there is."""
    made_own = ["unshare", "-nm"] if os.geteuid() == 0 else ["unshare", "-rnm"]
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:30\n")
    set_up([])
    del variables["HTTPS_PROXY"]
    python = Path(PROGRAM).with_name("python")
    command: list[str | Path] = [
        *made_own,
        "sh",
        "-c",
        WITH_SILENT_NAMES,
        "sh",
        tmp_path / "resolv.conf",
        python,
        SILENT_NAMES,
        PROGRAM,
        "status",
        "--verify",
        "--json",
        "--timeout",
        "1",
    ]
    done = subprocess.run(command, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False)
    if done.returncode in (1, 77) and not done.stdout:
        pytest.skip("nobody here may make a network of his own, with names")
    found = json.loads(done.stdout)["verification"]
    assert (found["reason"], found["message"], done.returncode) == ("timeout", f"{SITE} did not answer within 1 s", 5)
