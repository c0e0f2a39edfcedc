"""git-lfs and cargo at a real server, with `credential.helper = atla` and nothing else: both ask git, or as git does."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import snapshot
from developer import ACCESS_TOKEN, BEARER, BEARER_AS_PASSWORD, JDOE, OBJECT, OBJECT_ID, WORK, Developer

Accounts = Callable[..., Path]


@pytest.mark.skipif(not shutil.which("git-lfs"), reason="not installed: git-lfs")
@pytest.mark.parametrize("account", [WORK, ACCESS_TOKEN], ids=["basic", "bearer"])
def test_git_lfs(account: dict[str, str], developer: Developer, accounts: Accounts) -> None:
    """It asks by itself; before 3.6 it knows no Bearer, and sends the token as a password, whatever git there is."""
    before = snapshot(accounts(work={**account, "username": "jdoe"}))
    developer.git("lfs", "install")
    developer.git("clone", "-q", developer.url("/both/team/media.git"), "media")
    assert (developer.home / "media" / "object.bin").read_text() == OBJECT
    by_lfs = [
        header for path, status, header in developer.server.requests() if path.endswith(OBJECT_ID) and status == 200
    ]
    assert by_lfs in ([[JDOE]] if account is WORK else [[BEARER], [BEARER_AS_PASSWORD]])
    assert snapshot(developer.folder) == before


@pytest.fixture
def cargo(developer: Developer) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs cargo in a crate that needs a private one, without a network."""
    if not shutil.which("cargo") or not shutil.which("rustc"):
        pytest.skip("not installed: cargo")
    # rustup's cargo is found through the home folder, which is a private one here.
    root = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    developer.variables["RUSTC"] = f"{root}/bin/rustc"
    crate = developer.home / "crate"
    (crate / "src").mkdir(parents=True)
    (crate / "src" / "lib.rs").write_text("pub const ANSWER: u8 = private::ANSWER;\n")
    (crate / "Cargo.toml").write_text(
        '[package]\nname = "public"\nversion = "1.0.0"\nedition = "2021"\n'
        f'[dependencies]\nprivate = {{ git = "{developer.url("/basic/team/crate.git")}", branch = "main" }}\n'
    )

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        where = ("--manifest-path", str(crate / "Cargo.toml"))
        return developer.run(f"{root}/bin/cargo", *arguments, *where, stdin="", code=0, **more)

    return run


@pytest.mark.parametrize("by_git", ["true", "false"], ids=["git fetches", "cargo itself fetches"])
def test_cargo(
    by_git: str, developer: Developer, accounts: Accounts, cargo: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    before = snapshot(accounts(work=WORK))
    authority = {"SSL_CERT_FILE": str(developer.server.authority)}
    cargo("build", CARGO_NET_GIT_FETCH_WITH_CLI=by_git, **authority)
    assert developer.headers() == [JDOE]
    assert list(developer.home.glob("crate/target/debug/libpublic.rlib"))
    assert snapshot(developer.folder) == before
