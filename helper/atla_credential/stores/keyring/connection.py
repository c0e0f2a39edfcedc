"""The library's connection to the session bus, over a socket of ours: the library would not look who is there."""

import socket

from jeepney.auth import BEGIN, Authenticator
from jeepney.io.blocking import DBusConnection

from atla_credential.environment import SESSION_BUS
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.bus_socket import Foreign, Nobody, connected
from atla_credential.stores.keyring.dbus_message import Unexpected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

PART = 1 << 10  # bytes


def connect(environment: "Environment", limit_s: float) -> DBusConnection:
    """Connect to the session bus, and sign in.

    Raises:
        NoKeyring: there is none, nobody answers, or its address is of another kind.
        Unavailable: it belongs to another user.
        TimeoutError, OSError: it does not let us in.
        AuthenticationError: it says so.
    """
    address = environment.bus_address
    if address is None:
        raise keyring_error.no_bus()
    try:
        bus = connected(address, environment.runtime_folder, lambda: limit_s)
    except Foreign:
        raise keyring_error.foreign_bus() from None
    except Nobody:
        is_named = environment.variables.get(SESSION_BUS, "")
        raise keyring_error.dead_bus() if is_named else keyring_error.no_bus() from None
    except Unexpected:
        raise keyring_error.strange_bus() from None
    return sign_in(socket.socket(fileno=bus.detach()), limit_s)


def sign_in(bus: socket.socket, limit_s: float) -> DBusConnection:
    """Say who we are, each step within a time, and make a connection of it. Raises as connect does."""
    try:
        bus.settimeout(limit_s)
        authenticator = Authenticator()
        for data in authenticator:
            bus.sendall(data)
            answer = bus.recv(PART)
            if not answer:
                raise ConnectionResetError
            authenticator.feed(answer)
        bus.sendall(BEGIN)
        bus.settimeout(None)
        return DBusConnection(bus)
    except BaseException:
        bus.close()
        raise
