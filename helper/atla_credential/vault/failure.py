"""Why the engine gives no secret. No text of an answer or of an exception ever reaches a person (safety X2)."""

from atla_credential.errors import CredentialError


class Refused(CredentialError):
    """The engine says no, or this machine cannot say who it is: it may not have what it was answered before."""


class SecretRefused(Refused):
    """The engine knows this machine, and says no to one secret. Of others that says nothing."""


class Unreachable(CredentialError):
    """The engine does not answer, or not as one does. That says nothing of the secret."""


class NotAnswered(Unreachable):
    """The engine is there, and this question is none to it. Whoever asks another one need not leave it alone."""


class NotTrusted(CredentialError):
    """Somebody answers who cannot show that it is the engine."""
