"""What people type who come from the `atla` and the `atlcli` CLI, and what it is called here.

What means the same is taken as it is; this is the rest. docs/reference/coming-from.md has the whole table.
"""

OPTIONS = {
    "--output": "it is called --json here",
    "-o": "it is called --json here",
    "--insecure": "a certificate of your own authority is given with --ca-file FILE",
    "--network": "it goes with doctor; status asks the site with --verify",
    "--timeout": "it goes with what asks a site: login, import, rotate, restore, discover, status --verify, doctor",
    "--fix": "nothing is changed here by itself; do what the hints say",
    "--no-log": "leave it out; nothing is logged here",
    "--api-token": "leave it out; a token is taken as one without it",
    "--oauth": "there is no OAuth login here; make an API token",
    "--skill-version": "leave it out; see the version: atla-credential --version",
}
WORDS = {
    "explain-policy": ("policies are the business of the atla CLI", "see which profile answers: explain URL"),
}


def option_here(text: str) -> str | None:
    """Return what an option of the other tools is here, where some text has one among its words."""
    words = (word.partition("=")[0] for word in text.split())
    return next((OPTIONS[word] for word in words if word in OPTIONS), None)
