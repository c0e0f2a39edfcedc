"""What a site says of a token, played by a server of the tests' own: the verdict is about the token, and about nothing else."""

import json
import os
import shutil
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from asking import profile, token
from conftest import BIN, PROGRAM, TIMEOUT_S
from stage import NAMES, Heard, Stage, authority, stage, surroundings, write_authority
from verdict_rows import EXPECTED, READ_WHOLE, ROWS, SAID, Kind, Row

KEYS = [
    "verdict", "reason", "message", "hint", "retryable", "retryAfterSeconds", "httpStatus", "host", "apiTarget", "cloudId",
    "product", "account", "missingScopes", "grantedScopes", "serverMessage", "requests", "checkedAt",
]  # fmt: skip
ALONE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
CANARY = "made-up-canary"
FIRST = {row.reason: row.name for row in reversed(ROWS)}  # of each reason


def can_be_alone() -> bool:
    return (
        bool(shutil.which("unshare"))
        and subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    )


@dataclass
class Played:
    """What came of a situation."""

    code: int
    found: dict[str, Any]
    text: tuple[int, str, str] | None
    stage: Stage
    said: list[Heard]
    secret: str
    files: Mapping[str, str]
    streams: str


def write_profile(home: Path, kind: Kind, instance: str, secret: str, folder: Path) -> None:
    place = home / ".config" / "atla"
    place.mkdir(parents=True, mode=0o700)
    place.chmod(0o700)
    texts = {
        "config": profile("work", instance, kind.email, **kind.more) + '[default]\nprofile = "work"\n',
        "credentials": token("work", instance, secret, kind.email),
        "helper": f"[profiles.work]\n{kind.helper.replace('{folder}', str(folder))}",
    }
    for name, text in texts.items():
        (place / f"{name}.toml").write_text(text)
        (place / f"{name}.toml").chmod(0o600)
    machines = (f"machine {name} login somebody password made-up-netrc\n" for name in NAMES)
    (home / ".netrc").write_text("".join((*machines, "default login anybody password made-up-netrc\n")))
    (home / ".netrc").chmod(0o600)


def write_certificates(folder: Path) -> None:
    write_authority(folder)
    authority("other").cert_pem.write_to_path(folder / "other.pem")
    (folder / "broken.pem").write_bytes((folder / "authority.pem").read_bytes()[:-40])
    (folder / "empty").mkdir()
    (folder / "hashed").mkdir()
    authority().cert_pem.write_to_path(folder / "hashed" / "one.pem")
    subprocess.run(["openssl", "rehash", folder / "hashed"], check=True, capture_output=True)


def play(row: Row, folder: Path, certificates: Path) -> Played:
    """Play a situation: once as a program asks, and, for the first of each reason, once more as a person does."""
    home = folder / "home"
    home.mkdir(parents=True)
    secret = f"{row.kind.start}{CANARY}-{abs(hash(row.name))}"
    if row.kind.start:
        secret += f"={crc32(f'{secret}='.encode()):08X}"  # as Atlassian's own end
    family = socket.AF_INET6 if "[::1]" in row.instance else socket.AF_INET
    with stage(folder, row.script, row.shows, row.proxy, family) as made:
        instance = row.instance.format(port=made.port) or row.kind.instance
        write_profile(home, row.kind, instance, secret, certificates)
        filled = {"port": made.port, "proxy": made.proxy_port, "folder": certificates}
        variables = {
            "HOME": str(home),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            **surroundings(made, certificates / "authority.pem"),
            **({"HTTPS_PROXY": ""} if row.instance else {}),
            **{name: value.format(**filled) for name, value in row.variables.items()},
        }
        words = [*(ALONE if row.is_alone else []), PROGRAM, "status", "--verify", "--timeout", row.timeout]

        def run(*more: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                [*words, *more], capture_output=True, text=True, env=variables, cwd=home, timeout=2 * TIMEOUT_S,
                check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip

        done = run("--json")
        said, text = list(made.heard), None
        if FIRST[row.reason] == row.name:
            made.heard.clear()
            again = run()
            text = (again.returncode, again.stdout, again.stderr)
        files = {
            str(path.relative_to(folder)): path.read_text(errors="replace")
            for path in folder.rglob("*")
            if path.is_file()
        }
        streams = done.stdout + done.stderr + "".join(map(str, text or ()))
        return Played(done.returncode, json.loads(done.stdout), text, made, said, secret, files, streams)


@pytest.fixture(scope="module")
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, "Future[Played]"]]:
    """Play the situations that were asked for, some at a time: most of them wait most of the time."""
    asked = [
        item.callspec.params["row"]
        for item in request.session.items
        if hasattr(item, "callspec") and "row" in item.callspec.params
    ]
    certificates = tmp_path_factory.mktemp("certificates")
    write_certificates(certificates)
    folder = tmp_path_factory.mktemp("situations")
    with ThreadPoolExecutor(12) as pool:
        yield {
            row.name: pool.submit(play, row, folder / str(number), certificates)
            for number, row in enumerate(asked)
            if isinstance(row, Row)
        }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_situation(row: Row, played: Mapping[str, "Future[Played]"]) -> None:
    if row.is_alone and not can_be_alone():
        pytest.skip("nobody here may make a network of his own")
    came = played[row.name].result()
    found = came.found["verification"]
    verdict, code = EXPECTED[row.reason]
    assert (found["reason"], found["verdict"], came.code) == (row.reason, verdict, code), found
    assert list(found) == KEYS
    assert {key: found[key] for key in row.json} == row.json
    assert found["retryable"] == (code == 5)
    assert (found["hint"] is None) == (row.reason == "ok")
    # Exactly what the script has was asked, in that order.
    asked = [
        heard.host.rpartition(":")[0].strip("[]") + heard.path if ":" in heard.host else heard.host + heard.path
        for heard in came.said
    ]
    assert asked == [where for where, _ in row.script]
    assert found["requests"] == (len(row.script) if row.requests is None else row.requests)
    # The token went along where it was needed, in one field of the head, and nobody else ever saw it.
    for heard in came.said:
        needs = {"Host", "User-Agent", "Accept", "Accept-Encoding"} | (
            {"Authorization"} if "tenant_info" not in heard.path else set()
        )
        assert set(heard.fields) == needs
        assert heard.fields["Accept-Encoding"] == "identity"
        if "Authorization" in needs:
            assert forms(came.secret, row.kind) & {heard.fields["Authorization"].partition(" ")[2]}
        assert not any(each in heard.raw.decode().split("Authorization")[0] for each in forms(came.secret, row.kind))
    # A proxy's password went to the proxy, that of .netrc to nobody, and neither was told.
    assert all(
        (b"Proxy-Authorization" in raw) == ("@" in row.variables.get("HTTPS_PROXY", "")) for raw in came.stage.proxied
    )
    assert "made-up-proxy" not in came.streams
    assert "netrc" not in came.streams
    for each in forms(came.secret, row.kind):
        assert not any(each.encode() in raw for raw in came.stage.proxied)
        assert each not in came.streams
        assert not [
            name for name, text in came.files.items() if each in text and not name.endswith("/credentials.toml")
        ]
    if came.text is not None:
        assert_text(row, came.text, found)


def forms(secret: str, kind: Kind) -> set[str]:
    """Return what a token looks like on its way."""
    users = (kind.email, "jdoe", "x-token-auth")
    return {secret, *(b64encode(f"{user}:{secret}".encode()).decode() for user in users)}


def assert_text(row: Row, text: tuple[int, str, str], found: dict[str, Any]) -> None:
    """A person sees the message in one line, and the next step in one more."""
    code, out, errors = text
    shown = [line.partition("  ")[2].strip() for line in out.splitlines() if line.startswith("verified ")]
    start = {"verified": "yes", "rejected": "no", "unknown": "not known"}[found["verdict"]]
    message, hint = (text.format(h=found["host"], n=row.timeout) for text in SAID[row.reason])
    message, hint = row.json.get("message", message), row.json.get("hint", hint)
    assert (found["message"], found["hint"] or "") == (message, hint or "")
    assert shown == [message.replace("verified as", "yes, as") if row.reason == "ok" else f"{start}: {message}"]
    if row.reason == "missing-scope" and "cloud_id" not in row.kind.more:  # that programs need it comes first
        login = f"atla-credential login --profile work --cloud-id {found['cloudId']}"
        hint = f"the token has scopes, and works at the gateway only; let programs know: {login}"
    assert errors == (f"atla-credential: hint: {hint}\n" if hint else "")
    assert message[0].islower() or message.split()[0] in found["host"]
    assert not message.endswith(".")
    assert code == EXPECTED[row.reason][1]


def test_no_flood_is_read_to_its_end(played: Mapping[str, "Future[Played]"]) -> None:
    for each in played.values():
        each.result()
    assert READ_WHOLE == []


def test_every_reason_is_reached() -> None:
    assert {row.reason for row in ROWS} == set(EXPECTED)
    assert len({row.name for row in ROWS}) == len(ROWS)
