"""What the tests say of one fault."""

from collections import Counter

from mutation import replica, scope, touch, trial
from mutation.fault import Fault
from mutation.touch import Touches


class Inquiry:
    """Plants faults and sees whether a test turns red. The tests are known to be green without one.

    Args:
        touches: what each test that calls functions touches.
        is_quick: whether no test is run that starts programs.
    """

    def __init__(self, touches: Touches, is_quick: bool) -> None:
        self.touches, self.is_quick = touches, is_quick
        self._successes: Counter[str] = Counter()  # how many faults a test that calls functions has noticed
        self._proven: set[str] = set()  # tests that start programs, and were green without a fault
        self._unfit: set[str] = set()  # those that were red, on this machine or in a copy

    def verdict(self, fault: Fault) -> str:
        """Return the name of a test that turned red, or what else happened; trial.GREEN if nothing has."""
        replica.plant(fault.source, fault.planted)
        try:
            return self._verdict(fault)
        finally:
            replica.plant(fault.source, fault.source.text)

    def _verdict(self, fault: Fault) -> str:
        for wanted in self._rounds(fault):
            said = trial.verdict(paths_of(wanted), trial.Selection(wanted), sum(wanted.values()))
            if said != trial.GREEN:
                self._successes[said] += 1
                return said
        paths = [] if self.is_quick else scope.starting(fault.module)
        while paths and (said := trial.verdict(paths, trial.Selection(without=self._unfit), STARTING_S)) != trial.GREEN:
            if self._is_proof(fault, said):
                return said
        return trial.GREEN

    def _rounds(self, fault: Fault) -> list[dict[str, float]]:
        """Return the tests that call functions and meet a fault: the likeliest first, as to read all files takes a second.

        These are the ones that noticed the most faults before, then those of the file that meets it most, then the others.
        """
        found = {name: each.seconds for name, each in self.touches.items() if each.meets(fault.module, fault.lines)}
        files = [file_of(name) for name in found if fault.module in self.touches[name].lines]
        own = f"test_{fault.module.rpartition('/')[2]}.py"
        first = max(files, key=lambda path: (path.endswith(own), files.count(path)), default="")
        likely = [name for name, _ in self._successes.most_common() if name in found][:LIKELIEST]
        rounds: list[dict[str, float]] = [{}, {}, {}]
        for name, seconds in found.items():
            rounds[0 if name in likely else 1 if file_of(name) == first else 2][name] = seconds
        return [each for each in rounds if each]

    def _is_proof(self, fault: Fault, name: str) -> bool:
        """Tell whether a test that turned red is green without the fault."""
        if "::" not in name or name in self._proven:
            return True
        replica.plant(fault.source, fault.source.text)
        said = trial.verdict([file_of(name)], trial.Selection({name: 0}), STARTING_S)
        (self._proven if said == trial.GREEN else self._unfit).add(name)
        replica.plant(fault.source, fault.planted)
        return name in self._proven


STARTING_S, LEARNING_S = 120, 300
LIKELIEST = 20  # tests


def file_of(name: str) -> str:
    """Return the file in which a test stands."""
    return name.partition("::")[0]


def paths_of(names: dict[str, float]) -> list[str]:
    """Return the files in which tests stand."""
    return list(dict.fromkeys(map(file_of, names)))


def learn() -> Touches:
    """Return what each test that calls functions touches; run them all if that is not known.

    Raises:
        SystemExit: one of them is red without any fault.
    """
    key = touch.digest(scope.CALLING)
    if (known := touch.read(key)) is not None:
        return known
    print("running the tests that call functions once, to see what each of them touches", flush=True)
    touches, said = trial.record(scope.CALLING, LEARNING_S)
    if said != trial.GREEN:
        raise SystemExit(f"red without any fault: {said}")
    touch.keep(key, touches)
    return touches
