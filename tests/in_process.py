"""A machine whose helper runs in this process: the same questions as `machine` asks a program, in a hundredth of the time."""

import io
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from atla_credential import system
from atla_credential.vault import engine, program
from atla_credential.vault.connection import Connection
from machine import Machine, Said, asked, by_approle


class OwnProcess(Machine):
    """A machine of a fleet; nothing is started."""

    def call(self, operation: str, *options: str, **request: str) -> Said:
        lines: list[str] = []
        made: list[Connection] = []

        def connection(*given: Any) -> Connection:
            made.append(Connection(*given))
            return made[-1]

        stdin, stdout = io.BytesIO(asked(**request)), io.BytesIO()
        arguments = [*self.options, *options, operation]
        with patch.object(system, "write_stderr", lines.append), patch.object(engine, "Connection", connection):
            code = program.run(
                arguments, self.variables, cast("io.RawIOBase", stdin), cast("io.RawIOBase", stdout), time.time()
            )
        for each in made:  # a program does without, as it ends
            end(each)
        return Said(code, stdout.getvalue().decode(), "".join(lines))


def end(connection: Connection) -> None:
    """End a connection, also one that a thread still waits for."""
    with suppress(OSError, AttributeError):
        connection.line.sock.shutdown(socket.SHUT_RDWR)
    connection.close()


def at_engine(folder: Path, address: str) -> OwnProcess:
    """Make a machine with what proves to an engine who it is."""
    made = by_approle(folder, address)
    return OwnProcess(made.variables, made.options, made.memory)
