"""A token that was put into a store is taken back where its profile cannot be written, and nothing else with it."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.login.learned import Learned
from atla_credential.login.record import record
from atla_credential.model import Profile
from atla_credential.profiles import tables
from updating import secrets

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
WORK = Profile("work", SITE, "you@example.com", "file")
STORED = "the token was stored, but "
REAL = tables.save_profile


def nothing(files: Files) -> None:
    """Nothing happens meanwhile."""


def other_token(files: Files) -> None:
    """A program that takes no lock stores another one."""
    files(credentials=token("work", SITE, "newer"))


def same_profile(files: Files) -> None:
    """It is there after all, though whoever wrote it could not be sure."""
    files(config=profile("work", SITE))


# What was there before, and happens while the profile is written; the tokens afterwards, and what is said of ours.
CASES = {
    "new": ({}, nothing, {}, ""),
    "nobody's token was there": ({"credentials": token("work", SITE, "old")}, nothing, {KEY: "made-up"}, STORED),
    "another program's": ({}, other_token, {KEY: "newer"}, STORED),
    "written all the same": ({}, same_profile, {KEY: "made-up"}, STORED),
    "from another account": (
        {"config": profile("work", SITE, "x@example.com"), "credentials": token("work", SITE, "old", "x@example.com")},
        nothing,
        {f"work|x@example.com|{SITE}": "old"},
        "",
    ),
}


@pytest.mark.parametrize(("before", "meanwhile", "after", "said"), CASES.values(), ids=CASES)
def test_a_token_without_its_profile(
    before: dict[str, str], meanwhile: Callable[[Files], None], after: dict[str, str], said: str, files: Files,
    home: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    files(**before)

    def fail(world: World, profile: Profile, noted: dict[str, object], only_plan: bool = False) -> None:
        if only_plan:
            REAL(world, profile, noted, only_plan=True)
        else:
            meanwhile(files)
            raise CredentialError("the disk is full", "make room")

    monkeypatch.setattr(tables, "save_profile", fail)
    world = World(Environment({"HOME": str(home)}))
    old = world.config.profiles.get("work")
    learned = Learned(Namespace(cloud_id=None, username=None, profile="work"), WORK)
    with pytest.raises(CredentialError) as caught:
        record(world, learned, old, "made-up", {}, lambda: WORK)
    assert caught.value.message == f"{said}the profile may not be written: the disk is full"
    assert secrets(home) == after
