"""The program installed once more, in a place of the test's own, where it can be changed."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

import atla_credential
from conftest import BIN, TIMEOUT_S

PACKAGE = Path(atla_credential.__file__).parent
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
TAG = f"{sys.implementation.cache_tag}.pyc"


class Place:
    """A place where the program is installed as a virtual environment, or as something like it."""

    def __init__(self, folder: Path, variables: Mapping[str, str], packages: str = "site-packages") -> None:
        self.folder, self.variables = folder, {**variables, "PATH": "/nowhere"}
        self.bin = folder / "bin"
        self.library = folder / "lib" / VERSION / packages
        self.package = self.library / "atla_credential"
        self.bin.mkdir(parents=True)
        shutil.copytree(PACKAGE, self.package)
        for name in ("atla-credential", "git-credential-atla", "docker-credential-atla", "git-credential-atla-vault"):
            shutil.copy(BIN / name, self.bin / name)
        (self.bin / VERSION).symlink_to(BIN / "python")
        self.ordinary(BIN / "python")

    def ordinary(self, python: Path) -> None:
        """Write the ordinary start as an installer does, with the interpreter that it was asked to install for."""
        lines = (BIN / "atla-credential.py").read_text().splitlines(keepends=True)
        assert lines[0].startswith("#!/")
        (self.bin / "atla-credential.py").write_text("".join([f"#!{python}\n", *lines[1:]]))

    def compiled(self, name: str) -> Path:
        source = self.package / name
        return source.parent / "__pycache__" / f"{source.name}.{TAG}"

    def compiled_folders(self) -> list[Path]:
        return list(self.package.rglob("__pycache__"))

    def run(self, *arguments: str, program: Path | str = "", **more: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [program or self.bin / "atla-credential", *arguments], capture_output=True, stdin=subprocess.DEVNULL,
            env={**self.variables, **more}, timeout=TIMEOUT_S, check=False, cwd=self.folder,
        )  # fmt: skip

    def link_libraries(self, folder: Path | None = None) -> None:
        """Let the libraries that the program declares be found in a folder: beside the package, if not said otherwise."""
        for name in libraries():
            ((folder or self.library) / name).symlink_to(PACKAGE.parent / name)

    def change(self, name: str, old: str, new: str) -> None:
        """Change a module's source."""
        source = self.package / f"{name}.py"
        before = source.read_text()
        assert old in before
        source.write_text(before.replace(old, new))


def libraries(name: str = "atla-credential") -> set[str]:
    """Return what lies in site-packages of all that a distribution declares, and of what that declares in turn."""
    found: set[str] = set()
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            tops = {path.parts[0] for path in distribution(needed.name).files or ()}
            found |= {top for top in tops if top not in ("..", "__pycache__")} | libraries(needed.name)
    return found
