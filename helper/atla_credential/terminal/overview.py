"""The words of the program, what each is for, and the help that shows them all."""

NAME = "atla-credential"
SUMMARIES = {
    "init": "log in for the first time: asks for everything",
    "login": "make or update a profile and store its token",
    "import": "take over the logins that other programs keep",
    "status": "show a profile and where its token comes from",
    "list": "list all profiles",
    "switch": "choose the active profile",
    "rename": "give a profile another name",
    "rotate": "put a new token in place of the old one, if the site knows it",
    "restore": "put back a token that a caller's 401 has set aside",
    "logout": "remove a profile's token, and keep the profile",
    "delete": "remove a profile",
    "exec": "run a program with a profile's credential in its variables",
    "setup-git": "tell git to ask us for the hosts of the profiles",
    "explain": "say step by step who would answer at an address",
    "discover": "find out the cloud id of a Cloud site",
    "doctor": "look for what could be wrong on this machine",
    "completion": "print the completions for a shell",
    "config": "print where the settings are",
    "help": "show the help of a command, or a page of the manual",
}
OPERATION_SUMMARIES = {
    "get": "answer who we are at an address: username and password",
    "store": "keep a token that worked, in the profile it belongs to",
    "erase": "set aside a stored token that was rejected",
    "capability": "say what this helper can do",
}

FIRST_STEPS = f"""\
log in first:  {NAME} init       (there are no profiles yet)
then for git:  {NAME} setup-git  (scripts: {NAME} get --help)
all commands:  {NAME} --help
"""


def overview() -> str:
    """Return the help of the whole program."""
    lines = [
        f"usage: {NAME} COMMAND [OPTIONS]",
        "",
        "Keep Atlassian credentials and hand them to any program that asks.",
        "",
        "commands:",
        *(f"  {name:<11} {summary}" for name, summary in SUMMARIES.items()),
        "",
        "operations (git's credential protocol, for programs):",
        *(f"  {name:<11} {summary}" for name, summary in OPERATION_SUMMARIES.items()),
        "",
        f"start here: {NAME} init, then {NAME} setup-git",
        "with every command: --profile NAME, --json, --no-input (never ask), --help",
    ]
    return "\n".join(lines) + "\n"


def sentence(summary: str) -> str:
    """Return a summary as it stands in a help: "find out the id of a Cloud site" keeps the C of Cloud."""
    return f"{summary[0].upper()}{summary[1:]}."
