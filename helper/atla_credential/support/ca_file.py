"""The certificate authority of one's own, for an instance whose certificate no public one has signed."""

import os
import ssl

from atla_credential.errors import UsageError


def checked_ca_file(path: str) -> str:
    """Return the whole path of a file of certificates.

    Args:
        path: one or more certificates in PEM form; relative to the working folder.

    Raises:
        UsageError: it cannot be read, or holds no certificate.
    """
    whole = os.path.abspath(path)
    try:
        authorities = ssl.create_default_context(cafile=whole)
    except ssl.SSLError:  # which is an OSError too
        authorities = None
    except OSError as error:
        reason = (error.strerror or "the system refuses").lower()
        raise UsageError(f"cannot read {whole}: {reason}", "give --ca-file a file of certificates") from None
    if authorities is None or not authorities.cert_store_stats()["x509"]:
        raise UsageError(f"there is no certificate in {whole}", "give --ca-file a file in PEM form")
    return whole
