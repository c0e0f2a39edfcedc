"""The docs name what the code has, and nothing that it has not."""

import re
import subprocess
from pathlib import Path

import pytest

from atla_credential import commands, environment, errors
from atla_credential.sites import SITES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def variables_of_the_code() -> set[str]:
    source = Path(environment.__file__).read_text(encoding="utf-8")
    return set(re.findall(r'"((?:ATLA|ATLCLI|GIT)_[A-Z_]+)"', source))


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"`((?:ATLA|ATLCLI|GIT)_[A-Z_]+)", text("reference/environment.md")))
    assert variables_of_the_code() == {name.replace("__NAME", "__") for name in documented}


def test_every_exit_code_is_documented() -> None:
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    documented = set(map(int, re.findall(r"^\| (\d+) \|", text("reference/exit-codes.md"), re.MULTILINE)))
    assert codes == documented


@pytest.mark.parametrize("word", [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
def test_every_command_is_documented(word: str) -> None:
    assert f"## {word}\n" in text("reference/commands.md")


def test_nothing_that_is_no_command_is_documented() -> None:
    documented = re.findall(r"^## (.+)$", text("reference/commands.md"), re.MULTILINE)
    assert set(documented) == {*commands.SUMMARIES, *commands.OPERATION_SUMMARIES}


@pytest.mark.parametrize("word", commands.SUMMARIES)
def test_every_option_is_documented(word: str) -> None:
    parser = commands.parser_for(word)[0]
    section = text("reference/commands.md").partition(f"## {word}\n")[2].partition("\n## ")[0]
    common = text("reference/commands.md").partition("\n## ")[0]
    for action in parser._actions:
        for option in action.option_strings:
            assert f"`{option}" in section or f"`{option}" in common, option


@pytest.mark.parametrize("row", SITES, ids=lambda row: row.__name__)
def test_every_row_of_the_sites_is_documented(row: object) -> None:
    assert (row.__doc__ or "") in text("reference/sites.md").replace("\n  ", " ")


def markdown() -> list[Path]:
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "contrib").rglob("*.md"))]


@pytest.mark.parametrize("path", markdown(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_setting_of_helper_toml_is_documented() -> None:
    source = (ROOT / "helper" / "atla_credential" / "config.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'(?:text|choice|texts|flag|seconds)\(\w+, "(\w+)"', source))
    assert keys
    for key in keys:
        assert f"`{key}`" in text("reference/configuration.md"), key


@pytest.mark.parametrize("script", ["tests/run", "contrib/quickstart", ".ci/run"])
def test_scripts_are_valid(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", path], check=True)
