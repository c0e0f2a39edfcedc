"""A private copy of the environment of the tests, into whose package the faults go."""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

from mutation.source import PACKAGE, Source


def make(environment: Path, folder: Path) -> None:
    """Make a copy of a virtual environment, with the package as it now is in the tree.

    Args:
        environment: what tests/run has left.
        folder: a folder that is not there yet.
    """
    packages = next(environment.glob("lib/python*/site-packages"))
    shutil.copytree(
        environment, folder, symlinks=True, ignore=lambda path, names: names if Path(path) == packages else []
    )
    copied = folder / packages.relative_to(environment)
    for each in packages.iterdir():
        if each.name != PACKAGE.name:
            (copied / each.name).symlink_to(each)
    shutil.copytree(PACKAGE, copied / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(copied / PACKAGE.name, quiet=1)


def package() -> Path:
    """Return the package of the environment whose interpreter this is."""
    return next(Path(sys.prefix).glob("lib/python*/site-packages")) / PACKAGE.name


def plant(source: Source, text: str) -> None:
    """Put a text for a module, and compile it: a compiled file is known by time and size, and both can be the same."""
    path = package() / f"{source.name}.py"
    path.write_text(text, encoding="utf-8")
    py_compile.compile(str(path), doraise=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
