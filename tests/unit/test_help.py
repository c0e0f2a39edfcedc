"""Where `help` finds the pages of the manual, and what it says where there are none."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from atla_credential import environment
from atla_credential.commands import help as help_command
from atla_credential.errors import CredentialError

MANUAL = Path(__file__).parents[2] / "docs" / "man"


def test_every_page_is_a_topic() -> None:
    assert sorted(help_command.PAGES.values()) == sorted(path.name for path in MANUAL.iterdir())
    assert all(name.rsplit(".", 1)[0] == topic for topic, name in help_command.PAGES.items())


@pytest.mark.parametrize("topic", help_command.PAGES)
def test_every_page_is_found(topic: str) -> None:
    found = help_command.find_page(help_command.PAGES[topic])
    assert found is not None
    assert found.read_bytes() == (MANUAL / help_command.PAGES[topic]).read_bytes()


def no_distribution(_: str) -> SimpleNamespace:
    raise PackageNotFoundError


@pytest.mark.parametrize("distribution", [no_distribution, lambda _: SimpleNamespace(files=None)])
def test_a_page_that_is_not_installed(distribution: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a system's packages leave out what the installer notes: there man finds the page."""
    monkeypatch.setattr(help_command, "distribution", distribution)
    with pytest.raises(CredentialError) as found:
        help_command.show_page("atla-helper.toml", environment.Environment({}))
    assert found.value.hints == ("try: man atla-helper.toml",)
