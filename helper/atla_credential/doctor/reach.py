"""What `doctor --network` looks at in the helpers that ask a secret engine: whether the engine answers.

    GET sys/health      takes no login, and is in no audit log

Source: openbao.org/api-docs/system/health.
"""

from atla_credential.doctor.engine import commands, options_of
from atla_credential.errors import CredentialError
from atla_credential.foreign.waiting import within
from atla_credential.git.finding import Finding, steps
from atla_credential.vault.connection import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.answer.world import World
    from atla_credential.vault.connection import Reply
    from atla_credential.vault.options import Options

HEALTH = "sys/health"
# What it says of itself where it answers nobody's question.
STATES = {501: "has never been set up", 503: "is sealed"}
STAND_IN = "look at the engine, and at the network to it; until it answers, only a copy or none does"


def check_reach(world: "World") -> "Iterator[Finding]":
    """Whether the engines can be reached, each once."""
    seen = set()
    for number, words in commands(world):
        try:
            options = options_of(world, words)
        except CredentialError:
            continue  # as another check says
        told = (options.address, options["--ca-file"], options["--client-cert"])
        if told not in seen:
            seen.add(told)
            yield reached(number, options)


def reached(number: int, options: "Options") -> Finding:
    """Return what is to be said of one engine: whoever cannot have its answer at all is told that it is wrong."""
    try:
        reply = within(options.timeout_s, lambda: health_of(options))
    except TimeoutError:
        text, step = f"{options.origin} did not answer in time", STAND_IN
    except CredentialError as error:
        text, step = error.message, steps(error) or STAND_IN
    else:
        is_its_own = reply.says((reply.status,))
        if is_its_own and reply.status not in STATES:
            return Finding(f"helper {number} in helper.toml reaches {options.origin}")
        what = STATES[reply.status] if is_its_own else f"answers with status {reply.status}, and not as an engine does"
        text, step = f"{options.origin} {what}", STAND_IN
    return Finding(f"helper {number} in helper.toml: {text}", step, is_wrong=True)


def health_of(options: "Options") -> "Reply":
    """Ask the engine how it is. Raises CredentialError."""
    connection = Connection(options)
    try:
        return connection.ask("GET", HEALTH)
    finally:
        connection.close()
