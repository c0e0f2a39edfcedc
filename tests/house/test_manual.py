"""The manual pages name what the program has, and nothing that it has not, and any man can show them."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from atla_credential import commands, environment, system
from atla_credential.operations import docker
from atla_credential.settings import config
from atla_credential.settings.notes import NOTES
from atla_credential.terminal.arguments import Parser, add_common_options
from atla_credential.terminal.mdoc import plain
from house.test_docs import calls, options_of, source_of_variables

MANUAL = Path(__file__).parents[2] / "docs" / "man"
PROGRAM, GIT, CONTAINERS, ENGINE, SETTINGS = PAGES = (
    "atla-credential.1", "git-credential-atla.1", "docker-credential-atla.1", "git-credential-atla-vault.1",
    "atla-helper.toml.5",
)  # fmt: skip
WORDS = (*commands.SUMMARIES, *commands.OPERATION_SUMMARIES)
CHOICES = {"storage": config.STORES, "adopt": config.ADOPT, "auth": config.AUTHS, "product": config.PRODUCTS}
TYPED = ("Fl", "Nm", "Li", "Cm", "Ic", "It Fl", "It Ic")  # the macros of what can be typed


def source(page: str) -> str:
    """Return a page's macros, with the escapes of characters undone."""
    text = (MANUAL / page).read_text(encoding="ascii")
    for escape, character in (("\\-", "-"), ("\\(aq", "'"), ("\\(dq", '"'), ("\\e", "\\")):
        text = text.replace(escape, character)
    return text


def section(page: str, heading: str) -> str:
    return "\n" + source(page).partition(f"\n.Sh {heading}\n")[2].partition("\n.Sh ")[0]


def subsections(page: str, heading: str) -> dict[str, str]:
    """Return the text below each .Ss, by the first word of it."""
    parts = section(page, heading).split("\n.Ss ")
    return {part.split(maxsplit=1)[0]: part for part in parts[1:]}


def items(text: str, macro: str) -> list[str]:
    """Return what the items of a list are called: the lines that begin with .It and a macro."""
    return re.findall(rf"^\.It {macro} (.+)$", text, re.MULTILINE)


def options_in(text: str) -> set[str]:
    return {f"-{name}" for name in re.findall(r"\bFl (-?\w[\w-]*)", text)}


def literals(page: str) -> str:
    """Return all lines that a page shows as they are typed."""
    return "\n".join(re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", source(page), re.MULTILINE | re.DOTALL))


def common_options() -> set[str]:
    parser = Parser("", "")
    add_common_options(parser)
    return {option for action in parser._actions for option in action.option_strings}


def test_every_command_and_operation_has_its_place() -> None:
    assert list(subsections(PROGRAM, "COMMANDS")) == list(commands.SUMMARIES)
    for page in (PROGRAM, GIT):
        words = list(subsections(page, "OPERATIONS"))
        assert words[:-1] == list(commands.OPERATION_SUMMARIES)
        assert words[-1] in ("Which", "What")  # profile answers; is silent


def test_operations_for_container_tools() -> None:
    assert items(section(CONTAINERS, "OPERATIONS"), "Cm") == list(docker.OPERATIONS)
    assert section(CONTAINERS, "SYNOPSIS").endswith(f"\n.Cm {' | '.join(docker.OPERATIONS)}")
    assert {docker.NOT_FOUND, docker.NO_SERVER} == set(items(section(CONTAINERS, "EXIT STATUS"), "Li"))


def test_common_options() -> None:
    text = section(PROGRAM, "DESCRIPTION")
    assert options_in("\n".join(f"Fl {item}" for item in items(text, "Fl"))) == common_options()
    assert options_in(text) == common_options() | {"-V"}


@pytest.mark.parametrize("word", WORDS)
def test_options_are_those_of_the_parser(word: str) -> None:
    is_command = word in commands.SUMMARIES
    text = subsections(PROGRAM, "COMMANDS" if is_command else "OPERATIONS")[word]
    described = options_in("\n".join(f"Fl {item}" for item in items(text, "Fl")))
    common = common_options() - (set() if is_command else {"--profile"})
    assert described == options_of(word) - common


@pytest.mark.parametrize("word", commands.SUMMARIES)
def test_values_are_those_of_the_parser(word: str) -> None:
    text = subsections(PROGRAM, "COMMANDS")[word]
    for action in commands.parser_for(word)[0]._actions:
        name = action.option_strings[0] if action.option_strings else ""
        place = re.search(rf"^\.It Fl {name[1:]}\b.*", text, re.MULTILINE) if name else re.search(r"(?s).*", text)
        for choice in {*(action.choices or ())} - {*WORDS}:  # which have their own places
            assert place and re.search(rf"\b{choice}\b", place[0]), f"{name} {choice}"


@pytest.mark.parametrize("page", [page for page in PAGES if page != ENGINE])  # which has options of its own
def test_no_option_that_no_parser_knows(page: str) -> None:
    assert options_in(source(page)) <= {"-V"}.union(*map(options_of, WORDS))
    for word, options in calls(f"```\n{literals(page)}```\n"):
        assert word in WORDS
        assert set(options) <= options_of(word), word


def test_git_is_told_only_options_of_operations() -> None:
    known = [options_of(word) for word in ("get", "store", "erase")]
    told = re.findall(r"helper = atla (.+)", literals(GIT))
    assert told
    for option in {*options_in(source(GIT)), *re.findall(r"--[\w-]+", " ".join(told))}:
        assert all(option in options for options in known), option


def test_variables_are_those_of_the_code() -> None:
    code = set(re.findall(r'"([A-Z][A-Z_]+)"', source_of_variables()))
    listed = [item.removesuffix(" Ns Ar NAME").split(" , ") for item in items(section(PROGRAM, "ENVIRONMENT"), "Ev")]
    assert sorted(name for names in listed for name in names) == sorted(code)
    for page in PAGES:
        assert set(re.findall(r"\b(?:ATLA|ATLCLI|GIT)_[A-Z_]+", source(page))) <= code
        assert page == ENGINE or set(re.findall(r"\bEv ([A-Z_]+)", source(page))) <= code


def test_exit_codes_are_those_of_the_code() -> None:
    codes = [value for name, value in vars(system).items() if name.isupper() and type(value) is int and value < 256]
    listed = re.findall(r"^\.It (\d+)$", section(PROGRAM, "EXIT STATUS"), re.MULTILINE)
    assert list(map(int, listed)) == sorted(codes)


def keys_of(heading: str) -> dict[str, str]:
    """Return the text of each key of helper.toml, by its name."""
    parts = section(SETTINGS, heading).split("\n.It Ic ")
    return {part.split(maxsplit=1)[0]: part for part in parts[1:]}


def test_keys_of_helper_toml_are_those_of_the_code() -> None:
    code = Path(config.__file__).read_text(encoding="utf-8")
    own = re.findall(r'own\.(?:text|choice|texts|flag|seconds)\((\w+), "(\w+)"', code)
    shared, profiles = keys_of("THE TABLE Bq helper"), keys_of("THE TABLES Bq profiles.NAME")
    assert set(shared) == {key for table, key in own if table == "helper"}
    # what else there is nothing that answers reads
    assert set(profiles) == {key for table, key in own if table == "extra"} | {"ca_file", *NOTES}
    for key, choices in CHOICES.items():
        for choice in choices:
            assert re.search(rf"\bLi {choice}\b", (shared | profiles)[key]), choice


def test_the_defaults_are_those_of_the_code() -> None:
    defaults = config.Config({})
    for key, text in keys_of("THE TABLE Bq helper").items():
        shown = tomllib.loads(text.partition("\n")[0].replace(" No = Li ", " = "))[key]
        assert shown == (list(defaults.helpers) if key == "helpers" else getattr(defaults, key))
        assert "default" in text


def test_example_of_helper_toml_is_read(home: Path, files: Callable[..., Path]) -> None:
    example = literals(SETTINGS).partition("\n$EDITOR")[0]
    names = tomllib.loads(example)["profiles"]
    files(helper=example, config="".join(profile(name, "https://work.atlassian.net") for name in names))
    read = config.read_config(environment.Environment({"HOME": str(home)}))
    assert (read.storage, read.adopt, read.profiles["work"].product) == ("file", "any", "jira")
    keys = {*keys_of("THE TABLE Bq helper"), *keys_of("THE TABLES Bq profiles.NAME")}
    assert set(re.findall(r"^(\w+) =", example, re.MULTILINE)) <= keys


@pytest.mark.parametrize("page", PAGES)
def test_name_is_well_formed(page: str) -> None:
    name, number = page.rsplit(".", 1)
    assert f"\n.Dt {name.upper()} {number}\n" in source(page)
    assert re.search(rf"\n\.Sh NAME\n\.Nm {re.escape(name)}\n\.Nd [a-z].+[^.\s]\n\.Sh SYNOPSIS\n", source(page))


@pytest.mark.parametrize("page", PAGES)
def test_pages_that_are_ours_exist(page: str) -> None:
    references = re.findall(r"^\.Xr (\S+) (\d)", source(page), re.MULTILINE)
    assert {f"{name}.{number}" for name, number in references if "atla" in name} == {*PAGES} - {page}


@pytest.mark.parametrize("page", PAGES)
def test_what_is_typed_has_real_hyphens(page: str) -> None:
    text = (MANUAL / page).read_text(encoding="ascii")
    shown = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", text, re.MULTILINE | re.DOTALL)
    typed = re.findall(rf"^\.(?:{'|'.join(TYPED)}) .*$", text, re.MULTILINE)
    assert shown and typed
    assert not [line for part in (*shown, *typed) for line in part.splitlines() if re.search(r"(?<!\\)-", line)]


@pytest.mark.parametrize("page", PAGES)
def test_as_plain_text_it_says_the_same(page: str) -> None:
    """For where there is no man: word for word what mandoc shows, between the first line and the last."""
    text = plain((MANUAL / page).read_text(encoding="ascii"))
    name, number = page.rsplit(".", 1)
    assert text.startswith(f"{name.upper()}({number})\n\nNAME\n     {name} - ")
    assert not re.search(r"\n\n\n|[ \t]\n|[^\n]\Z|\\-", text)
    if not shutil.which("mandoc"):
        pytest.skip("there is no mandoc")
    shown = subprocess.run(["mandoc", "-T", "ascii", MANUAL / page], capture_output=True, text=True, check=True).stdout
    lines = re.sub(".\b", "", shown).splitlines()[1:-1]
    words = ["*" if word == "o" else word for word in " ".join(lines).split()]  # before the items of a list
    assert text.split()[1:] == words


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("command", ["groff -mdoc -Tutf8 -ww -z", "mandoc -T lint -W warning"])
def test_no_warning(page: str, command: str) -> None:
    program = command.split()[0]
    if not shutil.which(program):
        pytest.skip(f"there is no {program}")
    done = subprocess.run([*command.split(), MANUAL / page], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
