"""Container tools at a registry that they know as https://crg.apkg.io, and the program that they start for it."""

import json
import os
import ssl
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from asking import profile, token
from conftest import FOR_CONTAINERS, PROGRAM, TIMEOUT_S, Run, runner, snapshot
from containers import EMAIL, HOST, SECRET, Tools
from git_server import basic, make_certificate
from proxy import proxy

Files = Callable[..., Path]

IMAGE = f"{HOST}/team/image:latest"
TYPE = "application/vnd.docker.distribution.manifest.v2+json"
LAYER = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 0, "digest": f"sha256:{sha256(b'').hexdigest()}"}  # fmt: skip
CONFIG = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [LAYER["digest"]]}}).encode()  # fmt: skip
CONFIG_DIGEST = f"sha256:{sha256(CONFIG).hexdigest()}"
MANIFEST = json.dumps({
    "schemaVersion": 2, "mediaType": TYPE, "layers": [LAYER],
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(CONFIG), "digest": CONFIG_DIGEST},
}).encode()  # fmt: skip


class Registry(BaseHTTPRequestHandler):
    """One image, for one account."""

    protocol_version = "HTTP/1.1"
    seen: list[str]

    def do_GET(self) -> None:
        header = self.headers.get("Authorization", "")
        self.seen.append(header)
        if header != basic(EMAIL, SECRET):
            self.answer(401, b"{}", "application/json", {"WWW-Authenticate": 'Basic realm="packages"'})
        elif "/manifests/" in self.path:
            self.answer(200, MANIFEST, TYPE, {"Docker-Content-Digest": f"sha256:{sha256(MANIFEST).hexdigest()}"})
        else:
            self.answer(200, CONFIG if self.path.endswith(CONFIG_DIGEST) else b"{}", "application/json", {})

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(self, code: int, body: bytes, kind: str, more: dict[str, str]) -> None:
        self.send_response(code)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Docker-Distribution-Api-Version": "registry/2.0", **more}  # fmt: skip
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def seen() -> list[str]:
    """Return the Authorization of each request at the registry, or ""."""
    return []


@pytest.fixture
def tools(home: Path, variables: dict[str, str], tmp_path: Path, seen: list[str]) -> Iterator[Tools]:
    make_certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Made", (Registry,), {"seen": seen}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with proxy({f"{HOST}:443": server.server_port}) as made:
        more = {
            "HTTPS_PROXY": f"http://{made.address}", "SSL_CERT_FILE": str(tmp_path / "server.pem"),
            "DOCKER_HOST": f"unix://{tmp_path}/nobody",
        }  # fmt: skip
        yield Tools(home, {**variables, **more})
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bitbucket(files: Files) -> Path:
    where = "https://bitbucket.org"
    return files(config=profile("bitbucket", where), credentials=token("bitbucket", where, SECRET))


READING = {
    "skopeo": ("skopeo", "inspect", "--raw", f"docker://{IMAGE}"),
    "docker": ("docker", "manifest", "inspect", IMAGE),
}


@pytest.mark.parametrize("words", READING.values(), ids=READING)
def test_reading_an_image(words: tuple[str, ...], tools: Tools, bitbucket: Path, seen: list[str]) -> None:
    before = snapshot(bitbucket)
    assert CONFIG_DIGEST in tools.run(*words).stdout
    assert set(seen) == {"", basic(EMAIL, SECRET)}
    assert snapshot(bitbucket) == before


@pytest.mark.parametrize("words", READING.values(), ids=READING)
def test_without_a_token_they_go_on_as_nobody(words: tuple[str, ...], tools: Tools, seen: list[str]) -> None:
    done = tools.run(*words, code=1)
    assert "error getting credentials" not in done.stderr
    nobody = {"", basic("", "")}  # an older skopeo sends an empty pair
    assert seen and nobody.issuperset(seen)


LOGIN = {
    "skopeo": ("skopeo", "login", HOST, "--username", EMAIL, "--password-stdin"),
    "docker": ("docker", "login", HOST, "--username", EMAIL, "--password-stdin"),
}


@pytest.mark.parametrize("words", LOGIN.values(), ids=LOGIN)
def test_login_with_the_token_that_is_there(words: tuple[str, ...], tools: Tools, bitbucket: Path) -> None:
    """And the logout after it takes nothing away."""
    before = snapshot(bitbucket)
    assert "Login Succeeded" in tools.run(*words, stdin=SECRET).stdout
    tools.run(words[0], "logout", HOST)
    assert snapshot(bitbucket) == before
    assert SECRET not in "".join(path.read_text() for path in tools.home.glob(".docker/*"))


@pytest.mark.parametrize("words", LOGIN.values(), ids=LOGIN)
def test_login_with_another_one_is_told_the_way(
    words: tuple[str, ...], tools: Tools, files: Files, bitbucket: Path
) -> None:
    files(credentials=token("bitbucket", "https://bitbucket.org", "ATATTold"))
    before = snapshot(bitbucket)
    done = tools.run(*words, stdin=SECRET, code=1)
    assert 'atla-credential: error: this is not the token of profile "bitbucket", and was not stored' in done.stderr
    assert "atla-credential: hint: run: atla-credential login --profile bitbucket" in done.stderr
    assert snapshot(bitbucket) == before


@pytest.fixture
def helper(variables: dict[str, str], home: Path) -> Run:
    return runner(FOR_CONTAINERS, variables, home)


def test_the_installed_program(helper: Run, bitbucket: Path) -> None:
    done = helper("get", stdin=f"{HOST}\n".encode())
    assert json.loads(done.stdout) == {"ServerURL": HOST, "Username": EMAIL, "Secret": SECRET}
    assert (done.returncode, done.stderr) == (0, b"")
    done = helper("get", stdin=b"ghcr.io")
    assert (done.returncode, done.stdout, done.stderr) == (1, b"credentials not found in native keychain", b"")
    assert helper("list").stdout == f'{{"https://{HOST}":"{EMAIL}"}}\n'.encode()
    assert (helper("erase", stdin=HOST.encode()).returncode, helper("version").returncode) == (0, 0)
    done = helper("login")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"atla-credential: error: docker-credential-atla takes one of: get, list,")


ASKED = {
    "an answer": ("get", HOST), "a sentence": ("get", "ghcr.io"), "a list": ("list", ""), "JSON": (None, '{"uri":"https://bitbucket.org"}'),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_nobody_could_read_is_no_success(
    name: str, bitbucket: Path, variables: dict[str, str], home: Path, run: Run
) -> None:
    """A full device, a pipe that was closed, no standard output; and nothing of the token anywhere else."""
    word, stdin = ASKED[name]
    command = [FOR_CONTAINERS, word] if word else [PROGRAM, "get"]
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("wb") as full, open(writing, "wb") as closed:
        for stdout in (full, closed, None):
            shell = ["sh", "-c", 'exec "$0" "$@" >&-', *command]
            done = subprocess.run(
                command if stdout else shell, input=stdin.encode(), stdout=stdout, stderr=subprocess.PIPE, env=variables, cwd=home,
                timeout=TIMEOUT_S, check=False,
            )  # fmt: skip
            assert (done.returncode, SECRET.encode() in done.stderr) == (1, False)


@pytest.mark.parametrize("word", ["get", "store", "erase"])
def test_an_input_that_never_ends(word: str, variables: dict[str, str], home: Path) -> None:
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(
            [FOR_CONTAINERS, word], stdin=zeros, capture_output=True, env=variables, cwd=home, timeout=5, check=False
        )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"longer than 1 MiB" in done.stderr


def test_no_trace_shows_a_token(helper: Run, run: Run, bitbucket: Path) -> None:
    given = json.dumps(
        {"ServerURL": f"https://x:{SECRET}@{HOST}", "Username": EMAIL, "Secret": f"{SECRET}-too"}
    ).encode()
    for done in (
        helper("get", stdin=HOST.encode(), ATLA_CREDENTIAL_TRACE="1"),
        helper("list", ATLA_CREDENTIAL_TRACE="1"),
        helper("store", stdin=given, ATLA_CREDENTIAL_TRACE="1"),
        run("get", stdin=b'{"uri":"https://npm.apkg.io"}', ATLA_CREDENTIAL_TRACE="1"),
        run("get", "--url", "bitbucket.org", "--format", "env", ATLA_CREDENTIAL_TRACE="1"),
    ):
        assert SECRET.encode() not in done.stderr
        assert done.stderr


def test_a_token_that_is_not_there(helper: Run, files: Files) -> None:
    files(config=profile("bitbucket", "https://bitbucket.org"))
    done = helper("get", stdin=HOST.encode())
    assert (done.returncode, done.stdout) == (1, b"credentials not found in native keychain")
    assert done.stderr.splitlines()[0] == b'atla-credential: error: no token available for profile "bitbucket"'


def test_a_request_in_json(run: Run, bitbucket: Path) -> None:
    """As Bazel asks, with one word and an object."""
    done = run("get", stdin=b'{"uri":"https://bitbucket.org/team/repo/get/main.tar.gz"}')
    header = basic("x-bitbucket-api-token-auth", SECRET)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"headers": {"Authorization": [header]}})
    done = run("get", stdin=b'{"uri":"https://github.com"}')
    assert (done.returncode, done.stdout, done.stderr) == (4, b"", b"")
    done = run("get", stdin=b'{"uri"')
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"atla-credential: error: the request is not JSON\n")
