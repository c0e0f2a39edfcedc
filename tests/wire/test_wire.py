r"""Run the corpus: each file is one request, accepted or rejected, named by the wire rule it shows.

# a comment
protocol=https\n          a line of the request; escapes as in a Python bytes literal, LF only where \n says so
x={3*ab}\n                {3*ab} stands for ababab
---
username=...              the answer, exactly; in reject/ the exit code and the message instead
"""

import ast
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import atla_credential
from conftest import Run, snapshot

FOLDER = Path(__file__).parent
RULES = [f"P{number}" for number in range(1, 13)]

CONFIG = r"""
schema_version = 2
[default]
profile = "work"
[profiles.work]
instance = "https://work.atlassian.net"
email = "you@example.com"
credential_store = "file"
[profiles.pat]
instance = "https://jira.example.com/jira"
email = ""
credential_store = "file"
[profiles.control]
instance = "https://control.example.com"
email = ""
credential_store = "file"
[profiles."größe"]
instance = "https://utf8.example.com"
email = "größe@example.com"
credential_store = "file"
"""
CREDENTIALS = r"""
[tokens."work|you@example.com|https://work.atlassian.net"]
token = "canary-work"
[tokens."pat||https://jira.example.com/jira"]
token = "canary-pat"
[tokens."control||https://control.example.com"]
token = "canary\u000acontrol"
[tokens."größe|größe@example.com|https://utf8.example.com"]
token = "canary-utf8"
"""


def read_case(path: Path) -> tuple[bytes, str]:
    request, _, expected = path.read_text(encoding="utf-8").partition("---\n")
    lines = [line for line in request.splitlines() if not line.startswith("#")]
    text = re.sub(r"\{(\d+)\*([^}]*)\}", lambda found: found[2] * int(found[1]), "".join(lines))
    return ast.literal_eval("b'" + text.replace("'", r"\'") + "'"), expected


def cases(kind: str) -> list[Path]:
    return sorted((FOLDER / kind).glob("*.wire"))


@pytest.fixture
def profiles(files: Callable[..., Path]) -> Path:
    return files(config=CONFIG, credentials=CREDENTIALS, helper='[profiles."größe"]\nauth = "basic"\n')


@pytest.mark.parametrize("path", cases("accept"), ids=lambda path: path.stem)
def test_accepts(path: Path, run: Run, profiles: Path) -> None:
    request, expected = read_case(path)
    done = run("get", stdin=request, LC_ALL="C")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, expected, b"")


@pytest.mark.parametrize("path", cases("reject"), ids=lambda path: path.stem)
def test_rejects(path: Path, run: Run, profiles: Path) -> None:
    request, expected = read_case(path)
    before = snapshot(profiles)
    for operation in ("get", "store", "erase"):
        if operation != "get" and not expected.startswith("2"):
            continue  # the request is well formed; what is refused is the answer
        check_rejected(run(operation, stdin=request), operation, expected)
        assert snapshot(profiles) == before


def check_rejected(done: subprocess.CompletedProcess[bytes], operation: str, expected: str) -> None:
    assert done.stdout == b""
    assert b"canary" not in done.stderr
    assert b"raw-input" not in done.stderr
    names_no_place = "has no host" in expected or "has no protocol" in expected
    if operation == "store":
        assert done.returncode == 2
    elif operation == "erase":
        assert done.returncode == (0 if names_no_place else 2)
    else:
        assert f"{done.returncode}\n{done.stderr.decode()}" == expected


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["accept", "reject"])
def test_every_rule_has_a_file(kind: str, rule: str) -> None:
    assert list((FOLDER / kind).glob(f"{rule}-*.wire"))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_a_sentence_in_the_reference(rule: str) -> None:
    reference = (FOLDER.parents[1] / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
    assert re.search(rf"^- \*\*{rule}\*\* .+\.$", reference, re.MULTILINE)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_a_comment_in_the_code(rule: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(atla_credential.__file__).parent.rglob("*.py")]
    assert any(re.search(rf"(?:#.*|\(){rule}\b", source) for source in sources)
