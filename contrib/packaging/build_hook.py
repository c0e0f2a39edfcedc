"""What the archives hold beside the package, and how an index shows the README.

A wheel holds the manual; on POSIX also the start script as it is, on Windows entry points. An entry point would be
started by a script that the installer writes, and that no flag can be given to. On Windows there is no other way to
make a program. Set ATLA_WHEEL=windows to build the wheel for Windows elsewhere.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SCRIPT = "helper/scripts/atla-credential"
MANUAL = "docs/man"
README = "README.md"
PROGRAMS = {
    "atla-credential": "atla_credential.__main__:main",
    "git-credential-atla": "atla_credential.__main__:git_main",
    "docker-credential-atla": "atla_credential.__main__:docker_main",
    "git-credential-atla-vault": "atla_credential.__main__:vault_main",
}
FOR_WINDOWS = sys.platform == "win32" or os.environ.get("ATLA_WHEEL") == "windows"

# Pictures that lie in a folder are left out, and of a link there its text stays.
BESIDE = r"(?![a-z][a-z+.-]*:)"  # no scheme: a file beside the page, or a heading of it
ALONE = (
    (r"<picture>.*?</picture>\s*", ""),
    (rf"<img\b[^>]*\bsrc=[\"']{BESIDE}[^>]*>\s*", ""),
    (rf"<a\b[^>]*\bhref=[\"']{BESIDE}[^>]*>(.*?)</a>", r"\1"),
    (rf"!\[[^\]]*\]\({BESIDE}[^)]*\)\s*", ""),
    (rf"\[([^\]]*)\]\({BESIDE}[^)]*\)", r"\1"),
)
WHERE = "\nThe other pages named here are in the folder `docs` of the source archive.\n"


def standing_alone(page: str) -> str:
    """Return a page of Markdown without links to what lies beside it: an index shows it alone."""
    for pattern, instead in ALONE:
        page = re.sub(pattern, instead, page, flags=re.DOTALL)
    return page + WHERE


class Metadata(MetadataHookInterface):
    """Gives an index a README that stands alone, and the wheel for Windows its entry points; any other has none."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the fields that pyproject.toml calls dynamic."""
        page = Path(self.root, README).read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": standing_alone(page)}
        metadata["scripts"] = PROGRAMS if FOR_WINDOWS else {}


class Scripts(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the manual into the wheel, and the start script, once under each name, with the ordinary start beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell the builder of the pages, and of the scripts or of the tags by which installers on Windows take it."""
        self.folder = ""
        for page in sorted(Path(self.root, MANUAL).glob("*.[1-9]")):
            build_data["shared_data"][str(page)] = f"share/man/man{page.suffix[1:]}/{page.name}"
        if FOR_WINDOWS:
            build_data["tag"] = "py3-none-win32.win_amd64.win_arm64"
            return
        self.folder = tempfile.mkdtemp()
        for name in PROGRAMS:
            copy = shutil.copy(Path(self.root, SCRIPT), Path(self.folder, name))  # with its mode
            build_data["shared_scripts"][str(copy)] = name
        build_data["shared_scripts"][f"{SCRIPT}.py"] = "atla-credential.py"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copies."""
        if self.folder:
            shutil.rmtree(self.folder)
