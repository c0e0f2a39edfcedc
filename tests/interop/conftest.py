"""A real git server, somebody with a private home who works there with one of two gits, and their keyring."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asking import profile, token
from conftest import Run, runner
from desktop import Desktop, desktop
from developer import BITBUCKET_PLACES, PLACES, REPOSITORIES, SECOND_PLACES, Developer
from git_server import GitServer, git_server, missing
from installed import Place
from machine import Machine, by_approle, machine
from made_up_engine import MadeUpEngine, made_up_engine
from openbao import Engine, openbao
from openbao import missing as no_engine
from other_helpers import LIMIT_S, SITE
from proxy import Proxy, proxy
from real_names import LET_IN, PROFILES, CannotBeHad, World, real_names
from stage import Script, Stage, stage, surroundings, write_authority


@pytest.fixture(scope="session")
def started_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    if missing():
        pytest.skip(f"not installed: {', '.join(missing())}")
    with git_server(tmp_path_factory.mktemp("git") / "server", PLACES, SECOND_PLACES, BITBUCKET_PLACES) as server:
        for name, content in REPOSITORIES.items():
            server.add_repository(name, content)
        yield server


@pytest.fixture
def server(started_server: GitServer) -> GitServer:
    """Return the server of all these tests, which has forgotten what others asked it."""
    started_server.requests()
    started_server.requests(second=True)
    return started_server


@pytest.fixture
def developer(home: Path, variables: dict[str, str], server: GitServer, knows_authtype: bool) -> Developer:
    variables["GIT_SSL_CAINFO"] = str(server.authority)
    return Developer(home, variables, server)


@pytest.fixture(scope="session")
def started_proxy(started_server: GitServer) -> Iterator[Proxy]:
    with proxy({"bitbucket.org:443": started_server.port}) as made:
        yield made


@pytest.fixture
def bitbucket(developer: Developer, started_proxy: Proxy) -> None:
    """Let the developer's git find the server as bitbucket.org, and no other host at all."""
    developer.variables["HTTPS_PROXY"] = f"http://{started_proxy.address}"


@pytest.fixture
def listed(developer: Developer) -> Iterator[Callable[..., None]]:
    """Return a function that writes git's list of helpers; at the end, stop the cache."""

    def write(*helpers: str) -> None:
        lines = "".join(f'\thelper = "{helper}"\n' for helper in helpers)
        (developer.home / ".gitconfig").write_text(f"[credential]\n{lines}")

    yield write
    developer.git("credential-cache", "exit")


@pytest.fixture
def bus(tmp_path: Path, variables: dict[str, str]) -> Iterator[Desktop]:
    """Give a session bus with nobody on it; the program belongs to it."""
    with desktop(tmp_path / "desktop", variables) as made:
        variables.update(made.variables)
        yield made


@pytest.fixture
def keyring(bus: Desktop) -> Desktop:
    """Give an unlocked keyring."""
    bus.start_keyring()
    return bus


@pytest.fixture
def accounts(files: Callable[..., Path], server: GitServer) -> Callable[..., Path]:
    """Return a function that makes profiles: accounts(work={"username": "jdoe", "token": "made-up-jdoe"}).

    The keys are `instance` (else the server's), `email`, `token`, and those of helper.toml. The first one is the default.
    """

    def write(**named: dict[str, str]) -> Path:
        config, credentials, helper = f'[default]\nprofile = "{next(iter(named))}"\n', "", ""
        for name, given in named.items():
            keys = {"auth": "basic", "instance": server.url, **given}
            instance, email, secret = keys.pop("instance"), keys.pop("email", ""), keys.pop("token", None)
            config += profile(name, instance, email)
            credentials += token(name, instance, secret, email) if secret else ""
            lines = [f"{key} = {value if key == 'expires' else repr(value)}\n" for key, value in keys.items()]
            helper += f"[profiles.{name}]\n{''.join(lines)}"
        return files(config=config, credentials=credentials, helper=helper)

    return write


@pytest.fixture
def helpers(files: Callable[..., Path]) -> Callable[..., Path]:
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


@pytest.fixture(scope="session")
def impatient_program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install the program once more, with 2 s for each helper instead of 10."""
    place = Place(tmp_path_factory.mktemp("impatient") / "place", {})
    place.link_libraries()
    place.change("foreign/exchange", "LIMIT_S = 10\n", f"LIMIT_S = {LIMIT_S}\n")
    place.change("report/row", "PATIENCE_S = 20.0 ", f"PATIENCE_S = {2 * LIMIT_S}.0 ")
    return str(place.bin / "atla-credential")


@pytest.fixture
def run_impatient(impatient_program: str, variables: dict[str, str], home: Path) -> Run:
    """Return a function as `run`, for helpers that hang."""
    return runner(impatient_program, variables, home)


@pytest.fixture
def set_stage(variables: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Return a function that sets a stage for a script, where the program finds it; it shows a certificate, as in `stage`."""
    with ExitStack() as stack:

        def play(script: Script, shows: str = "good") -> Stage:
            made = stack.enter_context(stage(tmp_path, script, shows))
            variables.update(surroundings(made, write_authority(tmp_path)))
            return made

        yield play


@pytest.fixture(scope="session")
def started_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    try:
        with real_names(tmp_path_factory.mktemp("world")) as made:
            yield made
    except CannotBeHad as reason:
        pytest.skip(str(reason))


@pytest.fixture
def world(started_world: World, variables: dict[str, str], files: Callable[..., Path]) -> World:
    """Give the world of the real names, which has forgotten what others asked it, to somebody who has a profile of each kind."""
    started_world.server.heard.clear()
    started_world.server.let_in, started_world.server.inside = dict(LET_IN), {}
    variables.update(started_world.variables())
    files(**PROFILES)
    return started_world


@pytest.fixture(scope="session")
def started_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if no_engine():
        pytest.skip(no_engine())
    with openbao(tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture
def engine(started_engine: Engine) -> Engine:
    """Return the engine of all these tests, with one secret in it; what was asked before is forgotten."""
    started_engine.put(token="made-up", username="you@example.com")
    started_engine.asked()
    return started_engine


@pytest.fixture
def with_role(engine: Engine, tmp_path: Path) -> Callable[..., Machine]:
    """Return a function that makes a machine with a role at the engine."""

    def make(role: str = "machine") -> Machine:
        proof = [f"--{name}-file={engine.folder}/{role}/{name}" for name in ("role-id", "secret-id")]
        return machine(tmp_path, engine.address, "--auth=approle", *proof, BAO_CACERT=str(engine.authority))

    return make


@pytest.fixture
def own(with_role: Callable[..., Machine]) -> Machine:
    """Return a machine that may read the secrets of one team."""
    return with_role()


@pytest.fixture
def made_up() -> Iterator[MadeUpEngine]:
    """Start an engine that says what a test wants."""
    with made_up_engine() as made:
        yield made


@pytest.fixture
def at_made_up(made_up: MadeUpEngine, tmp_path: Path) -> Machine:
    """Return a machine that asks it."""
    return by_approle(tmp_path, made_up.address)
