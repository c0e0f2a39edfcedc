"""What means nothing in the settings is named to people, with what was most likely meant, and is nothing to `get`."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, token
from atla_credential.answer.world import World
from atla_credential.doctor.configuration import check_unknown_keys
from atla_credential.environment import Environment
from atla_credential.input.guess import nearest
from atla_credential.report.unknown_key import (
    OF_HELPER,
    OF_PROFILE,
    SHARED,
    misplaced_settings,
    naming_what_is_unknown,
    unknown_settings,
)

SITE = "https://work.atlassian.net"
ROOT = Path(__file__).parents[2]
Files = Callable[..., Path]


def world(home: Path) -> World:
    return World(Environment({"HOME": str(home)}))


@pytest.mark.parametrize(
    ("helper", "what", "step"),
    [
        ('[helper]\nstorag = "file"\n', '"storag" in [helper]', "did you mean storage?"),
        ("[profiles.work]\nexpire = 2027-03-01\n", '"expire" in [profiles.work]', "did you mean expires?"),
        ("[profiles.work]\nExpires = 2027-03-01\n", '"Expires" in [profiles.work]', "did you mean expires?"),
        ("[profile.work]\nexpires = 2027-03-01\n", 'a table "profile"', "did you mean [profiles.NAME]?"),
        ('[helpers]\nstorage = "file"\n', 'a table "helpers"', "did you mean [helper]?"),
        ("[made-up]\n", 'a table "made-up"', "take it out"),
        ('storage = "file"\n', '"storage" in no table', "put it into [helper]"),
        ('[profiles.work]\nhelpers = ["cache"]\n', '"helpers" in [profiles.work]', "put it into [helper]"),
        ("[helper]\nexpires = 2027-03-01\n", '"expires" in [helper]', "put it into [profiles.NAME]"),
        ('[profiles.wrok]\nusername = "jdoe"\n', "[profiles.wrok], and", "did you mean [profiles.work]?"),
        ('[profiles."a.b"]\nusername = "jdoe"\n', '[profiles."a.b"], and', "take it out, or log in to that profile"),
        ('[helper]\nmade-up-word = "file"\n', '"made-up-word" in [helper]', "take it out"),
    ],
)
def test_what_is_mistyped_is_named_with_what_was_meant(
    home: Path, files: Files, helper: str, what: str, step: str
) -> None:
    files(config=profile("work", SITE), helper=helper, credentials=token("work", SITE, "made-up"))
    (finding,) = check_unknown_keys(world(home))
    assert what in finding.text
    assert (finding.hint, finding.is_wrong) == (step, False)
    said = list(unknown_settings(world(home)))
    assert said == ([] if "no such profile" in finding.text else [(finding.text, finding.hint)])
    assert answer(home, SITE) == ("you@example.com", "made-up", "basic")


def test_nothing_is_said_of_what_is_known(home: Path, files: Files) -> None:
    files(
        config=profile("work", SITE, default_project="PROJ"),
        helper="[helper]\n"
        + "".join(
            f"{key} = {value}\n" for key, value in zip(OF_HELPER, ('"never"', "false", "[]", '"file"'), strict=True)
        )
        + '[profiles.work]\nstorage = "helper"\ntoken_file = "/made-up"\nverified = 2026-11-29T08:00:00Z\n',
    )
    assert list(check_unknown_keys(world(home))) == []


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("expires", "put it into [profiles.work] of helper.toml"),
        ("auth", "put it into [profiles.work] of helper.toml"),
        ("cloudid", "did you mean cloud_id?"),
        ("default_space", None),
    ],
)
def test_a_key_of_helper_toml_means_nothing_in_config_toml(
    home: Path, files: Files, key: str, step: str | None
) -> None:
    files(config=profile("work", SITE, **{key: "made-up"}))
    assert [hint for _, hint in misplaced_settings(world(home))] == ([step] if step else [])


def test_a_broken_config_hides_no_mistyped_key(home: Path, files: Files) -> None:
    files(config="made-up =", helper="[profiles.work]\nexpire = 2027-03-01\n")
    (finding,) = check_unknown_keys(world(home))
    assert '"expire"' in finding.text


def test_the_list_is_that_of_the_manual() -> None:
    page = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| (`\[helper\]`|profile) \|", page, re.MULTILINE)
    listed = {
        where: [each.strip(" `") for keys, place in rows if place == where for each in keys.split(",")]
        for _, where in rows
    }
    assert set(listed["`[helper]`"]) == set(OF_HELPER)
    assert set(listed["profile"]) <= set(OF_PROFILE)
    source = (ROOT / "helper/atla_credential/settings/config.py").read_text(encoding="utf-8")
    assert set(re.findall(r'own\.\w+\(extra, "(\w+)"', source)) <= set(OF_PROFILE)
    assert set(re.findall(r'own\.\w+\(helper, "(\w+)"', source)) == set(OF_HELPER)
    assert set(re.findall(r'shared\.\w+\(table, "(\w+)"', source)) == set(SHARED)


def test_who_writes_the_file_is_told(home: Path, files: Files, capfd: pytest.CaptureFixture[str]) -> None:
    folder = files(helper='[helper]\nstorag = "file"\n')
    with naming_what_is_unknown(world(home)):
        pass
    assert capfd.readouterr().err == ""
    with naming_what_is_unknown(world(home)):
        (folder / "helper.toml").write_text('[helper]\nstorag = "keyring"\n')
    assert "did you mean storage?" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "word"), [("storag", "storage"), ("STORAGE", "storage"), ("made-up", None), ("", None)]
)
def test_the_nearest_word(text: str, word: str | None) -> None:
    assert nearest(text, ["storage", "helpers"]) == word
