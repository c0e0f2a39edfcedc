"""Editing config.toml and helper.toml: comments, order and unknown keys survive."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.files import toml_text
from atla_credential.files.toml_edit import LAYOUTS, carry_over, edit
from atla_credential.model import Profile
from atla_credential.profiles import renaming, tables
from conftest import as_written

Files = Callable[..., Path]

BEFORE = """\
# my settings
schema_version = 2  # do not touch

[default]
profile = "work"  # the day job

[profiles.work]  # first
instance = 'https://work.atlassian.net'
email = \"""you@example.com\"""
default_project = "PROJ"

[profiles.work.policy]
read_only = true

# short names
[aliases]
mine = "issue list"
"""


def change(document: dict[str, Any]) -> None:
    document["default"]["profile"] = "new"
    document["profiles"]["work"]["email"] = "me@example.com"
    document["profiles"]["new"] = {"instance": "https://new.atlassian.net", "email": "x@example.com"}
    del document["profiles"]["work"]["default_project"]


def test_a_new_table_alone_is_only_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of thousands of profiles would take the library longer than a site its answer."""
    wanted = tomllib.loads(BEFORE)
    wanted["profiles"]["new"] = {"instance": "https://new.atlassian.net", "email": "x@example.com"}
    monkeypatch.setattr("tomlkit.parse", None)
    added = '\n[profiles.new]\ninstance = "https://new.atlassian.net"\nemail = "x@example.com"\n'
    assert carry_over(BEFORE, wanted, new_tables_last=True) == BEFORE + added


def test_a_change_is_made_once_for_one_content(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    calls: list[int] = []
    checks: list[bytes] = []

    def count(document: dict[str, Any]) -> None:
        calls.append(1)
        change(document)

    assert edit(str(path), count, check=checks.append)
    assert (len(calls), checks) == (1, 2 * [BEFORE.encode()])  # who may write it is looked at under the lock, too


def test_only_what_changed_changes(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    assert edit(str(path), change)
    expected = (
        BEFORE.replace('profile = "work"', 'profile = "new"')
        .replace('"""you@example.com"""', '"me@example.com"')
        .replace('default_project = "PROJ"\n', "")
    )
    added = '\n[profiles.new]\ninstance = "https://new.atlassian.net"\nemail = "x@example.com"\n'
    assert path.read_text() == expected + added


def test_nothing_is_written_without_a_change(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    before = as_written(path)
    assert not edit(str(path), lambda document: document["default"].update(profile="work"))
    assert as_written(path) == before


@pytest.mark.parametrize("only_plan", [True, False])
def test_file_that_may_not_be_written_stays_and_is_only_asked_about_for_a_change(
    only_plan: bool, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)

    def refuse(old: bytes) -> None:
        assert old == BEFORE.encode()
        raise CredentialError("others may write it")

    assert not edit(str(path), lambda document: None, only_plan=only_plan, check=refuse)
    with pytest.raises(CredentialError, match="others may write it"):
        edit(str(path), change, only_plan=only_plan, check=refuse)
    assert path.read_text() == BEFORE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('profiles = {work = {instance = "x", email = "y"}}\n', id="inline tables"),
        pytest.param('[profiles]\nwork = {instance = "x", email = "y"}\n', id="inline table in a table"),
        pytest.param('[profiles.work]\r\ninstance = "x"\r\nemail = "y"\r\n', id="CRLF"),
        pytest.param('\ufeff[profiles.work]\ninstance = "x"\nemail = "y"\n', id="byte order mark"),
        pytest.param('[profiles.work]\ninstance = "x"\nemail = "y"\n[a]\n[profiles.b]\nemail = ""', id="out of order"),
        pytest.param('profiles.work.instance = "x"\nprofiles.work.email = "y"\n', id="dotted keys"),
    ],
)
def test_other_layouts_are_edited_right(text: str, tmp_path: Path) -> None:
    def add(document: dict[str, Any]) -> None:
        document["profiles"]["work"]["email"] = "z"
        document["profiles"]["new"] = {"instance": "n"}

    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())
    assert edit(str(path), add)
    written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    assert written["profiles"]["work"] == {"instance": "x", "email": "z"}
    assert written["profiles"]["new"] == {"instance": "n"}


@pytest.mark.parametrize(
    ("text", "wanted", "reason"),
    [
        pytest.param(
            "a.b.c = 1\na.d = 2\n[a.b.e]\nf = 1\n", {"a": {}}, "its layout cannot be edited safely", id="dotted keys"
        ),
        pytest.param(f"[{'.'.join('a' * 1000)}]\n", {"b": 1}, "its tables are too deep", id="deep tables"),
    ],
)
def test_file_that_cannot_be_edited_is_as_it_was(
    text: str, wanted: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    def become(document: dict[str, Any]) -> None:
        document.clear()
        document.update(wanted)

    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(CredentialError, match=f"cannot write .*: {reason}; the file is as it was"):
        edit(str(path), become)
    assert path.read_text() == text


def test_blank_lines_alone_are_no_document(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("\n\n")
    assert edit(str(path), lambda document: document.update(a={"b": 1}))
    assert path.read_text() == "[a]\nb = 1\n"


@pytest.mark.parametrize("text", ["[a]\r\nx = 1\n", "[a]\nx = 1\r\n"])
def test_lines_end_as_the_first_one_does(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())
    assert edit(str(path), lambda document: document["a"].update(y=2))
    first = text[: text.index("x")]
    assert path.read_bytes() == (text + first.replace("[a]", "y = 2")).encode()


def test_value_with_an_end_of_line_of_another_kind(tmp_path: Path) -> None:
    """As Unicode has several, and TOML does not know them."""
    path = tmp_path / "config.toml"
    path.write_text("[default]\n# the day job\n", encoding="utf-8")
    assert edit(str(path), lambda document: document["default"].update(profile="a\u2028b"))
    assert path.read_text(encoding="utf-8") == '[default]\n# the day job\nprofile = "a\u2028b"\n'


def test_byte_order_mark_is_no_obstacle_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE, encoding="utf-8-sig")
    assert edit(str(path), lambda document: document["default"].update(profile="new"))
    assert path.read_text(encoding="utf-8") == "\ufeff" + BEFORE.replace('profile = "work"', 'profile = "new"')


NAMES = st.text("ab.-_ \"'\\\n\té\u2028\U0001f600#[]=|", max_size=6)
TABLES = st.dictionaries(NAMES, st.dictionaries(NAMES, st.integers(0, 9) | NAMES | st.booleans()))


@given(TABLES, TABLES)
def test_any_document_becomes_any_other(present: dict[str, Any], wanted: dict[str, Any]) -> None:
    texts = [carry_over(tomli_w.dumps(present), wanted, layout, way) for layout in LAYOUTS for way in (True, False)]
    for text in filter(None, texts):
        assert tomllib.loads(text) == wanted
    assert any(texts) or not all(name.isalnum() for table in (present, wanted) for name in table)


def test_what_is_made_in_the_text_itself_tears_no_comment_away() -> None:
    text, wanted = "[a]\nx = 1\n\n# about b\n[b]\ny = 1\n", {"a": {"x": 1, "z": 2}, "b": {"y": 1}}
    assert carry_over(text, wanted, LAYOUTS[0]) == text.replace("x = 1\n", "x = 1\nz = 2\n")
    assert carry_over(text, wanted, LAYOUTS[0], is_rearranged=False) == text.replace("about b\n", "about b\nz = 2\n")


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        ({"a": {"x": 1}}, {"a": 1}),
        ({"a": {"b": {"x": 1}}}, {"a": 1}),
        ({"a": 1}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": {}}),
    ],
)
def test_table_becomes_a_value_and_a_value_a_table(present: dict[str, Any], wanted: dict[str, Any]) -> None:
    results = [carry_over(tomli_w.dumps(present), wanted, layout) for layout in LAYOUTS]
    assert wanted in [tomllib.loads(result) for result in results if result is not None]


def test_new_files_have_the_layout_of_the_atla_cli(home: Path) -> None:
    environment = World(Environment({"HOME": str(home)}))
    tables.save_profile(
        environment, Profile("work", "https://work.atlassian.net", "you@example.com", "file", cloud_id="id"), {}
    )
    folder = home / ".config" / "atla"
    assert (folder / "config.toml").read_text() == (
        "schema_version = 2\n\n"
        '[default]\nprofile = "work"\n\n'
        '[profiles.work]\ninstance = "https://work.atlassian.net"\nemail = "you@example.com"\n'
        'credential_store = "file"\ncloud_id = "id"\n'
    )
    assert not (folder / "helper.toml").exists()


def test_bearer_profile_has_an_empty_email(home: Path) -> None:
    environment = World(Environment({"HOME": str(home)}))
    profile = Profile("dc", "https://dc.example.com", "", "file", "bearer", username="jdoe")
    tables.save_profile(environment, profile, {"expires": date(2027, 3, 1)})
    folder = home / ".config" / "atla"
    assert 'email = ""\n' in (folder / "config.toml").read_text()
    assert (folder / "helper.toml").read_text() == '[profiles.dc]\nusername = "jdoe"\nexpires = 2027-03-01\n'


@pytest.mark.parametrize("version", ["", "schema_version = 1\n"])
def test_version_1_is_kept_as_a_copy(version: str, files: Files, home: Path) -> None:
    text = version + '[profiles.work]\ninstance = "x"\nemail = "y"\n'
    folder = files(config=text)
    environment = World(Environment({"HOME": str(home)}))
    tables.set_default(environment, "work")
    assert (folder / "config.toml.v1.bak").read_text() == text
    assert (folder / "config.toml.v1.bak").stat().st_mode & 0o777 == 0o600
    assert tomllib.loads((folder / "config.toml").read_text())["schema_version"] == 2
    tables.set_default(environment, "other")
    assert (folder / "config.toml.v1.bak").read_text() == text


def test_version_2_is_not_copied(files: Files, home: Path) -> None:
    folder = files(config="schema_version = 2\n")
    tables.set_default(World(Environment({"HOME": str(home)})), "work")
    assert not (folder / "config.toml.v1.bak").exists()


def test_helper_toml_is_put_back_if_config_toml_cannot_be_written(files: Files, home: Path) -> None:
    folder = files(config="schema_version = 2\nprofiles = []\n", helper='[profiles.work]\nproduct = "jira"  # mine\n')
    before = (folder / "helper.toml").read_bytes()
    (folder / "config.toml").unlink()
    (folder / "config.toml").mkdir()
    with pytest.raises(CredentialError):
        tables.save_profile(
            World(Environment({"HOME": str(home)})),
            Profile("work", "https://x.example", "", "file", "bearer", "jdoe"),
            {},
        )
    assert (folder / "helper.toml").read_bytes() == before


@pytest.mark.parametrize(("default", "afterwards"), [("work", "new"), ("home", "home")])
def test_choice_of_the_active_profile_follows_its_new_name(
    default: str, afterwards: str, files: Files, home: Path
) -> None:
    """And what helper.toml does not say of it, it says of no other name."""
    tables_of = "".join(f'[profiles.{name}]\ninstance = "https://h"\n' for name in ("home", "work"))
    folder = files(config=f'schema_version = 2\n[default]\nprofile = "{default}"\n{tables_of}', helper="")
    here = World(Environment({"HOME": str(home)}))
    renaming.copy_settings(here, "work", "new", {})
    renaming.rename(here, "work", "new")
    document = tomllib.loads((folder / "config.toml").read_text())
    assert document["default"] == {"profile": afterwards}
    assert list(document["profiles"]) == ["home", "new"]
    assert (folder / "helper.toml").read_text() == ""


@pytest.mark.parametrize("is_written", [True, False])
def test_helper_toml_stays_if_config_toml_was_written_all_the_same(
    is_written: bool, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may only not have been pushed to the disk."""
    write = tables.save_shared_part

    def fail(world: World, profile: Profile, only_plan: bool) -> None:
        if is_written:
            write(world, profile, only_plan)
        raise CredentialError("made-up")

    monkeypatch.setattr(tables, "save_shared_part", fail)
    folder, before = files(helper=""), b""
    with pytest.raises(CredentialError, match="made-up"):
        tables.save_profile(
            World(Environment({"HOME": str(home)})),
            Profile("work", "https://x.example", "", "file", "bearer", "jdoe"),
            {},
        )
    assert ((folder / "helper.toml").read_bytes() != before) == is_written


COMMENTED = """\
# mine, by hand
schema_version = 2

# the first
[profiles.home]
instance = "https://home.atlassian.net" # at home
email = "you@example.com"

# the second
# and more of it
[profiles.work] # at work
# inside
instance = "https://work.atlassian.net"
email = "you@example.com"

[profiles.work.policy]
allow = [
    # what it may
    "jira.*",
]

# the third
["profiles"."last.one"]
instance = "https://last.atlassian.net"
email = "you@example.com"
# the end
"""


def comments(text: str) -> list[str]:
    return re.findall("#.*", text)


@pytest.mark.parametrize(
    ("name", "gone"),
    [("home", ["# at home"]), ("work", ["# at work", "# inside", "# what it may"]), ("last.one", [])],
)
def test_only_what_stands_in_a_profiles_tables_goes_with_it(
    name: str, gone: list[str], files: Files, home: Path
) -> None:
    path = files(config=COMMENTED) / "config.toml"
    tables.remove(World(Environment({"HOME": str(home)})), name)
    assert comments(path.read_text()) == [each for each in comments(COMMENTED) if each not in gone]
    assert name not in tomllib.loads(path.read_text())["profiles"]


@pytest.mark.parametrize("name", ["home", "work", "last.one"])
@pytest.mark.parametrize("new", ["new", "new.one", "ne w"])
def test_a_renamed_profile_keeps_its_place_and_every_comment(name: str, new: str, files: Files, home: Path) -> None:
    path = files(config=COMMENTED) / "config.toml"
    renaming.rename(World(Environment({"HOME": str(home)})), name, new)
    text = path.read_text()
    assert comments(text) == comments(COMMENTED)
    assert [new if each == name else each for each in tomllib.loads(COMMENTED)["profiles"]] == list(
        tomllib.loads(text)["profiles"]
    )


@pytest.mark.parametrize(("new", "key"), [("acme", "acme"), ("a b", '"a b"'), ("ä", '"ä"')])
def test_new_name_stands_there_as_a_person_would_write_it(new: str, key: str, files: Files, home: Path) -> None:
    path = files(config='[profiles.work]\ninstance = "x"\nemail = ""\n') / "config.toml"
    renaming.rename(World(Environment({"HOME": str(home)})), "work", new)
    assert f"[profiles.{key}]\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        'profiles.work.instance = "https://work.atlassian.net"\nprofiles.work.email = ""\nprofiles.x = {instance = "a", email = ""}\n',
        '[profiles]\nwork.instance = "https://work.atlassian.net"\nwork.email = ""\n[profiles.x]\ninstance = "a"\nemail = ""\n',
        '[profiles]\nwork = {instance = "https://work.atlassian.net", email = ""}\nx = {instance = "a", email = ""}\n',
        '[profiles.work]\ninstance = "https://work.atlassian.net"\nemail = """\n[profiles.x]\n# no comment\n"""\n[profiles.x]\ninstance = "a"\nemail = ""\n',
    ],
    ids=["dotted keys", "dotted keys in a table", "inline tables", "what looks like a header"],
)
def test_profiles_of_any_layout_are_removed_and_renamed_or_left_alone(text: str, files: Files, home: Path) -> None:
    path = files(config=text) / "config.toml"
    environment = World(Environment({"HOME": str(home)}))
    present = tomllib.loads(text)["profiles"]
    steps: list[tuple[Callable[[], None], dict[str, Any]]] = [
        (lambda: renaming.rename(environment, "work", "new"), {"new": present["work"], "x": present["x"]}),
        (lambda: tables.remove(environment, "new"), {"x": present["x"]}),
    ]
    for step, wanted in steps:
        before = path.read_text()
        try:
            step()
        except CredentialError:
            assert path.read_text() == before
            return
        assert tomllib.loads(path.read_text())["profiles"] == wanted


LEFT_ALONE = """\
# mine, by hand
schema_version = 2

[default]
profile = "a"
# ---- the people ----

[profiles.a]
# inside
instance = "https://a.atlassian.net"
# between
email = "a@example.com"

# ---- customers ----

#[profiles.old]
#instance = "https://old.atlassian.net"

# the second
[profiles.b]
instance = "https://b.atlassian.net"
email = "b@example.com"
# behind the second

# ---- the rest ----

[aliases]
mine = "issue list" # [profiles.a]
"""
INSIDE = '# inside\ninstance = "https://a.atlassian.net"\n# between\nemail = "a@example.com"\n\n'


@pytest.fixture(params=["\n", "\r\n"], ids=["LF", "CRLF"])
def newline(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(files: Files, text: str, newline: str) -> Path:
    path = files() / "config.toml"
    path.write_bytes(text.replace("\n", newline).encode())
    path.chmod(0o600)
    return path


def read(path: Path, newline: str) -> str:
    text = path.read_bytes().decode()
    assert text.count("\n") == text.count(newline)
    return text.replace("\r\n", "\n")


def test_what_stands_behind_the_last_key_of_a_deleted_table_stays(files: Files, home: Path, newline: str) -> None:
    path = written(files, LEFT_ALONE, newline)
    tables.remove(World(Environment({"HOME": str(home)})), "a")
    wanted = LEFT_ALONE.replace("[profiles.a]\n" + INSIDE, "").replace('profile = "a"\n', "")
    assert read(path, newline) == wanted


@pytest.mark.parametrize(
    ("before", "behind", "left"),
    [
        pytest.param("", "\n# b\n", "# b\n", id="at the start"),
        pytest.param("", "\n", "", id="at the start, and no comment"),
        pytest.param("[a]\n", "\n# b\n", "[a]\n\n# b\n", id="close to the one before"),
        pytest.param("[a]\n", "\n", "[a]\n\n", id="close to the one before, and no comment"),
        pytest.param("[a]\n\n", "\n# b\n", "[a]\n\n# b\n", id="between blank lines"),
        pytest.param("[a]\n\n", "\n", "[a]\n\n", id="between blank lines, and no comment"),
        pytest.param("[a]\n", "", "[a]\n", id="without blank lines"),
    ],
)
def test_one_blank_line_stays_where_a_table_was(
    before: str, behind: str, left: str, newline: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(f"{before}[gone]\nx = 1\n{behind}[b]\ny = 1\n".replace("\n", newline).encode())
    assert edit(str(path), lambda document: document.pop("gone"))
    assert read(path, newline) == f"{left}[b]\ny = 1\n"


def test_the_last_profile_takes_no_comment_along(files: Files, home: Path) -> None:
    text = 'schema_version = 2\n\n[profiles]\n# all of them\n\n[profiles.a]\ninstance = "x"\nemail = ""\n\n# the end\n\n[aliases]\n'
    path = files(config=text) / "config.toml"
    tables.remove(World(Environment({"HOME": str(home)})), "a")
    assert path.read_text() == "schema_version = 2\n\n# all of them\n\n# the end\n\n[aliases]\n"


def test_a_new_key_stands_in_its_table_and_comments_stay_where_they_were(
    files: Files, home: Path, newline: str
) -> None:
    path = written(files, LEFT_ALONE.replace('profile = "a"\n', ""), newline)
    environment = World(Environment({"HOME": str(home)}))
    tables.set_default(environment, "b")
    wanted = LEFT_ALONE.replace('"a"\n', '"b"\n')
    assert read(path, newline) == wanted
    tables.save_shared_part(
        environment, Profile("b", "https://b.atlassian.net", "b@example.com", "file", cloud_id="id")
    )
    wanted = wanted.replace('b@example.com"\n', 'b@example.com"\ncredential_store = "file"\ncloud_id = "id"\n')
    assert read(path, newline) == wanted
    tables.save_shared_part(environment, Profile("c", "https://c.atlassian.net", "c@example.com", "file"))
    wanted += (
        '\n[profiles.c]\ninstance = "https://c.atlassian.net"\nemail = "c@example.com"\ncredential_store = "file"\n'
    )
    assert read(path, newline) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "# mine\n\n# the first\n[default]\n",
            '# mine\n\nschema_version = 2\n\n# the first\n[default]\nprofile = "a"\n',
        ),
        ("# the first\n[default]\n", 'schema_version = 2\n\n# the first\n[default]\nprofile = "a"\n'),
        ("x = 1\n# the first\n[default]", 'x = 1\nschema_version = 2\n# the first\n[default]\nprofile = "a"\n'),
        ("# mine\n# x\nx = 1\n[default]\n", '# mine\n# x\nx = 1\nschema_version = 2\n[default]\nprofile = "a"\n'),
        ("# mine", '# mine\nschema_version = 2\n\n[default]\nprofile = "a"\n'),
        ("# the first\n[x]\n", 'schema_version = 2\n\n# the first\n[x]\n\n[default]\nprofile = "a"\n'),
        ("[default]\n\tx = 1\n", 'schema_version = 2\n\n[default]\n\tx = 1\n\tprofile = "a"\n'),
        (
            "[default]\nx = 1\n  # behind it\n",
            'schema_version = 2\n\n[default]\nx = 1\nprofile = "a"\n  # behind it\n',
        ),
        (
            '  [default]\n    x = """\n[default]\n"""\n# c\n',
            'schema_version = 2\n\n  [default]\n    x = """\n[default]\n"""\n    profile = "a"\n# c\n',
        ),
    ],
)
def test_keys_above_the_first_table_and_in_odd_ones(text: str, wanted: str, files: Files, home: Path) -> None:
    path = files(config=text) / "config.toml"
    tables.set_default(World(Environment({"HOME": str(home)})), "a")
    assert path.read_text() == wanted


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        (
            '[profiles]\nwork = {instance = "x", email = ""} # at work\nb = {instance = "y", email = ""} # b\n',
            '[profiles]\n"ne w" = {',
        ),
        ('[profiles]\nwork.instance = "x" # at work\n"w\\u006frk" . email = "" # none\n# the end\n', '"ne w" . email'),
        (
            'profiles.work.instance = "x" # at work\n# above\nprofiles.\'work\'.email = "" # none\n',
            'profiles."ne w".email',
        ),
        ('[ profiles . "w\\u006frk" ] # at work\ninstance = "x" # here\nemail = ""\n', '[ profiles . "ne w" ]'),
        ('[\tprofiles\t.work ]\ninstance = "x" # here\nemail = ""\n', '[\tprofiles\t."ne w" ]'),
        ('  [profiles.work] # at work\n  instance = "x" # here\n  email = ""\n', '  [profiles."ne w"]'),
        ('profiles = {work = {instance = "x", email = "", more = [ # why\n]}} # at work\n', ""),
    ],
    ids=[
        "inline",
        "dotted in a table",
        "dotted",
        "a header with escapes",
        "a header with tabs",
        "a header set in",
        "inline altogether",
    ],
)
def test_renamed_keys_keep_their_comments_or_nothing_is_written(
    text: str, renamed: str, files: Files, home: Path
) -> None:
    folder = files(config="schema_version = 2\n" + text, helper=text.replace('instance = "x"', 'username = "x"'))
    present = tomllib.loads(text)["profiles"]
    environment = World(Environment({"HOME": str(home)}))
    for name, step in (("helper", partial(renaming.copy_settings, values={})), ("config", renaming.rename)):
        path = folder / f"{name}.toml"
        before = path.read_text()
        try:
            step(environment, "work", "ne w")
        except CredentialError as error:
            assert "its layout cannot be edited safely" in error.message
            assert not renamed
            assert path.read_text() == before
        else:
            assert sorted(comments(path.read_text())) == sorted(comments(before))
            assert renamed in path.read_text()
            assert tomllib.loads(path.read_text())["profiles"].keys() >= (present.keys() - {"work"}) | {"ne w"}


@pytest.mark.parametrize(
    "value",
    ['"a # b [c"', "'a # \"b'", '"""\n[profiles.x] # no\\""" x""""', "'''\n[a]''''", "[ # why\n 1, # b\n]", "{a = [{b = ']'}]}", '""', "''"],
)  # fmt: skip
def test_what_is_inside_of_a_value_is_no_statement(value: str) -> None:
    text = f"[a]\nx = {value} # c\n# d\n\n[b]\n"
    tomllib.loads(text)
    assert list(toml_text.statements(text)) == ["[a]\n", f"x = {value} # c\n", "# d\n", "\n", "[b]\n"]
    assert {"# c", "# d"} <= set(toml_text.comments(text))
    assert len(toml_text.comments(text)) == 2 + 2 * ("why" in value)
