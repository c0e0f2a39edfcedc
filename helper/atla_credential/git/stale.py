"""What is said of an `Authorization` that git sends by itself: where it is set, and what to do; never what it holds."""

import os

from atla_credential.git.extra_header import read_headers, sent
from atla_credential.git.finding import Finding
from atla_credential.git.host import without_user
from atla_credential.git.line_number import line_of
from atla_credential.model import Query
from atla_credential.places.address import split_url
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atla_credential.environment import Environment
    from atla_credential.git.extra_header import Header
    from atla_credential.git.host import Origin

GIVEN = "GIT_CONFIG_KEY_"  # the variables of git's settings that have a number; the value has one of its own


def why_no_rejection(environment: "Environment", query: Query, rejected: str | None) -> str | None:
    """Say why the server has not judged a token; None if git sends no other one there, as far as its settings say."""
    for header in sent(read_headers(environment, in_repository=True), query):
        if header.name and not header.holds(rejected):
            where, step = place_of(header, environment)
            kept = "so the rejection says nothing of the token, which is kept"
            return f"git sends an Authorization of its own there, {kept}: {where}; {step}"
    return None


def check_headers(
    environment: "Environment", origins: "Iterable[Origin]", in_repository: bool = False
) -> "Iterator[Finding]":
    """Say where git sends an `Authorization` of its own to one of some hosts."""
    headers = read_headers(environment, in_repository)
    hosts = {origin[1]: sent(headers, Query(origin)) for origin in origins} if headers else {}
    for header in headers:
        named = [host for host, found in hosts.items() if header in found]
        if header.name and named:
            where, step = place_of(header, environment)
            to = ", ".join(named) if header.context else "every host"
            yield Finding(f"git sends an Authorization of its own to {to}: {where}", step)


def check_headers_at(environment: "Environment", query: Query) -> "Iterator[Finding]":
    """Say where git, in any repository, sends an `Authorization` of its own with a request: it may be an old one.

    What the server says of such a request is said of the header, and counts for no stored token.
    """
    for header in sent(read_headers(environment, in_repository=False), query):
        if header.name:
            where, step = place_of(header, environment)
            yield Finding(f"git sends an Authorization of its own there, whatever is answered here: {where}", step)


def place_of(header: "Header", environment: "Environment") -> tuple[str, str]:
    """Return a header's setting with the place where it stands, and how it is taken out there."""
    url = split_url(header.context)
    is_somebody_s = url is not None and url.username is not None  # which can be a token, with a password or without
    address = without_user(url) if url is not None and is_somebody_s else header.context
    setting = ".".join(["http", *([address] if address else []), "extraHeader"])
    path = header.path
    if path is None:
        variable = variable_of(header, environment)
        if variable is None:
            return f"{setting} of git -c, in GIT_CONFIG_PARAMETERS", "if it is old, leave it out there"
        return f"{setting} in {variable}", f"if it is old, correct {variable}, or unset GIT_CONFIG_COUNT"
    line = line_of(path, header.key, header.number)
    path = os.path.abspath(path) if os.path.exists(path) else path  # git's word for one below its own folder
    where = f"{setting} in {path}" + ("" if line is None else f", line {line}")
    if is_somebody_s:
        return where, "if it is old, take it out there"
    command = f"git config --file {quoted(path)} --unset-all {quoted(setting)} '^{header.name}[:;]'"
    return where, f"if it is old, run: {command}"


def variable_of(header: "Header", environment: "Environment") -> str | None:
    """Return the variable that holds a header, if it is one of those with a number."""
    for name, key in environment.variables.items():
        variable = f"GIT_CONFIG_VALUE_{name.removeprefix(GIVEN)}"
        is_its = name.startswith(GIVEN) and key.lower() == header.key.lower()
        if is_its and environment.variables.get(variable) == header.value:
            return variable
    return None
