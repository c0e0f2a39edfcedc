"""Who we are at an address of Atlassian's or of a Data Center."""

import json
import subprocess


def credential(url: str) -> tuple[str, str] | None:
    """Return where REST calls for an address go and the Authorization that they need, or None if no profile is for it.

    Raises:
        subprocess.CalledProcessError: at everything else, such as exit code 3 for no token and 5 for try again; why is
            on standard error.
    """
    done = subprocess.run(["atla-credential", "get", "--format", "json", "--url", url], stdout=subprocess.PIPE)
    if done.returncode == 4:
        return None
    done.check_returncode()
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ValueError("atla-credential get: no JSON") from None  # the decoder's own error holds all of it
    return answer["apiBaseUrl"], answer["authorization"]
