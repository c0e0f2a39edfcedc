"""Who vouches for a site: a file or folder of certificates that somebody has named, else the operating system.

Source: docs/decisions/0025-the-systems-certificates.md
"""

import os
import re
import ssl

import truststore

from atla_credential.foreign.variables import CERTIFICATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment

HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")  # how OpenSSL finds a certificate in a folder


class UnusableCertificates(Exception):
    """What somebody has named cannot be used. It is never a reason to trust something else.

    Args:
        name: the variable or setting that names it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def trust(environment: "Environment", ca_file: str | None) -> tuple[str, str]:
    """Return what names the certificates, and their path; ("", "") for the system's.

    Args:
        ca_file: that of the profile, or None.
    """
    named = [("ca_file", ca_file or ""), *((name, environment.variables.get(name, "")) for name in CERTIFICATES)]
    return next(((name, path) for name, path in named if path), ("", ""))


def context_for(name: str, path: str) -> ssl.SSLContext:
    """Return what a connection is made with. Raises UnusableCertificates.

    Args:
        name, path: as `trust` returns them.
    """
    if not path:
        return at_least_1_2(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context = at_least_1_2(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # which checks certificates and names
    try:
        if not os.path.isabs(path):  # nothing depends on the working folder (safety X1)
            raise UnusableCertificates(name)
        if os.path.isdir(path):
            if not any(map(HASHED.fullmatch, os.listdir(path))):
                raise UnusableCertificates(name)
            context.load_verify_locations(capath=path)
            return context
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise UnusableCertificates(name) from None
    if not context.cert_store_stats()["x509"]:
        raise UnusableCertificates(name)
    return context


def at_least_1_2(context: ssl.SSLContext) -> ssl.SSLContext:
    """Refuse older TLS, which a Python that leaves this to OpenSSL's settings, as Debian's does, takes."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
