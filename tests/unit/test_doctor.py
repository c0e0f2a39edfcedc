"""One check that fails stands in the way of no other."""

from collections.abc import Iterator

import pytest

from atla_credential.answer.world import World
from atla_credential.commands import doctor
from atla_credential.environment import Environment
from atla_credential.git.finding import Finding


def check_one(environment: Environment) -> Iterator[Finding]:
    yield Finding("one")
    raise ValueError("made-up-token")


def check_two(environment: Environment) -> Iterator[Finding]:
    yield Finding("two")


def test_an_unexpected_failure_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (check_one, check_two))
    findings = doctor.all_findings(World(Environment({})))
    assert [each.text for each in findings] == ["one", "check_one has failed: internal error: ValueError", "two"]
    assert [each.is_wrong for each in findings] == [False, True, False]
    assert all("made-up" not in f"{each.text}{each.hint}" for each in findings)
