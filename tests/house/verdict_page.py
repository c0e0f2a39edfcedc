"""Print the parts of docs/reference/verdicts.md that are made from the code: python tests/house/verdict_page.py."""

from atla_credential.site.answer import RULES
from atla_credential.site.questions import QUESTIONS
from atla_credential.site.verdict import ROWS, Reason

# What stands on the page for what is filled in.
WORDS = {
    "as_whom": " as NAME (E-MAIL or USER NAME)",
    "change": "atla-credential login --profile NAME",
    "certificates": "VARIABLE or `ca_file`",
    "host": "HOST",
    "limit": "N",
    "login": "atla-credential login --profile NAME",
    "login_as_basic": "atla-credential login --profile NAME --email EMAIL",
    "new_address": "HOST",
    "put_back": "atla-credential restore NAME --no-verify",
    "renew": "make a new one, then run: atla-credential login --profile NAME",
    "retry_after_s": "N",
    "scopes": "SCOPE",
    "the_address": "the instance of profile NAME",
    "words": "...",
}


def lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def cell(common: str, cases: object) -> str:
    """Return a text, and those for special cases."""
    texts = [common.format_map(WORDS)]
    assert isinstance(cases, tuple)
    texts += [f"where {lowered(case.__doc__)}: {text.format_map(WORDS)}" for case, text in cases]
    return "; ".join(filter(None, texts)) or "-"


def row(reason: Reason) -> str:
    message, step = cell(reason.message, reason.messages), cell(reason.step, reason.steps)
    return f"| `{reason.word}` | {reason.verdict} | {reason.exit_code} | {message} | {step} |"


def parts() -> dict[str, str]:
    """Return the parts, by the heading that they stand under."""
    head = "| reason | verdict | exit | message | next step |\n|---|---|---|---|---|\n"
    rules = [f"{number}. {rule.__doc__}." for number, rule in enumerate(RULES, 1)]
    return {
        "The table": head + "\n".join(map(row, ROWS)),
        "What is asked": "\n".join(f"- {each.__doc__}" for each in QUESTIONS),
        "What an answer means": "\n".join(rules),
    }


if __name__ == "__main__":
    for heading, text in parts().items():
        print(f"## {heading}\n\n{text}\n")
