"""npm and Maven, with the settings and the command that the page on packages shows, under the real names."""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha1, sha512
from io import BytesIO
from pathlib import Path
from tarfile import TarInfo
from tarfile import open as open_archive

import pytest

from conftest import snapshot
from real_names import BITBUCKET, NOBODYS, World
from stage import answer

Call = Callable[[str], subprocess.CompletedProcess[bytes]]

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "packages.md"
NPM = "npm.apkg.io/team"
MAVEN = "npm.apkg.io/maven"  # no page says the real address; any one that wants the same account will do
PARENT = "team/parent/1/parent-1.pom"


def shown(program: str, language: str) -> str:
    """Return the example of a language in a program's section."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {program}\n")[2].partition("\n## ")[0]
    return section.partition(f"```{language}\n")[2].partition("```")[0]


def pom(artifact: str, more: str) -> str:
    return (
        f"<project><modelVersion>4.0.0</modelVersion><groupId>team</groupId><artifactId>{artifact}</artifactId>"
        f"<version>1</version><packaging>pom</packaging>{more}</project>"
    )


@pytest.fixture
def call(world: World, variables: dict[str, str], home: Path) -> Call:
    """Return a function that runs a program's command as it is shown."""

    def run(program: str) -> subprocess.CompletedProcess[bytes]:
        command = shown(program, "sh")
        if not shutil.which(command.partition(" -- ")[2].split()[0]):
            pytest.skip(f"not installed: {program}")
        done = world.run("sh", "-c", command, cwd=home, variables=variables)
        secret = "ATATTmade-up-bitbucket"
        for written in (secret, b64encode(secret.encode()).decode(), BITBUCKET.partition(" ")[2]):
            assert written.encode() not in done.stdout + done.stderr
            kept = [path for path, content in snapshot(home).items() if written.encode() in content]
            assert kept == ([".config/atla/credentials.toml"] if written == secret else [])
        return done

    return run


def package() -> bytes:
    """Return the archive of a package."""
    about = b'{"name": "@team/library", "version": "1.0.0"}'
    archive = BytesIO()
    with open_archive(fileobj=archive, mode="w:gz") as made:
        entry = TarInfo("package/package.json")
        entry.size = len(about)
        made.addfile(entry, BytesIO(about))
    return archive.getvalue()


@pytest.fixture
def library(world: World, variables: dict[str, str], home: Path) -> Path:
    """Publish a package, and return where npm puts it."""
    archive = package()
    integrity = f"sha512-{b64encode(sha512(archive).digest()).decode()}"
    dist = {"tarball": f"https://{NPM}/library-1.0.0.tgz", "integrity": integrity}
    version = {"name": "@team/library", "version": "1.0.0", "dist": dist}
    about = {"name": "@team/library", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    world.server.inside[NPM] = answer(200, json.dumps(about))
    world.server.inside[f"{NPM}/library-1.0.0.tgz"] = answer(200, archive, kind="application/octet-stream")
    for name in ("audit", "fund", "update_notifier"):
        variables[f"npm_config_{name}"] = "false"
    variables |= {"npm_config_ignore_scripts": "true", "npm_config_cafile": str(world.bundle)}
    (home / ".npmrc").write_text(shown("npm", "ini"))
    return home / "node_modules" / "@team" / "library" / "package.json"


def test_npm(call: Call, library: Path, world: World) -> None:
    done = call("npm")
    assert done.returncode == 0, done.stderr
    assert library.exists()
    assert world.server.asked() == [
        (f"{NPM}/@team%2flibrary", BITBUCKET), (f"{NPM}/library-1.0.0.tgz", BITBUCKET),
    ]  # fmt: skip


def test_npm_at_another_registry(call: Call, library: Path, world: World, home: Path) -> None:
    """It has the variables, and brings them to the registry only that they are written beside."""
    settings = (home / ".npmrc").read_text()
    (home / ".npmrc").write_text(settings.replace("registry=https://npm.apkg.io/", f"registry=https://{NOBODYS}/"))
    done = call("npm")
    assert done.returncode == 1 and b"E401" in done.stderr
    assert world.server.asked() == [(f"{NOBODYS}/team/@team%2flibrary", "")]


@pytest.fixture
def project(world: World, variables: dict[str, str], home: Path) -> Path:
    """Begin a project whose parent is in a repository, and return the project's file."""
    parent = pom("parent", "").encode()
    world.server.inside[f"{MAVEN}/{PARENT}"] = answer(200, parent, kind="text/xml")
    digest = sha1(parent).hexdigest()  # noqa: S324 - Maven asks for it
    world.server.inside[f"{MAVEN}/{PARENT}.sha1"] = answer(200, digest, kind="text/plain")
    (home / ".m2").mkdir()
    (home / ".m2" / "settings.xml").write_text(shown("Maven", "xml"))
    path = home / "pom.xml"
    inherited = (
        "<parent><groupId>team</groupId><artifactId>parent</artifactId><version>1</version><relativePath/></parent>"
    )
    repository = f"<repository><id>packages</id><url>https://{MAVEN}</url></repository>"
    path.write_text(pom("project", f"{inherited}<repositories>{repository}</repositories>"))
    # Java takes the home folder from the system's record of users, and starts faster where it need not run long.
    variables["MAVEN_OPTS"] = f"-Duser.home={home} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return path


def test_maven(call: Call, project: Path, world: World, home: Path) -> None:
    """Without any plugin, of which it has none where it reaches no other repository."""
    done = call("Maven")
    assert done.returncode == 0, done.stdout
    assert (home / ".m2" / "repository" / PARENT).exists()
    assert set(world.server.asked()) == {
        (f"{MAVEN}/{PARENT}", ""), (f"{MAVEN}/{PARENT}", BITBUCKET), (f"{MAVEN}/{PARENT}.sha1", BITBUCKET),
    }  # fmt: skip


def test_maven_at_another_repository(call: Call, project: Path, world: World) -> None:
    """It has the variables, and brings them to the repository only that the settings name."""
    elsewhere = f"<id>other</id><url>https://{NOBODYS}/maven</url>"
    project.write_text(project.read_text().replace(f"<id>packages</id><url>https://{MAVEN}</url>", elsewhere))
    done = call("Maven")
    assert done.returncode == 1 and b"authentication failed" in done.stdout
    assert world.server.asked() == [(f"{NOBODYS}/maven/{PARENT}", "")]
