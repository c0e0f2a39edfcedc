"""What is uploaded: what is in it, the same bytes wherever and whenever it is built, and a page that stands alone."""

import email
import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from interop.test_install import PROGRAMS, PROJECT, SLOW_S

BUILD = """
import os
from hatchling.build import build_sdist, build_wheel

for folder, seconds in (("dated", "1700000000"), ("undated", None)):
    os.makedirs(folder)
    if seconds:
        os.environ["SOURCE_DATE_EPOCH"] = seconds
    else:
        del os.environ["SOURCE_DATE_EPOCH"]
    build_sdist(folder)
    for wheel in ("", "windows"):
        os.environ["ATLA_WHEEL"] = wheel
        build_wheel(folder)
"""
ARCHIVES = ("atla_credential-*.tar.gz", "atla_credential-*-any.whl", "atla_credential-*.win_arm64.whl")
BUILT = ("dated", "undated")
SOURCES = ("contrib", "docs", "helper", "tests", ".gitignore", "LICENSE", "README.md", "pyproject.toml")


def build(tree: Path, **variables: str) -> None:
    """Build the archives of a tree into its folders `dated` and `undated`."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=tree, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True,
        text=True, timeout=SLOW_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def copied(tree: Path, names: tuple[str, ...] = SOURCES) -> Path:
    """Copy the project as a clone has it, in an order."""
    tree.mkdir(parents=True)
    for name in names:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, tree)
    return tree


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    (folder / "a").mkdir()
    build(copied(folder / "tree"), TMPDIR=str(folder / "a"))
    return folder / "tree"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build elsewhere, later, for somebody else: all that a machine can differ in, but for Python and hatchling."""
    folder = tmp_path_factory.mktemp("second")
    (folder / "z").mkdir()
    tree = copied(folder / "another name" / "tree", SOURCES[::-1])
    for path in sorted(tree.rglob("*"), reverse=True):
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (now := time.time() - 10**8, now))
    before = os.umask(0o077)
    try:
        build(tree, TMPDIR=str(folder / "z"), TZ="Pacific/Chatham", LC_ALL="C", PYTHONHASHSEED="7", HOME=str(folder))
    finally:
        os.umask(before)
    return tree


def archives(tree: Path, folder: str) -> dict[str, bytes]:
    found = [next((tree / folder).glob(pattern)) for pattern in ARCHIVES]
    return {path.name: path.read_bytes() for path in found}


def test_wheel_has_the_scripts_and_no_entry_points(first: Path) -> None:
    with zipfile.ZipFile(next((first / "dated").glob(ARCHIVES[1]))) as archive:
        names = archive.namelist()
        scripts = {name.rpartition("/")[2]: archive.getinfo(name) for name in names if ".data/scripts/" in name}
        assert sorted(scripts) == sorted([*PROGRAMS, "atla-credential.py"])
        for name, information in scripts.items():
            is_program = name in PROGRAMS
            assert information.external_attr >> 16 & 0o777 == (0o755 if is_program else 0o644)
            source = PROJECT / "helper" / "scripts" / ("atla-credential" if is_program else name)
            assert archive.read(information) == source.read_bytes()
    assert not [name for name in names if name.endswith("entry_points.txt")]
    assert all(name.startswith(("atla_credential/", "atla_credential-")) for name in names)


def test_wheel_for_windows_has_entry_points(first: Path) -> None:
    with zipfile.ZipFile(next((first / "dated").glob(ARCHIVES[2]))) as archive:
        assert not [name for name in archive.namelist() if ".data/scripts/" in name]
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry_points).decode()
    assert "atla-credential = atla_credential.__main__:main" in text
    assert "git-credential-atla = atla_credential.__main__:git_main" in text
    assert "docker-credential-atla = atla_credential.__main__:docker_main" in text
    assert "git-credential-atla-vault = atla_credential.__main__:vault_main" in text


def test_every_archive_has_the_manual(first: Path) -> None:
    pages = sorted(path.name for path in (PROJECT / "docs" / "man").iterdir())
    with tarfile.open(next((first / "dated").glob(ARCHIVES[0]))) as archive:
        names = [archive.getnames()]
    for pattern in ARCHIVES[1:]:
        with zipfile.ZipFile(next((first / "dated").glob(pattern))) as wheel:
            names.append([name for name in wheel.namelist() if "/share/man/man" in name])
    for each in names:
        assert sorted(name.rpartition("/")[2] for name in each if re.search(r"/man\d?/", name)) == pages


def test_building_leaves_nothing_behind(first: Path) -> None:
    assert list((first.parent / "a").iterdir()) == []


def test_two_builds_give_the_same_bytes(first: Path, second: Path) -> None:
    for folder in BUILT:
        one, other = archives(first, folder), archives(second, folder)
        assert [name for name in one if one[name] != other.get(name)] == []


def test_the_source_archive_gives_the_same_wheels(first: Path, tmp_path: Path) -> None:
    with tarfile.open(next((first / "undated").glob("*.tar.gz"))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # the first Pythons 3.11 know none
        archive.extractall(tmp_path)  # noqa: S202 - it is our own
    (tree,) = tmp_path.iterdir()
    build(tree)
    for folder in BUILT:
        one, other = archives(first, folder), archives(tree, folder)
        assert [name for name in one if one[name] != other.get(name)] == []


def test_the_time_is_the_one_that_is_given(first: Path) -> None:
    """Without one it is the builder's own fixed day."""
    times = []
    for folder in BUILT:
        for path in (first / folder).glob("*.whl"):
            with zipfile.ZipFile(path) as archive:
                times.append({each.date_time for each in archive.infolist()})
    assert times == [{(2023, 11, 14, 22, 13, 20)}] * 2 + [{(2020, 2, 2, 0, 0, 0)}] * 2


def targets(page: str) -> list[str]:
    """Return where links and pictures of a page lead."""
    found = re.findall(r"\]\(([^)]*)\)|\b(?:href|src|srcset)=[\"']([^\"']*)|^\[[^\]]+\]: *(\S+)", page, re.MULTILINE)
    return ["".join(groups) for groups in found]


LINKED = """<picture><source srcset="docs/dark.svg"><img src="docs/light.svg"></picture>
<img alt="x" src="docs/a.svg"> <img src="https://example.com/a.svg"> <a href="docs/a.md">one</a> <a href="https://example.com/">two</a>
![a picture](docs/a.svg) [three](docs/a.md) [`four`](#four), [five
in two lines](docs/a.md#five) and [six](https://example.com/six), [seven](mailto:you@example.com)
"""
ALONE = """<img src="https://example.com/a.svg"> one <a href="https://example.com/">two</a>
three `four`, five
in two lines and [six](https://example.com/six), [seven](mailto:you@example.com)
"""


def test_a_page_that_stands_alone() -> None:
    hook = runpy.run_path(str(PROJECT / "contrib" / "packaging" / "build_hook.py"))
    assert hook["standing_alone"](LINKED) == ALONE + hook["WHERE"]
    assert len(targets(LINKED)) == 12


def test_the_description_leads_nowhere_it_cannot(first: Path) -> None:
    descriptions: set[str] = set()
    for path in (first / "dated").glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            name = next(each for each in archive.namelist() if each.endswith("/METADATA"))
            metadata = email.message_from_string(archive.read(name).decode())
        assert metadata["Description-Content-Type"] == "text/markdown"
        descriptions.add(str(metadata.get_payload()))
    (text,) = descriptions
    assert [each for each in targets(text) if not re.match(r"https?://", each)] == []
    assert text.startswith("# atla-credential\n")
