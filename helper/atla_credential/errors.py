"""By name, every error of `raised`, which is loaded when the first is named.

A `get` that succeeds names none, and to make their classes would take it longer than to read its files. So a module of
`get` says `errors.NoCredential` where it raises or catches one; any other imports it from here, as usual.

Source: PEP 562.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.raised import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        """Return what `raised` calls so. Raises AttributeError."""
        from atla_credential import raised  # door: something has gone wrong, or this process is no `get`

        return getattr(raised, name)
