"""What the wheel puts beside the package: on POSIX the start script as it is and the manual, on Windows entry points.

An entry point would be started by a script that the installer writes, and that no flag can be given to. On Windows
there is no other way to make a program. Set ATLA_WHEEL=windows to build the wheel for Windows elsewhere.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SCRIPT = "helper/scripts/atla-credential"
MANUAL = "docs/man"
PROGRAMS = {
    "atla-credential": "atla_credential.__main__:main",
    "git-credential-atla": "atla_credential.__main__:git_main",
    "docker-credential-atla": "atla_credential.__main__:docker_main",
    "git-credential-atla-vault": "atla_credential.__main__:vault_main",
}
FOR_WINDOWS = sys.platform == "win32" or os.environ.get("ATLA_WHEEL") == "windows"


class EntryPoints(MetadataHookInterface):
    """Gives the wheel for Windows its entry points, and any other none."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the field that pyproject.toml calls dynamic."""
        metadata["scripts"] = PROGRAMS if FOR_WINDOWS else {}


class Scripts(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the start script into the wheel, once under each name, the ordinary start beside it, and the manual."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell the builder of the scripts, or of the tags that make installers on Windows take this wheel."""
        self.folder = ""
        if FOR_WINDOWS:
            build_data["tag"] = "py3-none-win32.win_amd64.win_arm64"
            return
        self.folder = tempfile.mkdtemp()
        for name in PROGRAMS:
            copy = shutil.copy(Path(self.root, SCRIPT), Path(self.folder, name))  # with its mode
            build_data["shared_scripts"][str(copy)] = name
        build_data["shared_scripts"][f"{SCRIPT}.py"] = "atla-credential.py"
        for page in sorted(Path(self.root, MANUAL).glob("*.[1-9]")):
            build_data["shared_data"][str(page)] = f"share/man/man{page.suffix[1:]}/{page.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copies."""
        if self.folder:
            shutil.rmtree(self.folder)
