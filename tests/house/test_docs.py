"""The docs name what the code has, and nothing that it has not."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from atla_credential import __version__, commands, environment, system
from atla_credential.foreign import variables
from atla_credential.places.services import SERVICE_ROWS
from atla_credential.places.table import SITES
from atla_credential.terminal.arguments import Parser
from house.test_layers import FLOORS
from pages import ROOT, markdown

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def source_of_variables() -> str:
    return "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (environment, variables))


def variables_of_the_code() -> set[str]:
    source = source_of_variables()
    return set(re.findall(r'"((?:ATLA|ATLCLI|GIT)_[A-Z_]+)"', source))


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"`((?:ATLA|ATLCLI|GIT)_[A-Z_]+)", text("reference/environment.md")))
    assert variables_of_the_code() == {name.replace("__NAME", "__") for name in documented}


def test_every_exit_code_is_documented() -> None:
    codes = {value for name, value in vars(system).items() if name.isupper() and isinstance(value, int) and value < 256}
    documented = set(map(int, re.findall(r"^\| (\d+) \|", text("reference/exit-codes.md"), re.MULTILINE)))
    assert codes == documented


@pytest.mark.parametrize("word", [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
def test_every_command_is_documented(word: str) -> None:
    assert f"## {word}\n" in text("reference/commands.md")


def test_nothing_that_is_no_command_is_documented() -> None:
    documented = re.findall(r"^## (.+)$", text("reference/commands.md"), re.MULTILINE)
    assert set(documented) == {*commands.SUMMARIES, *commands.OPERATION_SUMMARIES}


def section(word: str) -> str:
    return text("reference/commands.md").partition(f"\n## {word}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("word", [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
def test_a_section_begins_as_the_help_does(word: str) -> None:
    """The sentence, the usage, and an example of one line."""
    usage, _, sentence, *rest = parser(word).format_help().splitlines()
    head = f"\n{sentence}\n\n- usage: `{usage.removeprefix('usage: ')}`\n"
    if rest[-2] == "example:":
        head += f"- example: `{rest[-1].strip()}`\n"
    assert section(word).startswith(head)


@pytest.mark.parametrize("word", [*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
def test_every_option_is_documented(word: str) -> None:
    common = text("reference/commands.md").partition("\n## ")[0]
    known = section(word)
    if word in commands.OPERATION_SUMMARIES:
        known += text("reference/protocol.md") + section("exec")
    if word == "help":  # of a command
        known += text("reference/commands.md")
    for action in parser(word)._actions:
        for option in action.option_strings:
            assert f"`{option}" in section(word) or f"`{option}" in common, option
        for choice in action.choices or ():
            assert re.search(rf"\b{choice}\b", known), choice
    rows = "".join(re.findall(r"^\| (`-.*?) \|", section(word), re.MULTILINE))
    assert set(re.findall(r"`(--?[\w-]+)", rows)) <= options_of(word)


@pytest.mark.parametrize("row", (*SITES, *SERVICE_ROWS), ids=lambda row: row.__name__)
def test_every_row_of_the_sites_is_documented(row: object) -> None:
    assert (row.__doc__ or "") in text("reference/sites.md").replace("\n  ", " ")


def test_the_changelog_begins_with_this_version() -> None:
    heading = re.search(r"^## (.+)$", text("changelog.md"), re.MULTILINE)
    assert heading and re.fullmatch(rf"{re.escape(__version__)} \((unreleased|20\d\d-\d\d-\d\d)\)", heading[1])


def test_every_how_to_is_listed() -> None:
    listed = re.findall(r"\]\((how-to/[^)#\s]+)\)", text("README.md"))
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "how-to").glob("*.md"))


@pytest.mark.parametrize("path", sorted((DOCS / "how-to").glob("*.md")), ids=lambda path: path.name)
def test_every_how_to_begins_with_its_end(path: Path) -> None:
    """One or two sentences say what one has then."""
    _, first, *_ = path.read_text(encoding="utf-8").split("\n\n")
    assert first.startswith("At the end ")
    assert len(re.findall(r"[.!?](?: |$)", first)) <= 2


OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
CALL = re.compile(
    r"(?<![\w./])atla-credential(?P<before>(?: --[a-z-]+)*) (?P<word>[a-z]+(?:-[a-z]+)*)(?P<rest>[^|;&)#`\n]*)"
)


def calls(page: str) -> list[tuple[str, list[str]]]:
    """Return each call of a page's code: the word, and all options with it. A line that ends with a \\ goes on."""
    code = re.findall(r"^ *```.*?^ *```|`[^`\n]+`", page, re.MULTILINE | re.DOTALL)
    joined = "\n".join(code).replace("\\\n", " ")
    found = [(call["word"], OPTION.findall(f"{call['before']} {call['rest']}")) for call in CALL.finditer(joined)]
    words = "|".join([*commands.SUMMARIES, *commands.OPERATION_SUMMARIES])
    short = re.findall(rf"`({words}) ([^`\n]*)`", page)  # as in prose, without the program's name
    return found + [(word, OPTION.findall(rest)) for word, rest in short]


def parser(word: str) -> Parser:
    is_operation = word in commands.OPERATION_SUMMARIES
    return commands.operation_parser(word) if is_operation else commands.parser_for(word)[0]


def options_of(word: str) -> set[str]:
    return {option for action in parser(word)._actions for option in action.option_strings}


@pytest.mark.parametrize(
    "path",
    [path for path in markdown() if path.name != "coming-from.md"],  # which names what other tools have
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_calls_name_only_what_there_is(path: Path) -> None:
    for word, options in calls(path.read_text(encoding="utf-8")):
        assert word in {*commands.SUMMARIES, *commands.OPERATION_SUMMARIES}, word
        assert set(options) <= options_of(word), word


def test_calls_are_found() -> None:
    page = "```sh\necho | atla-credential --json login \\\n  --nope; x --other\n```\nand `status --all`, `a --b`"
    assert calls(page) == [("login", ["--json", "--nope"]), ("status", ["--all"])]


def test_every_client_is_shown_as_it_is() -> None:
    shown = re.findall(r"^```\w+\n(.*?)^```$", text("how-to/from-a-program.md"), re.MULTILINE | re.DOTALL)
    clients = [path.read_text(encoding="utf-8") for path in (ROOT / "contrib" / "clients").iterdir() if path.is_file()]
    assert sorted(clients) == sorted(each for each in shown if "-K -" not in each)  # but for curl's one line


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_setting_of_helper_toml_is_documented() -> None:
    source = (ROOT / "helper" / "atla_credential" / "settings" / "config.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'(?:text|choice|texts|flag|seconds)\(\w+, "(\w+)"', source))
    assert keys
    for key in keys:
        assert f"`{key}`" in text("reference/configuration.md"), key


PART_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # of a text, before its x
LETTER = 0.49  # of the size of the letters, on average


def texts(node: ElementTree.Element, size: float = 16, anchor: str = "start") -> Iterator[tuple[float, float, str]]:
    """Yield where each text of a picture begins and ends, and the text."""
    style = dict(re.findall(r"([\w-]+): *([\w.]+)", node.get("style", "")))
    size = float((node.get("font-size") or style.get("font-size") or str(size)).removesuffix("px"))
    anchor = node.get("text-anchor") or style.get("text-anchor") or anchor
    if node.tag.endswith("}text"):
        text = "".join(node.itertext())
        begin = float(node.get("x", "0")) - PART_BEFORE[anchor] * LETTER * size * len(text)
        yield begin, begin + LETTER * size * len(text), text
    for child in node:
        yield from texts(child, size, anchor)


@pytest.mark.parametrize("path", sorted((DOCS / "images").glob("*.svg")), ids=lambda path: path.name)
def test_no_picture_cuts_a_text_off(path: Path) -> None:
    picture = ElementTree.parse(path).getroot()  # noqa: S314 - our own
    width = float(picture.get("viewBox", "").split()[2])
    assert [text for begin, end, text in texts(picture) if begin < 0 or end > width] == []


@pytest.mark.parametrize(
    "script",
    [
        "tests/run",
        "tests/fresh",
        "tests/newer-git",
        "tests/real-programs",
        "contrib/quickstart",
        "contrib/environment.sh",
        "contrib/packaging/release",
        ".ci/run",
    ],
)
def test_scripts_are_valid(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111 or script.endswith(".sh")
    subprocess.run(["sh", "-n", path], check=True)


def test_the_tests_that_contributing_names_exist() -> None:
    named = re.findall(r"(tests/\w+/\w+\.py)(?:::(\w+))?", text("contributing.md"))
    assert named
    for path, name in named:
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


def glossary() -> list[list[str]]:
    rows = [line.strip("|").split("|") for line in text("reference/glossary.md").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


def test_each_idea_has_one_word() -> None:
    words = [row[0] for row in glossary()]
    assert len(words) == len(set(words))
    others = {each.strip() for row in glossary() for each in re.sub(r"\(.*\)", "", row[2]).split(",")} - {
        "",
        "keychain",
    }
    prose = {
        path: path.read_text(encoding="utf-8").lower()
        for path in markdown()
        if path.name not in ("glossary.md", "coming-from.md")
    }
    code = {path: path.read_text(encoding="utf-8").lower() for path in (ROOT / "helper").rglob("*.py")}
    found = [
        (word, str(path))
        for word in others
        for path, page in {**prose, **code}.items()
        if re.search(rf"\b{word.lower()}\b", page)
    ]
    assert found == []


def test_the_words_of_the_code_are_in_the_glossary() -> None:
    """The records and lists that the architecture turns on."""
    words = {row[0] for row in glossary()}
    records = {"query", "credential", "kept", "profile", "place", "claim", "world", "store", "message"}
    assert {*records, "step"} <= words
    for word in records:
        assert any(
            f"class {word.title()}" in path.read_text(encoding="utf-8") for path in (ROOT / "helper").rglob("*.py")
        ), word


def test_the_floors_of_the_architecture_are_those_of_the_house() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", text("explanation/architecture.md"), re.MULTILINE)
    drawn = [set(re.findall(r"`([\w]+)/?`", names)) for _, names in rows]
    assert [number for number, _ in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert drawn == [floor - {"__init__"} for floor in FLOORS]
