"""`doctor`: look at everything that could be wrong on this machine. Offline but for --network; changes nothing."""

from atla_credential.doctor.checks import CHECKS
from atla_credential.errors import CredentialError, UsageError
from atla_credential.git.finding import Finding, steps
from atla_credential.input.timeout import parse_timeout
from atla_credential.system import DONE, FAILED
from atla_credential.terminal import console
from atla_credential.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from atla_credential.answer.world import World

    Check = Callable[[World], Iterator[Finding]]


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential doctor --network"
    parser.add_argument("--network", action="store_true", help="ask sites about the tokens, too, and look for engines")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long a site may take: 1 to 120, else 15")


def run(options: "Namespace", world: "World") -> int:
    """Print what was found; return 1 if something will not work, else 0. Raises UsageError."""
    if options.timeout is not None and not options.network:
        raise UsageError("--timeout goes with --network", "without that, no site is asked")
    findings = all_findings(world, checks_of_network(parse_timeout(options.timeout)) if options.network else ())
    if options.json:
        found = [
            {"text": each.text, "hint": each.hint, "wrong": each.is_wrong, "verification": each.verification}
            for each in findings
        ]
        console.show_json({"findings": found})
    else:
        for each in findings:
            word, colour = ("wrong", "red") if each.is_wrong else ("note", "yellow") if each.hint else ("ok", "green")
            print(console.paint(word.ljust(5), colour, world.environment), printable(each.text), sep="  ")
            if each.hint:
                console.show(f"       {each.hint}")
    return FAILED if any(each.is_wrong for each in findings) else DONE


def checks_of_network(limit_s: float) -> "tuple[Check, ...]":
    """Return the checks that ask the sites, each for so long at most, and the secret engines."""
    from atla_credential.doctor.network import check_sites  # door: what asks a site takes long to load
    from atla_credential.doctor.reach import check_reach  # door: likewise, an engine

    def check_network(world: "World") -> "Iterator[Finding]":
        """Whether the sites take the tokens."""
        return check_sites(world, limit_s)

    return (check_network, check_reach)


def all_findings(world: "World", more: "tuple[Check, ...]" = ()) -> list[Finding]:
    """Return what all checks found, each thing once: a broken file stands in the way of more than one."""
    found: dict[str, Finding] = {}
    for check in (*CHECKS, *more):
        for finding in findings_of(check, world):
            found.setdefault(finding.text, finding)
    return list(found.values())


def findings_of(check: "Check", world: "World") -> "Iterator[Finding]":
    """Yield what a check found; where it could not look, that is what it found.

    A mistake of this program in one check hides no other. Its text is not shown: it could have a secret in it (X2).
    """
    try:
        yield from check(world)
    except CredentialError as error:
        yield Finding(error.message, steps(error), is_wrong=True)
    except Exception as error:
        text = f"{check.__name__} has failed: internal error: {type(error).__name__}"
        yield Finding(text, "please report this line; what the others have found is true", is_wrong=True)
