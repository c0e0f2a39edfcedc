"""Store and erase in this process, and look at what is in the files afterwards."""

import io
import tomllib
from pathlib import Path
from typing import Any, cast

from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.operations import erase as erasure
from atla_credential.operations import store as updates
from atla_credential.operations.call import Call

NOW = 1_800_000_000


def call(home: Path, request: str, **variables: str) -> Call:
    return Call(
        World(Environment({"HOME": str(home), **variables})),
        {},
        cast("io.RawIOBase", io.BytesIO(f"{request}\n".encode())),
        cast("io.RawIOBase", io.BytesIO()),
        lambda message: None,
        now_utc=NOW,
    )


def store(home: Path, request: str, **variables: str) -> None:
    assert updates.store(call(home, request, **variables)) == 0


def erase(home: Path, request: str, **variables: str) -> None:
    assert erasure.erase(call(home, request, **variables)) == 0


def read(home: Path, name: str) -> dict[str, Any]:
    path = home / ".config" / "atla" / f"{name}.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def secrets(home: Path) -> dict[str, str]:
    return {key: entry["token"] for key, entry in read(home, "credentials").get("tokens", {}).items()}


def noted(home: Path, profile: str = "work") -> dict[str, Any]:
    """Return what helper.toml says of a profile, but for when its token was put there."""
    table = read(home, "helper").get("profiles", {}).get(profile, {})
    return {key: value for key, value in table.items() if key not in ("since", "of")}
