"""Variables and paths."""

import os
import pwd
import re
import resource
from pathlib import Path

import pytest

import atla_credential
from atla_credential import system
from atla_credential.answer.outside import in_variable
from atla_credential.environment import Environment, token_variables_of
from atla_credential.errors import CredentialError
from atla_credential.foreign.mark import marked

PASSWD_HOME = pwd.getpwuid(os.geteuid()).pw_dir


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        pytest.param({"HOME": "/h"}, "/h/.config/atla/config.toml", id="HOME"),
        pytest.param({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/atla/config.toml", id="XDG_CONFIG_HOME"),
        pytest.param({"HOME": "/h", "XDG_CONFIG_HOME": ""}, "/h/.config/atla/config.toml", id="empty XDG_CONFIG_HOME"),
        pytest.param({"HOME": "/h", "XDG_CONFIG_HOME": "x"}, "/h/.config/atla/config.toml", id="relative XDG_CONFIG_HOME"),
        pytest.param({"HOME": ""}, f"{PASSWD_HOME}/.config/atla/config.toml", id="empty HOME"),
        pytest.param({}, f"{PASSWD_HOME}/.config/atla/config.toml", id="no HOME"),
        pytest.param({"HOME": "/h", "ATLA_CONFIG": "/c.toml"}, "/c.toml", id="ATLA_CONFIG"),
        pytest.param({"HOME": "/h", "ATLA_CONFIG": ""}, "/h/.config/atla/config.toml", id="empty ATLA_CONFIG"),
    ],
)  # fmt: skip
def test_config_path(variables: dict[str, str], path: str) -> None:
    assert Environment(variables).config_path == path


def test_every_file_has_its_variable() -> None:
    variables = {"ATLA_CREDENTIALS": "/a", "ATLA_HELPER_CONFIG": "/b", "HOME": "/h"}
    environment = Environment(variables)
    assert (environment.credentials_path, environment.helper_path) == ("/a", "/b")


@pytest.mark.parametrize("name", ["ATLA_CONFIG", "ATLA_CREDENTIALS", "ATLA_HELPER_CONFIG"])
def test_relative_path_is_refused(name: str) -> None:
    environment = Environment({"HOME": "/h", name: "here.toml"})
    with pytest.raises(CredentialError, match=f"{name} is not an absolute path"):
        _ = (environment.config_path, environment.credentials_path, environment.helper_path)


@pytest.mark.parametrize(
    ("ours", "theirs", "attribute"),
    [
        ("ATLA_PROFILE", "ATLCLI_PROFILE", "profile"),
        ("ATLA_INSTANCE", "ATLCLI_SITE", "instance"),
        ("ATLA_EMAIL", "ATLCLI_EMAIL", "email"),
    ],
)
def test_atlcli_name_is_read_where_ours_is_unset(ours: str, theirs: str, attribute: str) -> None:
    assert getattr(Environment({theirs: "t"}), attribute) == "t"
    assert getattr(Environment({ours: "", theirs: "t"}), attribute) == "t"
    assert getattr(Environment({ours: "o", theirs: "t"}), attribute) == "o"
    assert getattr(Environment({}), attribute) is None


def test_token_variable_of_the_bound_place_is_the_first_that_is_set() -> None:
    names = ("ATLA_TOKEN", "ATLA_API_TOKEN", "ATLCLI_API_TOKEN", "ATLA_TOKEN_FILE")
    for number, name in enumerate(names):
        assert (
            Environment({**dict.fromkeys(names[:number], ""), **dict.fromkeys(names[number:], "t")}).token_variable()
            == name
        )
    assert Environment({}).token_variable() is None


def test_auth_is_one_of_two_words() -> None:
    assert Environment({"ATLA_AUTH": "bearer"}).auth == "bearer"
    with pytest.raises(CredentialError, match="ATLA_AUTH is neither"):
        _ = Environment({"ATLA_AUTH": "Bearer canary"}).auth


def test_value_that_is_not_utf_8_is_refused_without_quoting_it() -> None:
    with pytest.raises(CredentialError, match="^ATLA_EMAIL is not valid UTF-8$"):
        Environment({"ATLA_EMAIL": os.fsdecode(b"gr\xf6\xdfe@example.com")})


@pytest.mark.parametrize(
    ("name", "variable"),
    [("work", "WORK"), ("my-work.1", "MY_WORK_1"), ("größe", "GRößE"), ("WORK", "WORK"), ("a b", "A B")],
)
def test_token_variable(name: str, variable: str) -> None:
    assert token_variables_of(name) == (f"ATLA_TOKEN__{variable}", f"ATLA_TOKEN_FILE__{variable}")


@pytest.mark.parametrize("name", ["ATLA_TOKEN", "ATLA_API_TOKEN", "ATLCLI_API_TOKEN", "ATLA_TOKEN__ANY"])
def test_variable_that_a_token_stands_in(name: str) -> None:
    found = in_variable(Environment({name: "v"}), "v")
    assert found is not None
    assert (found.namer, found.path) == (name, None)
    assert in_variable(Environment({name: "v"}), "w") is None
    assert in_variable(Environment({"OTHER": "v"}), "v") is None


@pytest.mark.parametrize(
    ("variables", "no_input"),
    [
        ({}, False),
        ({"ATLA_NO_INPUT": "1"}, True),
        ({"ATLA_NO_INPUT": "0"}, False),
        ({"GIT_TERMINAL_PROMPT": "0"}, True),
        ({"GIT_TERMINAL_PROMPT": "1"}, False),
    ],
)
def test_no_input(variables: dict[str, str], no_input: bool) -> None:
    assert Environment(variables).no_input is no_input


def test_only_one_module_reads_the_process_environment() -> None:
    package = Path(atla_credential.__file__).parent
    readers = {path.name for path in package.rglob("*.py") if re.search(r"\benviron\b", path.read_text())}
    assert readers == {"system.py", "start.py"}


@pytest.mark.parametrize("is_linux", [True, False])
def test_a_helper_of_ours_is_marked(is_linux: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux says it in a file; elsewhere the limit is asked for."""
    if resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY:
        pytest.skip("somebody limits the processor time of this process, which leaves no room for a mark")
    if not is_linux:
        monkeypatch.setattr("sys.platform", "other")
    assert not Environment({}).is_asked_by_itself
    with marked():
        assert Environment({}).is_asked_by_itself
        with marked():
            assert Environment({}).is_asked_by_itself
        assert Environment({}).is_asked_by_itself
    assert not Environment({}).is_asked_by_itself


def test_a_limit_of_somebody_else_is_no_mark_and_stays() -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    limited = (10**8 if before[1] == resource.RLIM_INFINITY else before[1], before[1])
    resource.setrlimit(resource.RLIMIT_CPU, limited)
    try:
        with marked():
            assert resource.getrlimit(resource.RLIMIT_CPU) == limited
            assert not system.is_marked()
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
