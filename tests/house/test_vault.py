"""The pages about git-credential-atla-vault name what it has, and nothing that it has not."""

import re

from atla_credential.vault import options, program
from house.test_docs import text
from house.test_manual import ENGINE, items, options_in, section, source
from house.test_safety import ROWS
from pages import ROOT

REFERENCE = text("reference/vault.md")
VARIABLES = {name for names, _ in options.TABLE.values() for name in names} | {*options.TOKENS}
FOLDERS = {"XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY"}


def test_the_table_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| (`--.+?) \| (.*?) ?\| (.+) \|$", REFERENCE, re.MULTILINE)
    named = {
        name: (default, meaning) for names, default, meaning in rows for name in re.findall(r"`(--[\w-]+)`", names)
    }
    assert [*named] == [*options.TABLE, options.WRITE]
    for name, (variables, default) in options.TABLE.items():
        shown, meaning = named[name]
        assert all(f"`{each}`" in shown for each in variables), name
        assert default in shown, name
        if name == "--auth":
            assert all(f"`{method}`" in meaning for method in options.METHODS)


def test_the_manual_page_is_that_of_the_code() -> None:
    listed = "\n".join(f"Fl {item}" for item in items(section(ENGINE, "OPTIONS"), "Fl"))
    assert options_in(listed) == options_in(source(ENGINE)) == {*options.TABLE, options.WRITE}
    assert {*items(section(ENGINE, "OPERATIONS"), "Cm")} == {*program.OPERATIONS}
    for name, (_, default) in options.TABLE.items():
        described = section(ENGINE, "OPTIONS").partition(f"\n.It Fl {name[1:]} ")[2].partition("\n.It ")[0]
        assert default in described, name
    assert set(re.findall(r"\b([A-Z]+_[A-Z_]+)\b", source(ENGINE))) == VARIABLES | FOLDERS


def test_every_variable_is_documented() -> None:
    section_of_engines = (
        text("reference/environment.md").partition("## Where a secret engine is asked")[2].partition("\n## ")[0]
    )
    assert set(re.findall(r"`([A-Z_]+)`", section_of_engines)) >= VARIABLES | FOLDERS


def test_every_clause_has_its_row_in_the_safety_table() -> None:
    clauses = re.findall(r"^- \*\*([BW]\d*)\*\* ", REFERENCE, re.MULTILINE)
    assert clauses == [name for name in ROWS if name[0] in "BW"]
    for clause in clauses:
        assert any(
            f"::test_{clause.lower()}_" in each or f"_{clause.lower()}_" in each for each in ROWS[clause].split(", ")
        )


def test_the_policies_name_one_path_and_no_more_than_is_needed() -> None:
    for name, needed in (("read-one-team", {"read"}), ("rotate-one-team", {"create", "read", "update"})):
        policy = (ROOT / "contrib" / "fleet" / f"{name}.hcl").read_text(encoding="utf-8")
        assert re.findall(r'^path "(.+)"', policy, re.MULTILINE) == ["secret/data/atlassian/*"]
        assert set(re.findall(r'"(\w+)"', policy.partition("capabilities")[2])) == needed
