"""Run every .terminal file: a person at a real terminal."""

from pathlib import Path

import pytest

from conftest import HELPER
from git_server import basic, git_server, missing
from git_server_config import Place
from person import play

HERE = Path(__file__).parent
FIRST_TIME = HERE / "first-time.terminal"
OTHERS = sorted(set(HERE.glob("*.terminal")) - {FIRST_TIME})


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_terminal(path: Path, home: Path, variables: dict[str, str]) -> None:
    play(path.read_text(encoding="utf-8"), variables, home, {"HOME": str(home)})


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
@pytest.mark.usefixtures("knows_authtype")
def test_first_time(home: Path, variables: dict[str, str], tmp_path: Path) -> None:
    everywhere = Place("", [basic("jdoe", "made-up-token"), "Bearer made-up-token"])
    with git_server(tmp_path / "server", [everywhere]) as server:
        variables["GIT_SSL_CAINFO"] = str(server.authority)
        names = {
            "HOME": str(home),
            "HELPER": HELPER,
            "SITE": server.url,
            "HOST": f"localhost:{server.port}",
            "PORT": str(server.port),
        }
        play(FIRST_TIME.read_text(encoding="utf-8"), variables, home, names)
