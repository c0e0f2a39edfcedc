"""git-credential-atla-vault under attack: hostile requests, and what others have put into the folder of copies."""

import os
from pathlib import Path

import pytest

from in_process import OwnProcess
from made_up_engine import LOGIN, READ, MadeUpEngine

ANSWER = "password=made-up\n"
SOMEBODY = 12345  # a user id


def test_b2_the_secret_of_another_host_is_never_asked_for(made_up: MadeUpEngine, at_made_up: OwnProcess) -> None:
    """Whatever a host or a name looks like, it does not lead to another place in the engine."""
    for host in (
        "..",
        ".",
        "a/b",
        "../other",
        "%2e%2e",
        "a%2fb",
        "a\\b",
        "a b",
        "work.atlassian.net/..",
        "ä.example.com",
        "a?b",
        "a#b",
    ):
        assert [*at_made_up.get(host=host)] == [0, "", ""], host
    assert made_up.asked() == []
    by_name = OwnProcess(
        at_made_up.variables, [*at_made_up.options, "--path=secret/data/people/{username}"], at_made_up.memory
    )
    both = OwnProcess(
        at_made_up.variables, [*at_made_up.options, "--path=secret/data/{host}/{username}"], at_made_up.memory
    )
    assert by_name.get(username="jdoe").code == 1  # the path has no host, so nobody knows for whom it would be
    for username in ("", "..", "."):
        assert [*both.get(username=username)] == [0, "", ""], username
    assert made_up.asked() == []
    for username, segment in (
        ("../../x", ".._.._x"),
        ("a%2fb", "a_2fb"),
        ("you@example.com", "you@example.com"),
        ("größe", "gr__e"),
    ):
        assert both.get(username=username).code == 0
        assert made_up.asked()[-1] == f"GET /v1/secret/data/work.atlassian.net/{segment}"


@pytest.mark.parametrize("kind", ["link", "wide", "another's", "file", "above is another's"])
def test_b10_a_folder_that_is_not_used(
    kind: str, made_up: MadeUpEngine, at_made_up: OwnProcess, tmp_path: Path
) -> None:
    if "another's" in kind and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    if kind == "link":
        at_made_up.folder.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        at_made_up.folder.write_text("")
    elif kind != "above is another's":
        at_made_up.folder.mkdir()
        at_made_up.folder.chmod(0o777 if kind == "wide" else 0o700)
    if "another's" in kind:
        os.chown(at_made_up.folder if kind == "another's" else at_made_up.memory, SOMEBODY, SOMEBODY)
    for _ in range(2):
        assert [*at_made_up.get()] == [0, ANSWER, ""]
    assert made_up.asked() == [LOGIN, READ] * 2
    assert not at_made_up.folder.is_dir() or [*at_made_up.folder.iterdir()] == []
    assert [*(tmp_path / "elsewhere").iterdir()] == []


def test_b10_what_is_planted_in_the_folder_is_not_followed(
    made_up: MadeUpEngine, at_made_up: OwnProcess, tmp_path: Path
) -> None:
    at_made_up.get()
    (copy,) = at_made_up.copies()
    text = copy.read_text().replace("made-up", "planted")
    for plant in ("link", "wide", "fifo", "folder"):
        copy.unlink(missing_ok=True)
        (tmp_path / "planted").write_text(text)
        (tmp_path / "planted").chmod(0o600)
        if plant == "link":
            copy.symlink_to(tmp_path / "planted")
        elif plant == "wide":
            copy.write_text(text)
            copy.chmod(0o644)
        elif plant == "fifo":
            os.mkfifo(copy, 0o600)
        else:
            copy.mkdir(0o700)
        assert [*at_made_up.get()] == [0, ANSWER, ""], plant
        assert "planted" in (tmp_path / "planted").read_text()
