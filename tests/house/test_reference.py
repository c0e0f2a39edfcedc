"""The reference lists what the code has: each table of keys, formats, fields, kinds and presets, and nothing more."""

import re
from pathlib import Path

import atla_credential
from atla_credential import commands
from atla_credential.formats.presets import PRESETS
from atla_credential.operations.get import FORMATS
from atla_credential.wire import message
from house.test_docs import section, text

PROTOCOL = text("reference/protocol.md")


def first_cells(page: str, heading: str) -> list[str]:
    """Return what stands in code in the first column of the table below a heading."""
    below = re.split(r"\n#+ ", page.partition(f"# {heading}\n")[2])[0]
    cells = re.findall(r"^\| (`[^|]*) \|", below, re.MULTILINE)
    return re.findall(r"`([^`]+)`", " ".join(cells))


def choices(word: str, option: str) -> list[str]:
    (found,) = [each for each in commands.operation_parser(word)._actions if option in each.option_strings]
    return list(found.choices or ())


def test_every_format_has_its_row() -> None:
    assert sorted(first_cells(PROTOCOL, "Formats")) == sorted(FORMATS)


def test_every_field_has_its_row() -> None:
    assert sorted(first_cells(PROTOCOL, "--format json")) == sorted(choices("get", "--field"))


def test_every_key_of_a_request_has_its_row() -> None:
    assert {*first_cells(PROTOCOL, "The request")} - {"store", "erase"} == message.SINGLE_KEYS | message.REPEATED_KEYS


def test_every_kind_of_error_is_named() -> None:
    source = "".join(each.read_text(encoding="utf-8") for each in Path(atla_credential.__file__).parent.rglob("*.py"))
    kinds = set(re.findall(r'^    kind = "([a-z-]+)"', source, re.MULTILINE)) | {"rejected", "unknown"}
    listed = text("reference/exit-codes.md").partition("`kind` is ")[2].partition("; then")[0]
    assert set(re.findall(r"`([a-z-]+)`", re.sub(r"\(.*?\)", "", listed))) == kinds


def test_every_preset_has_its_row() -> None:
    listed = re.findall(
        r"^\| (`[^|]*) \|", section("exec").partition("### Presets")[2].partition("\n### ")[0], re.MULTILINE
    )
    assert sorted(re.findall(r"`([^`]+)`", " ".join(listed))) == sorted(PRESETS)
