"""How much memory a process has had at most."""

import shutil
import statistics
import subprocess

from benchmarks.case import BARE, Case, Place

RUNS = 5

# The kernel counts what the starting process has in memory among the peak of what it starts, until that is another
# program. So a small process has to start it: GNU time, or where there is none an interpreter with next to nothing.
LAUNCHER = """
import posix, sys
pid = posix.posix_spawn(sys.argv[2], sys.argv[2:], posix.environ)
peak = posix.wait4(pid, 0)[2].ru_maxrss
with open(sys.argv[1], "w") as file:
    file.write(str(peak))
"""


class Scale:
    """Weighs the peak memory of cases.

    Args:
        place: where the readings are written.
        python: an interpreter, for where GNU time is missing.
    """

    def __init__(self, place: Place, python: str) -> None:
        self.reading = place.folder / "peak"
        self.launcher: tuple[str, ...] = (python, "-I", "-S", "-c", LAUNCHER, str(self.reading))
        self.method = BARE
        time = shutil.which("time")
        if time and self.is_gnu(time):
            self.launcher = (time, "--quiet", "--format=%M", f"--output={self.reading}")
            self.method = "GNU time"
        self.floor_kib = self.peak_kib(Case("true", "", (shutil.which("true") or "/bin/true",), place.environment))

    def is_gnu(self, time: str) -> bool:
        done = subprocess.run([time, "--version"], capture_output=True, text=True)
        return "GNU" in done.stdout + done.stderr

    def peak_kib(self, case: Case) -> float:
        """Return the median of some runs."""
        return statistics.median(self.read(case) for _ in range(RUNS))

    def read(self, case: Case) -> int:
        case.forget()
        with case.stdin.open("rb") as stdin:
            subprocess.run(
                [*self.launcher, *case.arguments], env=case.environment, stdin=stdin, stdout=subprocess.DEVNULL
            )
        return int(self.reading.read_text(encoding="ascii"))
