"""A token that moves between a file and a real keyring, stopped while another command runs, and the other way round.

Nothing is stopped while it waits for the keyring, which is given a few seconds only.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crowd import site
from desktop import Desktop, desktop, missing
from faults import STEP, needs_strace
from interleave import Command
from meeting import STOPS, Meeting, commands, lay_out, starts_aside
from orders import OLD, Left, left_in

Files = Callable[..., Path]
Record = Callable[[str, object], None]

KEY = f"p0|you@example.com|{site(0)}"
MOVES = {
    there: Command(f"move to the {there}", ("login", "--no-verify", "--profile", "p0", "--storage", there))
    for there in ("keyring", "file")
}
OTHERS = ("store", "erase", "get", "rename", "logout", "login as another account", "restore")
PAIRS = [(there, other, is_first) for there in MOVES for other in OTHERS for is_first in (True, False)]
FEW = [
    ("keyring", "store", True),
    ("keyring", "erase", False),
    ("keyring", "logout", True),
    ("keyring", "get", False),
    ("file", "store", False),
    ("file", "erase", True),
    ("file", "logout", False),
    ("file", "get", True),
    ("keyring", "restore", True),
    ("file", "restore", False),
]

pytestmark = [needs_strace, pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")]


@pytest.fixture
def keyring(tmp_path: Path, variables: dict[str, str]) -> Iterator[Desktop]:
    with desktop(tmp_path / "desktop", variables) as made:
        made.start_keyring()
        variables.update(made.variables)
        yield made


def begin(there: str, files: Files, keyring: Desktop, is_aside: bool = False) -> Path:
    """Make the files as they are at the start, where the first profile's token is not yet where it will be.

    Args:
        is_aside: whether it is set aside.
    """
    folder = lay_out(files, is_aside)
    keyring.call("secret-tool", "clear", "service", "atla")
    if there == "file":
        keyring.add(f"{KEY}|rejected" if is_aside else KEY, OLD, target="default")
        text = (folder / "credentials.toml").read_text()
        files(credentials=text.partition("\n[")[2].join(("[", "")))
        files(config=(folder / "config.toml").read_text().replace('"file"', '"keyring"', 1))
    return folder


def look(folder: Path, keyring: Desktop) -> Left:
    """Read the three files, and the keyring; two items of one key count as two tokens."""
    return {**left_in(folder), "keyring": {key: sorted(secrets) for key, secrets in keyring.tokens().items()}}


@pytest.mark.parametrize(("there", "other", "is_first"), (PAIRS if STOPS else FEW)[::STEP])
def test_stopped_while_a_token_moves(
    there: str, other: str, is_first: bool, files: Files, keyring: Desktop, variables: dict[str, str], tmp_path: Path,
    record_property: Record,
) -> None:  # fmt: skip
    both = (MOVES[there], commands(2)[other]) if is_first else (commands(1)[other], MOVES[there])
    is_aside = starts_aside(both[0].word, both[1].word)
    meeting = Meeting(
        *both, lambda: begin(there, files, keyring, is_aside), variables, tmp_path / "log",
        lambda folder: look(folder, keyring),
    )  # fmt: skip
    record_property("interleaved", meeting.survive(OTHERS.index(other)))
