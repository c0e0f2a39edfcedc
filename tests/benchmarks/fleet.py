"""The rows of a token that a secret engine has: a real OpenBao, and the helper that asks it, with a copy and without."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.case import Case, Place
from benchmarks.program import Program, answer, email, request, token, write_profiles
from openbao import Engine, openbao

WITH_COPY, COLD = "helper of a secret engine, a copy", "helper of a secret engine, cold"
SKIPPED = "skipped: the helper of a secret engine (not installed: OpenBao)"
MAX_AGE_S = 10 * 86_400  # as long as no run takes


@contextmanager
def secret_engine(place: Place) -> Iterator[Engine]:
    """Start an engine that has the token of the first profile, and end it."""
    with openbao(place.new_folder("engine")) as engine:
        engine.put("secret/data/atlassian/p0.atlassian.net", token=token(0), username=email(0))
        yield engine


def fleet_cases(program: Program, engine: Engine) -> Iterator[Case]:
    """Yield the case of an answer from a copy, which the first call makes, and of one for which nothing has been kept.

    A cold one is a connection over TLS, a login, a read, and a copy.
    """
    place = program.place
    proof = " ".join(f"--{name}-file={engine.folder}/machine/{name}" for name in ("role-id", "secret-id"))
    entry = f"atla-vault --path=secret/data/atlassian/{{host}} --auth=approle {proof} --max-age={MAX_AGE_S}"
    where = write_profiles(place, 1, "by-helper")
    place.write("by-helper/atla/helper.toml", f"[helper]\nhelpers = ['{entry}']\n[profiles.p0]\nstorage = \"helper\"\n")
    asked = request(place, "p0")
    for question, folder in ((WITH_COPY, "copies"), (COLD, "no-copies")):
        memory = place.new_folder(folder)
        environment = {
            **place.environment,
            "PATH": f"{program.folder}:{place.environment['PATH']}",
            "XDG_CONFIG_HOME": where,
            "XDG_RUNTIME_DIR": str(memory),
            "BAO_ADDR": engine.address,
            "BAO_CACERT": str(engine.authority),
        }
        yield Case(
            program.name(question), "program", program.command, environment, asked, answer(0), question=question,
            forgets=memory / "atla-vault" if question == COLD else None,
        )  # fmt: skip
