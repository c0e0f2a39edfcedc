"""What the tests of other helpers share: a profile without a token of its own, and what its helpers would give."""

from pathlib import Path

from conftest import Run

SITE = "https://work.atlassian.net"
WHO = b"username=you@example.com\n"
FULL = b"protocol=https\nhost=work.atlassian.net\nusername=you@example.com\npassword=%b\n\n"
LIMIT_S = 2  # for a helper of the impatient program


def get(run: Run, **more: str) -> tuple[int, bytes, str]:
    done = run("get", "--url", SITE, **more)
    return done.returncode, done.stdout, done.stderr.decode()


def processes_of(home: Path) -> list[str]:
    """Return the command lines of processes that name a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in words and " -m pytest" not in words:
            found.append(words)
    return found
