"""The page about fleets, as it stands: its commands with a real engine, its files where the programs that read them are."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from asking import profile
from conftest import TIMEOUT_S, Run
from fleet_page import blocks, fails, shell
from openbao import FLEET, PROGRAM, SECRET, Engine, free_port
from other_helpers import FULL, SITE, WHO, get
from stage import Stage
from verdict_rows import JANE, MYSELF

SAME, NEW = WHO + b"password=made-up\n", WHO + b"password=made-up-2\n"
FAILED, NONE = 1, 3
SERVICES = ("atla-agent.service", "robot.service")
OF_ROLE = "auth/approle/role/machine/secret-id"
Files = Callable[..., Path]


@pytest.fixture
def here(engine: Engine, tmp_path: Path, variables: dict[str, str]) -> Callable[[str], str]:
    """Return a function that says what a text of the page is on this machine, which has the engine's own program."""
    (tmp_path / "etc").mkdir()
    for name in ("read-one-team.hcl", "rotate-one-team.hcl", "prepare-machines.hcl"):
        shutil.copy(FLEET / name, tmp_path / "etc")
    shutil.copy(engine.authority, tmp_path / "etc")
    (tmp_path / "memory").mkdir(mode=0o700)
    variables["PATH"] = f"{PROGRAM.parent}{os.pathsep}{variables['PATH']}"
    variables |= {"BAO_ADDR": engine.address, "BAO_CACERT": str(engine.authority), "GOMAXPROCS": "2"}
    variables["XDG_RUNTIME_DIR"] = str(tmp_path / "memory")

    def local(text: str) -> str:
        text = text.replace("https://vault.example.com:8200", engine.address).replace(
            "/etc/atla-vault", f"{tmp_path}/etc"
        )
        return text.replace("/run/atla-agent", f"{tmp_path}/memory").replace('"30s"', '"1s"')

    return local


def prepare(engine: Engine, folder: Path, variables: dict[str, str]) -> None:
    """Do what the page does in the engine, and for one machine."""
    (folder / "new-token").write_text("made-up")
    for block in blocks("In the engine", "sh"):
        shell(block, folder, variables, BAO_TOKEN=engine.root)


def login_with(engine: Engine, policy: str) -> str:
    """Return what somebody who has a policy gets from a login."""
    told = {"policies": [policy], "ttl": "20m"}
    found: str = engine.api("POST", "auth/token/create", told)["auth"]["client_token"]
    return found


def test_the_helper_from_the_engine_s_side_to_the_rotation(
    engine: Engine, here: Callable[[str], str], files: Files, run: Run, variables: dict[str, str], tmp_path: Path,
    home: Path, set_stage: Callable[..., Stage],
) -> None:  # fmt: skip
    prepare(engine, tmp_path / "etc", variables)
    assert (tmp_path / "etc" / "secret-id").stat().st_mode & 0o777 == 0o600
    (listed,) = blocks("The helper", "toml")
    (login,) = blocks("The helper", "sh")
    files(helper=here(listed))
    shell(login, home, variables)
    end = b"password_expiry_utc=3792009600\n"  # 2090-03-01
    assert get(run) == (0, SAME + end, "")
    set_stage([(MYSELF, JANE)])
    (listed,) = blocks("Rotate", "toml")
    (rotate,) = blocks("Rotate", "sh")
    files(rotate=here(listed))
    (home / "new-token").write_text("made-up-2")
    said = shell(rotate, home, variables, BAO_TOKEN=login_with(engine, "rotate-one-team"))
    assert said.startswith('rotated: profile "work", new token in helper 1 of helper.toml, verified as Jane Doe')
    secret = engine.api("GET", SECRET)["data"]["data"]
    assert secret == {"token": "made-up-2", "username": "you@example.com", "expires": "2090-06-01T00:00:00Z"}
    assert run("erase", stdin=FULL % b"made-up").returncode == 0  # as git does that came too early
    assert get(run)[1].startswith(NEW)


def test_a_wrapped_secret(
    engine: Engine, here: Callable[[str], str], files: Files, run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    etc = tmp_path / "etc"
    prepare(engine, etc, variables)
    (etc / "secret-id").unlink()
    policy, makes, unwraps = blocks("A wrapped secret", "sh")
    shell(policy, etc, variables, BAO_TOKEN=engine.root)
    preparing = login_with(engine, "prepare-machines")
    before = engine.api("LIST", OF_ROLE)["data"]["keys"]
    shell(makes, etc, variables, BAO_TOKEN=preparing)
    (made,) = set(engine.api("LIST", OF_ROLE)["data"]["keys"]) - set(before)
    for barely in (makes.replace("-wrap-ttl=10m", ""), makes.replace("10m", "11m")):
        assert "permission denied" in fails(barely, etc, variables, BAO_TOKEN=preparing)
    shell("rm wrapped", etc, variables)
    shell(makes + "cp wrapped copied", etc, variables, BAO_TOKEN=preparing)
    engine.asked()
    shell(unwraps, etc, variables)
    assert engine.asked() == [("update", "sys/wrapping/lookup"), ("update", "sys/wrapping/unwrap")]
    assert [(etc / name).stat().st_mode & 0o777 for name in ("role-id", "secret-id")] == [0o600, 0o600]
    assert not (etc / "wrapped").exists()
    (listed,) = blocks("The helper", "toml")
    files(config=profile("work", SITE), helper=here(listed))
    assert get(run)[1].startswith(SAME)
    (etc / "secret-id").unlink()
    assert "not valid" in fails("mv copied wrapped\n" + unwraps, etc, variables)  # somebody was there before
    other = "bao write -wrap-ttl=1m -field=wrapping_token sys/wrapping/wrap secret_id=x > wrapped"
    shell(other, etc, variables, BAO_TOKEN=engine.root)
    assert fails(unwraps, etc, variables) == ""
    assert not (etc / "secret-id").exists()  # what somebody else has wrapped is none
    accessor = {"secret_id_accessor": made}
    assert engine.api("POST", f"{OF_ROLE}-accessor/lookup", accessor)["data"]["creation_time"]
    engine.api("POST", f"{OF_ROLE}-accessor/destroy", accessor)
    assert made not in engine.api("LIST", OF_ROLE)["data"]["keys"]


def test_the_cron_line(
    engine: Engine, here: Callable[[str], str], files: Files, variables: dict[str, str], tmp_path: Path, home: Path
) -> None:
    prepare(engine, tmp_path / "etc", variables)
    (listed,), (login,) = blocks("The helper", "toml"), blocks("The helper", "sh")
    (crontab,) = blocks("Be warned in time", "crontab")
    line = re.sub(r"^(\S+ +){5}", "", crontab.splitlines()[1]).replace("/usr/bin/", "")
    files(helper=here(listed))
    shell(login, home, variables)
    assert shell(line, home, variables) == ""
    soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400))
    engine.put(token="made-up", username="you@example.com", expires=soon)
    shutil.rmtree(tmp_path / "memory" / "atla-vault")
    assert "work" in shell(line, home, variables)


@contextmanager
def agent(folder: Path, variables: dict[str, str]) -> Iterator[None]:
    """Let the engine's agent run with the settings in a folder."""
    command = [str(PROGRAM), "agent", f"-config={folder}/agent.hcl"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=variables) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def wait_for(answer: bytes, run: Run) -> None:
    end = time.monotonic() + TIMEOUT_S
    while (found := get(run)[1]) != answer:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_the_agent(
    engine: Engine, here: Callable[[str], str], run: Run, variables: dict[str, str], tmp_path: Path
) -> None:
    prepare(engine, tmp_path / "etc", variables)
    (tmp_path / "etc" / "agent.hcl").write_text(here((FLEET / "agent.hcl").read_text(encoding="utf-8")))
    (config,) = blocks("The engine's agent", "toml")
    (tmp_path / "etc" / "config.toml").write_text(config)
    named = blocks("The engine's agent", "sh")[1]
    variables.update(re.findall(r"^(\w+)=(.+)$", here(named), re.MULTILINE))
    engine.asked()
    with agent(tmp_path / "etc", variables):
        wait_for(SAME, run)
        assert (tmp_path / "memory" / "credentials.toml").stat().st_mode & 0o777 == 0o600
        assert run("erase", stdin=FULL % b"made-up").returncode == 0
        assert get(run)[0] == NONE
        wait_for(SAME, run)
        engine.put(token="made-up-2", username="you@example.com")
        wait_for(NEW, run)
    assert get(run) == (0, NEW, "")
    looks_for_the_mount = ("read", f"sys/internal/ui/mounts/{SECRET}")  # which every login may
    ours = ("update", SECRET)
    assert set(engine.asked()) == {("update", "auth/approle/login"), ("read", SECRET), looks_for_the_mount, ours}
    (tmp_path / "memory" / "credentials.toml").unlink()
    assert get(run)[0] == NONE


def test_the_services(tmp_path: Path) -> None:
    """What systemd itself says of them, with a program in the place of each that is not here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze")
    for name in SERVICES:
        text = (FLEET / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"(?<=ExecStart=)\S+", "/bin/true", text))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(f"./{name}" for name in SERVICES)], cwd=tmp_path,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []
    assert done.returncode == 0, done.stderr


def test_the_files_that_are_handed_out(engine: Engine, run: Run, tmp_path: Path) -> None:
    """What a mount is made from is in the engine, and systemd's file is read like a mounted one."""
    provider, _ = blocks("A file that is handed out", "yaml")
    (unit,) = blocks("A file that is handed out", "ini")
    (wanted,) = yaml.safe_load(yaml.safe_load(provider)["spec"]["parameters"]["objects"])
    token = engine.api("GET", wanted["secretPath"])["data"]["data"][wanted["secretKey"]]
    assert token == "made-up"
    service = (FLEET / "robot.service").read_text(encoding="utf-8")
    assert all(line in service.splitlines() for line in unit.splitlines())
    (name,) = re.findall(r"LoadCredential=(\w+):", unit)
    (tmp_path / name).write_text(f"{token}\n")
    set_to = dict(
        word.split("=", 1) for line in re.findall("^Environment=(.+)$", unit, re.MULTILINE) for word in line.split()
    )
    assert get(run, **{key: value.replace("%d", str(tmp_path)) for key, value in set_to.items()}) == (0, SAME, "")


def test_an_engine_that_is_down(
    engine: Engine, here: Callable[[str], str], files: Files, run: Run, tmp_path: Path
) -> None:
    """Without a copy the helper has no answer; the page has the exit code."""
    for name in ("role-id", "secret-id"):
        shutil.copy(engine.folder / "machine" / name, tmp_path / "etc")
    (listed,) = blocks("The helper", "toml")
    files(config=profile("work", SITE), helper=here(listed).replace(engine.address, f"https://127.0.0.1:{free_port()}"))
    code, answer, said = get(run)
    assert (code, answer) == (FAILED, b"")
    assert "cannot be reached" in said
