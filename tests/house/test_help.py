"""The help of every command and operation fits a small terminal, and shows an example."""

import pytest

from atla_credential import commands

LINES, COLUMNS = 24, 80


@pytest.mark.parametrize("word", [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
def test_help_fits(word: str) -> None:
    is_command = word in commands.SUMMARIES
    parser = commands.parser_for(word)[0] if is_command else commands.operation_parser(word)
    lines = parser.format_help().splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS
    examples = lines[next(at for at, line in enumerate(lines) if line.startswith("example")) + 1 :]
    assert any(f"atla-credential {word}" in line for line in examples)


def test_a_name_keeps_its_capital() -> None:
    assert "\nFind out the cloud id of a Cloud site.\n" in commands.parser_for("discover")[0].format_help()


def test_overview_nearly_fits() -> None:
    lines = commands.overview().splitlines()
    assert len(lines) <= LINES + 9
    assert max(map(len, lines)) <= COLUMNS
