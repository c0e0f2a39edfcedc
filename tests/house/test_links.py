"""Every link of every page leads somewhere in this project: to a file, a folder or a picture, and to the heading it names."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from pages import FENCE, ROOT, markdown

LINK = re.compile(r"\]\(<?([^)\s>]*)[^)]*\)|^ *\[[^\]]+\]: *(\S+)|\b(?:href|src|srcset)=\"([^\"\s]*)", re.MULTILINE)
NAMED = re.compile(r"\]\[([^\]]*)\]")
HEADING = re.compile(r"^#{1,6} (.+?)#*$", re.MULTILINE)


def prose(page: str) -> str:
    """Return a page without its code, in which nothing is a link."""
    return re.sub(r"`[^`\n]+`", "``", FENCE.sub("", page))


def anchors(page: str) -> set[str]:
    """Return what the headings of a page are called in an address; one that is there already gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(FENCE.sub("", page)):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found | set(re.findall(r"\bid=\"([^\"]+)\"", page))


def broken(path: Path, page: str) -> list[str]:
    """Return which links of a page lead nowhere. Those to other places of the network are not looked at."""
    text = prose(page)
    found = [name for name in NAMED.findall(text) if f"\n[{name}]: " not in text]
    for link in ("".join(groups) for groups in LINK.findall(text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = link.partition("#")
        target = (path.parent / unquote(name)).resolve() if name else path
        if not target.is_relative_to(ROOT) or not (target == path or target.exists()) or not link:
            found.append(link)
        elif fragment:
            there = page if target == path else target.read_text(encoding="utf-8")
            if target.suffix != ".md" or fragment not in anchors(there):
                found.append(link)
    return found


@pytest.mark.parametrize("path", markdown(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    assert broken(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](#no-heading)", "[a](how-to/git.md#no-heading)", "[a](how-to/no-page.md)", "![a](images/none.svg)",
        "[a](../contrib/none)", "[a](../contrib/quickstart#no-heading)", "[a](../../elsewhere)", "[a]()", "[a][none]",
        "[a]: none.md", '<img src="images/none.svg">', '<source srcset="images/none.svg 2x">', "[a](none.md 'a title')",
        "[`a`](none.md)", "[![a](images/flow.svg)](none.md)",
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert len(broken(ROOT / "docs" / "made-up.md", f"# A page\n\n{link}\n")) == 1


@pytest.mark.parametrize(
    "link",
    [
        "[a](#a-page)", "[a](#a-page-1)", "[a](how-to/git.md#everywhere)", "![a](images/flow.svg)", "[a](../contrib/)",
        "[a](https://example.com/x#y)", "<https://example.com>", "`[a](none.md)`", "```sh\n[a](none.md)\n```",
        "[a](reference/protocol.md#--format-json)",
    ],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_not(link: str) -> None:
    assert broken(ROOT / "docs" / "made-up.md", f"# A page\n\n## A page\n\n{link}\n") == []
