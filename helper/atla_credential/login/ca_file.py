"""The certificate authority of one's own, for an instance whose certificate no public one has signed."""

import os
import ssl

from atla_credential.errors import UsageError
from atla_credential.text import is_surrogate


def checked_ca_file(path: str) -> str:
    """Return the whole path of a file of certificates.

    Args:
        path: one or more certificates in PEM form; relative to the working folder.

    Raises:
        UsageError: it cannot be read, or holds no certificate.
    """
    try:
        whole = os.path.abspath(path)
    except OSError:
        raise UsageError("the working folder is gone", "give --ca-file a whole path") from None
    if any(map(is_surrogate, whole)):
        raise UsageError("the path of --ca-file is not valid UTF-8", "rename the file, or move it")
    if os.path.exists(whole) and not os.path.isfile(whole):
        raise UsageError(f"{whole} is not a regular file", "give --ca-file a file of certificates")
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
