"""Container tools and Debian's docker-registry, which lets in one account only: what is copied, pushed and pulled."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from gzip import compress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tarfile import TarInfo
from tarfile import open as open_archive

import pytest

from asking import profile, token
from conftest import TIMEOUT_S, snapshot
from containers import EMAIL, HOST, SECRET, Tools
from git_server import free_port, make_certificate, wait_for
from proxy import proxy

Files = Callable[..., Path]

COPY = ("skopeo", "--insecure-policy", "copy")
IMAGE = f"{HOST}/team/image:latest"
REGISTRY = """
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}/images}}}}
http: {{addr: "127.0.0.1:{port}", secret: made-up, tls: {{certificate: {folder}/server.pem, key: {folder}/server.key}}}}
auth: {{htpasswd: {{realm: packages, path: {folder}/accounts}}}}
"""


def archive() -> bytes:
    """Return an archive with one file."""
    made = BytesIO()
    with open_archive(fileobj=made, mode="w") as opened:
        entry = TarInfo("file")
        entry.size = 4
        opened.addfile(entry, BytesIO(b"here"))
    return made.getvalue()


def write_image(folder: Path) -> None:
    """Write an image as skopeo copies it from and to a folder."""
    folder.mkdir()
    (folder / "version").write_text("Directory Transport Version: 1.1\n")
    layer = archive()
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}
    parts = []
    for kind, content in (("config.v1+json", json.dumps(config).encode()), ("layer.v1.tar+gzip", compress(layer))):
        (folder / digest(content).removeprefix("sha256:")).write_bytes(content)
        parts.append(
            {"mediaType": f"application/vnd.oci.image.{kind}", "size": len(content), "digest": digest(content)}
        )
    manifest = {"schemaVersion": 2, "config": parts[0], "layers": parts[1:]}
    (folder / "manifest.json").write_text(
        json.dumps({"mediaType": "application/vnd.oci.image.manifest.v1+json", **manifest})
    )


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Start a registry, and return its port and the authority of its certificate."""
    for each in ("docker-registry", "htpasswd"):
        if not shutil.which(each):
            pytest.skip(f"not installed: {each}")
    folder, port = tmp_path_factory.mktemp("registry"), free_port()
    make_certificate(folder)
    words = ["htpasswd", "-n", "-i", "-B", "-C", "4", EMAIL]
    (folder / "accounts").write_bytes(
        subprocess.run(words, input=SECRET.encode(), capture_output=True, check=True).stdout
    )
    (folder / "registry.yml").write_text(REGISTRY.format(folder=folder, port=port))
    with (
        open(folder / "log", "wb") as log,
        subprocess.Popen(
            ["docker-registry", "serve", folder / "registry.yml"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_for(port)
            yield port, folder / "server.pem"
        finally:
            process.terminate()


@pytest.fixture
def tools(registry: tuple[int, Path], home: Path, variables: dict[str, str]) -> Iterator[Tools]:
    """Return tools that know the registry as Bitbucket's own, and have an image to copy there."""
    port, authority = registry
    write_image(home / "image")
    with proxy({f"{HOST}:443": port}) as made:
        variables |= {"HTTPS_PROXY": f"http://{made.address}", "SSL_CERT_FILE": str(authority)}
        yield Tools(home, variables)


@pytest.fixture
def bitbucket(files: Files) -> Path:
    where = "https://bitbucket.org"
    return files(config=profile("bitbucket", where), credentials=token("bitbucket", where, SECRET))


def test_skopeo_copies(tools: Tools, bitbucket: Path) -> None:
    """There and back, byte for byte."""
    before = snapshot(bitbucket)
    tools.run(*COPY, "dir:image", f"docker://{IMAGE}")
    tools.run(*COPY, f"docker://{IMAGE}", "dir:copy")
    assert snapshot(tools.home / "copy") == snapshot(tools.home / "image")
    found = json.loads(tools.run("skopeo", "inspect", f"docker://{IMAGE}").stdout)
    assert (found["Name"], found["RepoTags"]) == (f"{HOST}/team/image", ["latest"])
    assert snapshot(bitbucket) == before


def test_docker_makes_a_list_of_images(tools: Tools, bitbucket: Path) -> None:
    """For which it needs no daemon."""
    before = snapshot(bitbucket)
    tools.run(*COPY, "dir:image", f"docker://{IMAGE}")
    made = f"{HOST}/team/list:1"
    tools.run("docker", "manifest", "create", made, IMAGE)
    tools.run("docker", "manifest", "push", made)
    assert (
        digest((tools.home / "image" / "manifest.json").read_bytes())
        in tools.run("docker", "manifest", "inspect", made).stdout
    )
    assert snapshot(bitbucket) == before


@pytest.mark.parametrize(
    ("words", "refusal"),
    [((*COPY, "dir:image", f"docker://{IMAGE}"), "authentication required"),
     (("docker", "manifest", "inspect", IMAGE), "no basic auth credentials")],
    ids=["skopeo", "docker"],
)  # fmt: skip
def test_where_no_profile_answers(words: tuple[str, ...], refusal: str, tools: Tools) -> None:
    """They go on as nobody, whom the registry refuses."""
    said = tools.run(*words, code=1).stderr
    assert refusal in said and "atla-credential" not in said


@pytest.fixture
def daemon(registry: tuple[int, Path], home: Path, variables: dict[str, str]) -> Iterator[Tools]:
    """Return tools that know the registry by a name at which every daemon takes any certificate."""
    if "DOCKER_HOST" in os.environ:
        variables["DOCKER_HOST"] = os.environ["DOCKER_HOST"]
    tools = Tools(home, variables, f"localhost:{registry[0]}")
    if not shutil.which("docker") or docker(tools, "version", "--format", "{{.Server.Version}}").returncode:
        pytest.skip("no daemon of docker's runs here")
    yield tools
    docker(tools, "rmi", f"{tools.registry}/team/pushed:1")


def docker(tools: Tools, *words: str) -> "subprocess.CompletedProcess[bytes]":
    """Run it, whatever comes of that."""
    return subprocess.run(
        ["docker", *words], env=tools.variables, capture_output=True, timeout=TIMEOUT_S, check=False
    )  # fmt: skip


def test_push_and_pull(daemon: Tools, files: Files) -> None:
    image, where = f"{daemon.registry}/team/pushed:1", f"https://{daemon.registry}"
    daemon.run("docker", "import", "-", image, stdin=archive().decode())
    assert "no basic auth credentials" in daemon.run("docker", "push", image, code=1).stderr
    files(
        config=profile("registry", where, ""), credentials=token("registry", where, SECRET, ""),
        helper=f'[profiles.registry]\nauth = "basic"\nusername = "{EMAIL}"\n',
    )  # fmt: skip
    before = snapshot(daemon.home)
    daemon.run("docker", "push", image)
    daemon.run("docker", "rmi", image)
    daemon.run("docker", "pull", image)
    assert image in daemon.run("docker", "image", "inspect", image).stdout
    assert snapshot(daemon.home) == before
