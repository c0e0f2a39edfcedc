"""The house: imports go down only, and an import inside a function is a door with a sign on it."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from atla_credential import start

PACKAGE = "atla_credential"
SOURCE = Path(__file__).parents[2] / "helper" / PACKAGE

# From the ground up: the files beside the rooms, and the rooms. Each may import what stands on a lower floor; what stands
# inside a room makes no circle. Types and doors count too.
FLOORS: list[set[str]] = [
    {"__init__", "model", "system", "text"},
    {"raised"},
    {"errors", "places"},
    {"environment", "input", "process", "toml", "wire"},
    {"files", "foreign", "formats", "settings"},
    {"helpers", "site", "stores", "terminal"},
    {"answer", "vault"},
    {"git", "profiles"},
    {"login", "operations"},
    {"report"},
    {"doctor", "imports"},
    {"commands"},
    {"__main__"},
    {"start"},
]

# The files that a `get` may load without being sent there by an answer: they import nothing dear.
HOT_ROOMS = {"wire", "places", "toml", "settings", "answer"}
# Loaded where an answer leads there.
EXTRA = {
    "answer/outside",
    "answer/setting",
    "places/services",
    "settings/notes",
    "stores/keyring/opening",
    "stores/keyring/reader",
    "stores/token_file",
    "settings/trust",
    "toml/encoding",
    "toml/series",
    "wire/given",
    "wire/whole",
    "raised",
    "start",
}
HOT_FILES = {*start.MODULES, *start.FOR_VARIABLES, *start.FOR_FILES, *start.FOR_BUS, *start.FOR_KEYRING, *EXTRA}

# The files with doors, and why each has one.
DOORS = {
    "commands/__init__": "the words of other programs, for the help of `get` alone",
    "commands/discover": "what asks a site",
    "commands/exec": "what reads another program's file, for that program alone",
    "commands/login": "what asks a site, where a new token is given",
    "commands/restore": "what asks a site, where nobody says not to",
    "commands/rotate": "what asks a site, where a new token is given",
    "commands/doctor": "what asks a site or an engine, where that is wanted",
    "commands/status": "what asks a site, where that is wanted",
    "__main__": "the name of the program, the word on the command line, the form of an error, and the words of an explanation",
    "errors": "the errors themselves, where one is named",
    "files/toml_text": "the TOML libraries and JSON, needed only for a new key or name, and for a name with escapes",
    "git/stale": "where a header of git's is set, needed only where there is one",
    "imports/taking": "what asks a site, where nobody says not to",
    "input/guess": "what compares words, and what knows the shapes of tokens: only for a mistake",
    "profiles/notes": "the library of hashes, only where there is a mark of a token",
    "terminal/columns": "what knows the width of characters, and of terminals",
    "terminal/console": "Python's JSON, only with --json, and what takes a token at a terminal",
    "toml/file": "the TOML reader, and the words for what is not UTF-8",
    "toml/plain": "what reads many tables at once",
    "operations/erase": "git's own settings, needed only where a stored token would go",
    "operations/docker": "the writer of a token, where one was given that no profile has",
    "operations/get": "the forms of a request and of an answer, the variables of another program, what is noted of a token that is not there, and who could be meant",
    "process": "the limits of resources, where Linux's own way is not there",
    "start": "the package, which can be found only once it was said where it is",
    "system": "the record of users, for a process without HOME; where libraries are, and what they know of variables",
    "answer/binding": "what reads a file that holds a token alone, where one is named",
    "answer/rules": "whose a variable's token is, which only variables make a question",
    "answer/search": "likewise, what a name that no profile has may mean, and what is at the hosts of services",
    "answer/sources": "likewise, and a file that holds a token alone",
    "answer/variables": "what people paste into one",
    "answer/world": "the files, which the variables alone may spare us, and the kind of store",
    "settings/trust": "the records of groups and users, where a group may write",
    "vault/program": "what asks an engine or changes a copy, where one that is fresh does not answer",
    "wire/whole": "Python's JSON, only for who asks in it",
    "operations/store": "the writer of helper.toml, and adoption: needed only when something changed",
    "stores/keyring/kernel": "system calls, needed only where the kernel may have a key",
    "stores/keyring/lasting": "the kind of keyring",
    "stores/keyring/opening": "what reads, which is loaded while the session bus lets us in",
    "stores/keyring/reader": "the library, needed only where there is no quick way",
    "stores/keyring/system": "what only a write needs",
}

# What a `get` that the environment or the file store answers may load, beyond what Python itself has loaded.
HOT_LIBRARIES = {"sys", "posix", "time", "abc", "gc", "marshal", "_socket"}


def files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def floor_of(name: str) -> int:
    top = name.split("/")[0]
    return next(number for number, floor in enumerate(FLOORS) if top in floor)


def runs_here(node: ast.AST) -> bool:
    """Tell whether what stands inside runs on POSIX at all."""
    elsewhere = ("TYPE_CHECKING", "sys.platform == 'win32'")
    return not (isinstance(node, ast.If) and ast.unparse(node.test) in elsewhere)


def imports(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield each import that runs, and whether it stands inside a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, inside
        elif runs_here(node):
            yield from imports(node, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the modules that an import loads; those of the project as paths inside the package."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    assert node.level == 0, "imports are absolute"
    if module.split(".")[0] != PACKAGE:
        return [module]
    found = []
    for alias in node.names:
        inner = "/".join([*module.split(".")[1:], alias.name])
        is_module = (SOURCE / f"{inner}.py").exists() or (SOURCE / inner / "__init__.py").exists()
        found.append(inner if is_module else "/".join(module.split(".")[1:]) or "__init__")
    return [f"{PACKAGE}/{each}" for each in found]


def all_targets(path: Path) -> set[str]:
    """Return what a file imports of the package: at its top, through a door, or for a type."""
    found = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {each for node in found if isinstance(node, ast.Import | ast.ImportFrom) for each in targets(node)}
    return {each.removeprefix(f"{PACKAGE}/") for each in named if each.startswith(f"{PACKAGE}/")}


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_imports_go_down(path: Path) -> None:
    """Types and doors too: what two rooms say of each other, neither can be read without."""
    name = name_of(path)
    for other in all_targets(path):
        same_room = "/" in name and name.split("/")[0] == other.split("/")[0]
        assert same_room or name == "start" or floor_of(other) < floor_of(name), f"{name} imports {other}"


def test_no_import_stands_in_a_circle() -> None:
    below = {name_of(path): all_targets(path) for path in files() if path.stem not in ("__init__", "start")}
    while leaves := {name for name, others in below.items() if not others & (below.keys() - {name})}:
        below = {name: others for name, others in below.items() if name not in leaves}
    assert below == {}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("__init__.py")), ids=name_of)
def test_a_room_has_no_code_of_its_own(path: Path) -> None:
    """The fast start makes the hot ones without reading them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    is_bare = all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body)
    assert is_bare or name_of(path) in ("__init__", "commands/__init__")


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_imports_inside_functions_are_doors(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for node, inside in imports(ast.parse("\n".join(lines))):
        if inside:
            assert name_of(path) in DOORS
            assert "# door: " in lines[node.lineno - 1], f"{path.name}:{node.lineno} has no sign"


@pytest.mark.parametrize("name", DOORS)
def test_every_door_is_still_there(name: str) -> None:
    assert "# door: " in (SOURCE / f"{name}.py").read_text(encoding="utf-8")


def test_hot_files_and_hot_rooms_are_the_same() -> None:
    rooms = {name_of(path) for path in files() if name_of(path).split("/")[0] in HOT_ROOMS}
    assert {name for name in rooms if not name.endswith("__init__")} <= HOT_FILES
    beside = {name_of(path) for path in SOURCE.glob("*.py")}
    assert beside <= HOT_FILES


@pytest.mark.parametrize("path", [path for path in files() if name_of(path) in HOT_FILES], ids=name_of)
def test_hot_files_import_nothing_dear(path: Path) -> None:
    for node, inside in imports(ast.parse(path.read_text(encoding="utf-8"))):
        for target in targets(node):
            assert inside or target.startswith(f"{PACKAGE}/") or target in HOT_LIBRARIES, target


def test_the_fast_start_loads_nothing_before_what_it_imports() -> None:
    loaded: set[str] = set()
    for name in (*start.MODULES, *start.FOR_VARIABLES, *start.FOR_FILES, *start.FOR_BUS, *start.FOR_KEYRING):
        tree = ast.parse((SOURCE / f"{name}.py").read_text(encoding="utf-8"))
        needs = {target for node, inside in imports(tree) if not inside for target in targets(node)}
        ours = {each.removeprefix(f"{PACKAGE}/") for each in needs if each.startswith(f"{PACKAGE}/")}
        assert ours <= loaded, name
        loaded.add(name)


def test_the_engine_s_room_is_its_own_program_s() -> None:
    """Nothing that answers from here uses a network; another program does, as a helper that is listed.

    `doctor` looks at such a helper with what that program knows of itself.
    """
    using = {name_of(path) for path in files() if any(each.startswith("vault/") for each in all_targets(path))}
    assert {name for name in using if not name.startswith("vault/")} == {"__main__", "doctor/engine", "doctor/reach"}


def test_every_file_has_a_floor() -> None:
    assert {name_of(path).split("/")[0] for path in files()} == set().union(*FLOORS)


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200, "a file that holds more than one idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_names_do_not_shadow_the_standard_library(path: Path) -> None:
    name = path.stem
    assert name.startswith("__") or "/" in name_of(path) or name not in sys.stdlib_module_names


def test_to_be_adopted_has_four_consequences() -> None:
    """A condition says which of them it means; the mark itself is read where it is kept, compared or ordered."""
    asking = {name_of(path) for path in files() if re.search(r"\.adopted\b", path.read_text(encoding="utf-8"))}
    assert asking == {"model", "places/place", "login/record", "profiles/tables"}


@pytest.mark.parametrize("path", files(), ids=name_of)
def test_two_rooms_use_a_network(path: Path) -> None:
    found = {
        node.split(".")[0] for each, _ in imports(ast.parse(path.read_text(encoding="utf-8"))) for node in targets(each)
    }
    assert (
        name_of(path).startswith(("site/", "vault/"))
        or not found & {"http", "requests", "ssl", "truststore", "urllib3"}
        or name_of(path) == "login/ca_file"
    )


UNIT = Path(__file__).parents[1] / "unit"


@pytest.mark.parametrize("path", sorted(UNIT.glob("*.py")), ids=lambda path: path.stem)
def test_unit_tests_start_no_process(path: Path) -> None:
    """They answer at once, also on a busy machine: `tests/run --quick` takes them all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {name for node, _ in imports(tree) for name in targets(node)}
    assert not names & {"subprocess", "multiprocessing", "pexpect"}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert not [node.name for node in functions if any(each.arg == "run" for each in node.args.args)]
