"""The forms of an answer, read back by those who read them: curl, JSON readers, shells; netrc's are in a file of their own."""

import base64
import json
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from asking import profile, token
from conftest import PROGRAM, TIMEOUT_S, Run
from git_server import make_certificate
from unit.test_docker import Asked as InDocker
from unit.test_operations import Asked

Files = Callable[..., Path]

HOSTILE = {
    "quotes": "a\"b'c", "only quotes": "\"'\"", "backslashes": "a\\b\\\\c\\", "escapes": "a\\nb\\tc\\x41\\u0041", "blanks": "a  b c",
    "shell": "$HOME$(id)`id`!!&&;|*?[a]{b,c}{}~<>(#)%PATH%41%s", "hash": "#a#b", "beyond ASCII": "caf\u00e9 \u4e2d\u00a0\u3000\U0001f511\ufeff\u200b\uffff",
    "curly quotes": "\u2018a\u2019b\u201ac\u201b", "assignment": "a=b:c", "hyphen": "-o/there", "8 KiB": "8" * 8192,
}  # fmt: skip
USER = "j\"\\ d\u00f6e'$x!!"
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


class Server:
    """A server on this machine that notes what it was asked."""

    def __init__(self) -> None:
        seen: list[tuple[str, str]] = []
        hosts: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = self.headers.get("Authorization", "").encode("latin-1").decode()
                seen.append((self.path, said))
                hosts.append(self.headers["Host"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self.seen, self.hosts = seen, hosts
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def quoted(text: str) -> str:
    """Return a text as it stands in a TOML file."""
    return json.dumps(text, ensure_ascii=False)


def write(files: Files, instance: str, secret: str, username: str | None = None) -> None:
    """Make a profile: Basic with a user name, Bearer without one."""
    files(
        config=profile("dc", instance, ""),
        credentials=f'[tokens."dc||{instance}"]\ntoken = {quoted(secret)}\n',
        helper=f'[profiles.dc]\nauth = "basic"\nusername = {quoted(username)}\n' if username is not None else "",
    )


def answer_of(home: Path, form: str | None, stdin: bytes = b"", **options: Any) -> bytes:
    """Return what the program answers for the profile, without its start."""
    if form is not None:
        options |= {"format": form, "profile": "dc"}
    asked = Asked(home, stdin, **options)
    assert asked.get() == 0
    return asked.stdout.getvalue()


def shell(code: str, variables: dict[str, str], home: Path, name: str = "sh") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [name, "-c", code], capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False
    )


def basic(username: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{username}:{secret}'.encode()).decode()}"


@needs_curl
@pytest.mark.parametrize("secret", HOSTILE.values(), ids=HOSTILE)
def test_curl_sends_what_was_meant(
    secret: str, server: Server, files: Files, variables: dict[str, str], home: Path
) -> None:
    write(files, f"{server.url}/jira", secret)
    ask = f"{PROGRAM} get --url '{server.url}/jira/-o/$x`id`!!%41;{{}}|~caf\u00e9?a={{1,2}}&b=[1-2]&c=\"\\n' --format"
    done = shell(f"{ask} curl | curl -sSf -K - && {ask} header | curl -sSf -H @- {server.url}/x", variables, home)
    assert (done.returncode, done.stderr) == (0, b"")
    assert server.seen == [
        ("/jira/-o/$x%60id%60!!%41;%7B%7D%7C~caf%C3%A9?a=%7B1,2%7D&b=%5B1-2%5D&c=%22%5Cn", f"Bearer {secret}"),
        ("/x", f"Bearer {secret}"),
    ]
    write(files, f"{server.url}/jira", secret, 'j"\\ d\u00f6e')
    done = shell(f"{ask} curl | curl -sSf -K -", variables, home)
    assert (done.returncode, server.seen[-1][1]) == (0, basic('j"\\ d\u00f6e', secret))


SITES = {
    "https://work.atlassian.net": ("work.atlassian.net", "/rest/api/3/myself?a=b"),
    "https://scoped.atlassian.net": ("api.atlassian.com", "/ex/jira/1/rest/api/3/myself?a=b"),
    "https://robot.atlassian.net": ("api.atlassian.com", "/ex/jira/2/rest/api/3/myself?a=b"),
    "https://gov.atlassian-us-gov-mod.net": ("api.atlassian-us-gov-mod.com", "/ex/jira/3/rest/api/3/myself?a=b"),
    "https://dc.example.com/jira": ("dc.example.com", "/jira/rest/api/3/myself?a=b"),
}


@needs_curl
def test_curl_goes_where_each_token_works(
    server: Server, files: Files, variables: dict[str, str], home: Path, tmp_path: Path
) -> None:
    """Under the real names, at a server on this machine."""
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    ids = {"scoped": "1", "robot": "2", "gov": "3"}
    for site, (host, path) in SITES.items():
        name = site.partition("://")[2].partition(".")[0]
        email = "" if name in ("robot", "dc") else "you@example.com"
        more = {"cloud_id": ids[name]} if name in ids else {}
        files(
            config=profile(name, site, email, **more), credentials=token(name, site, f"made-up-{name}", email),
            helper="" if email else f'[profiles.{name}]\nauth = "bearer"\n',
        )  # fmt: skip
        get = f"{PROGRAM} get --url '{site}/rest/api/3/myself?a=b' --format curl"
        done = shell(f"{get} | curl -sSfk --connect-to ::127.0.0.1:{server.port} -K -", variables, home)
        assert (done.returncode, done.stderr) == (0, b"")
        header = basic(email, f"made-up-{name}") if email else f"Bearer made-up-{name}"
        assert (server.hosts.pop(), server.seen.pop()) == (host, (path, header))
    assert server.seen == []


@needs_curl
def test_a_failed_get_is_no_request(server: Server, files: Files, variables: dict[str, str], home: Path) -> None:
    write(files, server.url, "made-up")
    (home / ".config" / "atla" / "credentials.toml").unlink()
    for url in (f"{server.url}/x", "https://nobody.example/x"):
        done = shell(f"{PROGRAM} get --url {url} --format curl 2>/dev/null | curl -sS -K -", variables, home)
        assert done.returncode == 2
        assert b"no URL specified" in done.stderr
    assert server.seen == []


# A reader that ends a line wherever JavaScript and Unicode do.
NODE = r"""
for (const line of require("fs").readFileSync(0, "utf8").split(/[\n\r\u0085\u2028\u2029]/))
    if (line) console.log(JSON.stringify(JSON.parse(line)));
"""


@pytest.mark.parametrize("reader", [None, "node"], ids=["Python", "Node"])
def test_json(reader: str | None, files: Files, variables: dict[str, str], home: Path) -> None:
    """Each kind of answer that is JSON, in a line of its own."""
    lines, wanted = b"", []
    for secret in HOSTILE.values():
        write(files, "https://dc.example.com", secret, USER)
        header = basic(USER, secret)
        lines += answer_of(home, "json") + answer_of(home, "headers-json")
        lines += answer_of(home, None, b'{"uri":"https://dc.example.com/x"}')
        lines += InDocker(home, "get", "dc.example.com").stdout.getvalue()
        wanted += [
            [USER, secret, header], {"Authorization": header}, {"headers": {"Authorization": [header]}},
            {"ServerURL": "dc.example.com", "Username": USER, "Secret": secret},
        ]  # fmt: skip
    if reader is not None:
        if shutil.which(reader) is None:
            pytest.skip(f"{reader} is not installed")
        lines = subprocess.run(
            [reader, "-e", NODE],
            input=lines,
            env=variables,
            cwd=home,
            timeout=TIMEOUT_S,
            check=True,
            capture_output=True,
        ).stdout
    said = [json.loads(line) for line in lines.splitlines()]
    keys = ("username", "password", "authorization")
    assert [[each[key] for key in keys] if "source" in each else each for each in said] == wanted


@pytest.mark.parametrize("secret", HOSTILE.values(), ids=HOSTILE)
def test_a_token_is_one_line(secret: str, files: Files, variables: dict[str, str], home: Path) -> None:
    """Also for who has closed standard input, and in any locale."""
    write(files, "https://dc.example.com", secret)
    for way in ("<&-", "</dev/null", "--url dc.example.com"):
        done = shell(f"{PROGRAM} get --profile dc --format token {way}", {**variables, "LC_ALL": "C"}, home)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{secret}\n".encode(), b"")


VARIABLES = ("ATLA_API_BASE_URL", "ATLA_USERNAME", "ATLA_PASSWORD", "ATLA_AUTH_TYPE", "ATLA_AUTHORIZATION")
READERS = {
    "sh": ("sh", 'eval "$({get})"'),
    "bash": ("bash", 'eval "$({get})"'),
    "bash, with history": ("bash", 'set -H; eval "$({get})"'),
    "zsh": ("zsh", 'eval "$({get})"'),
    "fish": ("fish", "{get} --shell fish | source; or exit"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("secret", HOSTILE.values(), ids=HOSTILE)
def test_shells_set_variables(secret: str, reader: str, files: Files, variables: dict[str, str], home: Path) -> None:
    """And unset what is null; other programs see the ones that are set."""
    name, code = READERS[reader]
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    write(files, "https://dc.example.com", secret, USER)
    get = f"{PROGRAM} get --profile dc --format env </dev/null"
    done = shell(f"{code.format(get=get)}; env -0", {**variables, "ATLA_EXPIRES_AT": "old"}, home, name)
    assert (done.returncode, done.stderr) == (0, b"")
    seen = dict(each.partition("=")[::2] for each in done.stdout.decode().split("\0"))
    wanted = ("https://dc.example.com", USER, secret, "basic", basic(USER, secret))
    assert [seen.get(each) for each in VARIABLES] == list(wanted)
    assert "ATLA_EXPIRES_AT" not in seen


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_in_fish_a_universal_variable_is_only_covered(files: Files, variables: dict[str, str], home: Path) -> None:
    """It is all shells', and stays; and there need be nothing to unset."""
    write(files, "https://dc.example.com", "made-up", USER)
    get = f"{PROGRAM} get --profile dc --format env --shell fish </dev/null | source; or exit 9"
    see = "; sh -c 'echo \"[${ATLA_EXPIRES_AT-unset}]\"'; "
    code = f"{get}{see}set -Ux ATLA_EXPIRES_AT old; set -gx ATLA_EXPIRES_AT older; {get}{see}set -eg ATLA_EXPIRES_AT{see}true"
    done = shell(code, {**variables, "XDG_RUNTIME_DIR": str(home)}, home, "fish")  # else it makes a folder in /tmp
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [b"[unset]", b"[]", b"[old]"], b"")


# Forms that are typed at a prompt, where a shell looks for its history too.
PROMPTS = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i", "-o", "rc_quotes"),
    "fish": ("fish", "--no-config", "-i"),
}


@pytest.mark.parametrize("name", PROMPTS)
def test_what_is_typed_at_a_prompt(name: str, files: Files, variables: dict[str, str], home: Path) -> None:
    """One shell for all values: what it was told before is its history."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    typed = b"echo first one\n"
    for number, secret in enumerate(HOSTILE.values()):
        write(files, "https://dc.example.com", secret, USER)
        typed += answer_of(home, "env", shell="fish" if name == "fish" else "sh")
        typed += f"env -0 >seen-{number}\n".encode()
    done = subprocess.run(
        PROMPTS[name], input=typed, capture_output=True, env=variables, cwd=home, timeout=TIMEOUT_S, check=False,
        start_new_session=True,  # or it would take the terminal of who runs the tests
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for number, secret in enumerate(HOSTILE.values()):
        seen = (home / f"seen-{number}").read_bytes().split(b"\0")
        assert {f"ATLA_USERNAME={USER}".encode(), f"ATLA_PASSWORD={secret}".encode()} <= set(seen)


def read_powershell(script: str) -> dict[str, str | None]:
    """Read assignments as PowerShell's tokenizer does: of two quotes in a row, of any kind, the second is meant."""
    found: dict[str, str | None] = {}
    while script:
        if script.startswith("Remove-Item Env:"):
            line, _, script = script.partition("\n")
            found[line.removeprefix("Remove-Item Env:").removesuffix(" -ErrorAction Ignore")] = None
            continue
        name, _, script = script.removeprefix("$Env:").partition(" = '")
        value = ""
        while script[0] not in QUOTES or script[1] in QUOTES:
            script = script[1:] if script[0] in QUOTES else script
            value, script = value + script[0], script[1:]
        assert script.startswith("'\n")
        found[name], script = value, script[2:]
    return found


QUOTES = "'\u2018\u2019\u201a\u201b"


@pytest.mark.parametrize(
    "secret", [*HOSTILE.values(), f"a{QUOTES}{QUOTES[::-1]}b", QUOTES], ids=[*HOSTILE, "all", "only"]
)
def test_powershell_s_rules(secret: str, files: Files, run: Run) -> None:
    write(files, "https://dc.example.com", secret, USER)
    said = run("get", "--url", "dc.example.com", "--format", "env", "--shell", "powershell").stdout.decode()
    assert read_powershell(said) == {
        "ATLA_API_BASE_URL": "https://dc.example.com", "ATLA_USERNAME": USER, "ATLA_PASSWORD": secret, "ATLA_AUTH_TYPE": "basic",
        "ATLA_AUTHORIZATION": basic(USER, secret), "ATLA_EXPIRES_AT": None,
    }  # fmt: skip


EVERYTHING = " ".join(HOSTILE.values())
ODD_NAME = "-w \"o'r\\k$(id)`!\u2018\u4e2d"
SITE = "https://dc.example.com"


def put(source: str, secret: str, files: Files, home: Path) -> dict[str, str]:
    """Make a profile whose user name and token come from a source, and return the variables that this takes."""
    name = quoted(ODD_NAME)
    user = "" if source == "helper" else f'[profiles.{name}]\nusername = {quoted(USER)}\nauth = "basic"\n'
    helper = '[helper]\nhelpers = ["!cat ~/answer;:"]\n' + (
        f'[profiles.{name}]\nauth = "basic"\n' if source == "helper" else user
    )
    files(
        config=f'[profiles.{name}]\ninstance = "{SITE}"\nemail = ""\ncredential_store = "file"\n', helper=helper,
        credentials=f"[tokens.{quoted(f'{ODD_NAME}||{SITE}')}]\ntoken = {quoted(secret)}\n" if source == "file" else "",
    )  # fmt: skip
    (home / "answer").write_text(f"username={USER}\npassword={secret}\n" if source == "helper" else "")
    if source == "variables":
        return {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": USER, "ATLA_TOKEN": secret}
    return {"ATLA_PROFILE": ODD_NAME, "ATLA_TOKEN": secret} if source == "variable" else {}


@pytest.mark.parametrize("source", ["file", "variable", "variables", "helper"])
def test_wherever_it_comes_from(source: str, files: Files, run: Run, home: Path) -> None:
    """In the poorest locale."""
    more = {**put(source, EVERYTHING, files, home), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = run("get", "--url", SITE, "--json", **more)
    said = json.loads(done.stdout)
    assert (said["username"], said["password"]) == (USER, EVERYTHING)
    assert said["profile"] == ("dc.example.com" if source == "variables" else ODD_NAME)
    assert said["source"] == ("environment" if source.startswith("variable") else source)
    more |= put(source, "made\u2028up", files, home)
    done = run("get", "--url", SITE, "--json", **more)
    assert (done.returncode, done.stdout) == (1, b"")
    reason = b"gave a malformed answer" if source == "helper" else b"the password has a control character"
    assert reason in done.stderr
