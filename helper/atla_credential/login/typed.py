"""A login as it could be typed once more."""

from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

OPTIONS = (
    "profile", "instance", "email", "username", "cloud_id", "product", "deployment", "expires", "ca_file", "timeout",
    "storage",
)  # fmt: skip
FLAGS = ("bearer", "token_stdin", "no_verify", "dry_run", "no_input", "json")


def typed(options: "Namespace", **instead: str | None) -> str:
    """Return the command that logs in with some options; without the token, if one was in the command.

    Args:
        instead: what some of the options are to be; None for one that is to be left out.
    """
    given = {name: getattr(options, name) for name in OPTIONS if name not in instead}
    flags = [f"--{name.replace('_', '-')}" for name in FLAGS if name not in instead and getattr(options, name)]
    return " ".join(["atla-credential login", *words_of(given), *flags, *words_of(instead)])


def words_of(given: "dict[str, str | None]") -> list[str]:
    """Return options with their values, of those that have one: an empty one makes a profile forget something."""
    return [option(name, value) for name, value in given.items() if value is not None]


def option(name: str, value: str) -> str:
    """Return an option with its value, which begins with a hyphen only behind a "="."""
    return f"--{name.replace('_', '-')}{'=' if value.startswith('-') else ' '}{quoted(value)}"
