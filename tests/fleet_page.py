"""The page about fleets, docs/how-to/fleet.md: its blocks, a shell for its commands, and what belongs around its YAML."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from conftest import TIMEOUT_S
from openbao import ROOT

PAGE = (ROOT / "docs" / "how-to" / "fleet.md").read_text(encoding="utf-8")


def blocks(heading: str, kind: str, page: str = PAGE) -> list[str]:
    """Return the blocks of a kind below a heading, without what a list puts before them."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^( *)```{kind}\n(.*?)^\1```$", section, re.MULTILINE | re.DOTALL)
    assert found, (heading, kind)
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def pod_of(page: str, heading: str) -> dict[str, Any]:
    """Return the specification of a pod that the last block of YAML below a heading is."""
    found: dict[str, Any] = yaml.safe_load(blocks(heading, "yaml", page)[-1])
    return found


def run_block(text: str, folder: Path, variables: Mapping[str, str], **more: str) -> "subprocess.CompletedProcess[str]":
    """Run the commands of a block, up to the first that fails."""
    return subprocess.run(
        ["/bin/sh", "-ec", text], cwd=folder, env={**variables, **more}, capture_output=True, text=True,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip


def shell(text: str, folder: Path, variables: Mapping[str, str], **more: str) -> str:
    """Run the commands of a block, each of which has to succeed; return what they print."""
    done = run_block(text, folder, variables, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fails(text: str, folder: Path, variables: Mapping[str, str], **more: str) -> str:
    """Run the commands of a block, of which one has to fail; return what is said of that."""
    done = run_block(text, folder, variables, **more)
    assert done.returncode != 0, done.stdout
    return done.stderr
