"""The profile that the variables make."""

from atla_credential.model import Profile
from atla_credential.places.instance import default_name, is_atlassian_hosted, is_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment


def profile_of(environment: "Environment", instance: str) -> Profile:
    """Return the profile that the variables make, of which one gives an instance. Raises CredentialError."""
    user = None
    if not is_whole(instance):
        from atla_credential.input.instance import complete_instance  # door: what people paste

        instance, user = complete_instance(instance)
    email = environment.email or ""
    auth = environment.auth or ("basic" if email or is_atlassian_hosted(instance) else "bearer")
    return Profile(environment.profile or default_name(instance), instance, email, None, auth, user)
