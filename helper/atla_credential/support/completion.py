"""Completions for shells, made from the parsers of the commands, so that they cannot differ from them.

Names of profiles come from `list --json` at the time of asking.
"""

from atla_credential.errors import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Iterable, Mapping

    Parsers = Mapping[str, ArgumentParser]

NAME = "atla-credential"
FILE = "FILE"  # how an option says that it wants one
# Which words of which commands are names of profiles.
TAKE_NAMES = ("delete", "logout", "rename", "switch")
# A name stands in a line of its own there: "profile": "work", and one with escapes in it is left out.
JOIN = "\n"
NAMES_TOO = '"$IFS$(_atla_credential_names)"'
LIST = f"""{NAME} list --json 2>/dev/null | sed -n '/[\\\\]/d; s/^ *"profile": "\\(.*\\)",$/\\1/p'"""


def bash(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for bash."""
    cases = [
        f"    {word}) words={lines([*options(parser), *words_of(parser)])}{NAMES_TOO if word in TAKE_NAMES else ''} ;;"
        for word, parser in parsers.items()
    ]
    values = [f"    {option}) words={lines(choices)} ;;" for option, choices in choices_of(parsers).items()]
    values += [f"    {option}) words=; compopt -o default 2>/dev/null ;;" for option in files_of(parsers)]
    return f"""_atla_credential_names() {{ {LIST}; }}
_atla_credential() {{
    local IFS=$'\\n' current=${{COMP_WORDS[COMP_CWORD]}} command= words= word i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in -*) ;; *) command=${{COMP_WORDS[i]}}; break ;; esac
    done
    case $command in
    '') words={lines(summaries)} ;;
{JOIN.join(cases)}
    esac
    case ${{COMP_WORDS[COMP_CWORD - 1]}} in
    --profile) words=$(_atla_credential_names) ;;
{JOIN.join(values)}
    esac
    COMPREPLY=()
    while IFS= read -r word; do # not compgen -W, which would run what stands in a name
        if [[ -n $word && $word == "$current"* ]]; then COMPREPLY+=("$(printf %q "$word")"); fi
    done <<<"$words"
}}
complete -F _atla_credential {NAME}
"""


def zsh(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for zsh: to be sourced, or put into a folder of $fpath as `_atla-credential`."""
    described = [f"        {quoted(f'{word}:{summary}')}" for word, summary in summaries.items()]
    cases = [
        f"    {word}) compadd -- {' '.join([*options(parser), *words_of(parser)])}"
        + ("; compadd -a names ;;" if word in TAKE_NAMES else " ;;")
        for word, parser in parsers.items()
    ]
    values = [f"    {option}) compadd -- {' '.join(each)}; return ;;" for option, each in choices_of(parsers).items()]
    values += [f"    {option}) _files; return ;;" for option in files_of(parsers)]
    return f"""#compdef {NAME}
_atla_credential() {{
    local -a commands names
    commands=(
{JOIN.join(described)}
    )
    if (( CURRENT == 2 )); then _describe command commands; return; fi
    names=("${{(@f)$({LIST})}}")
    case ${{words[CURRENT-1]}} in
    --profile) compadd -a names; return ;;
{JOIN.join(values)}
    esac
    case ${{words[2]}} in
{JOIN.join(cases)}
    esac
}}
if [[ ${{funcstack[1]}} == _atla_credential ]]; then _atla_credential "$@"; else compdef _atla_credential {NAME}; fi
"""


def fish(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for fish."""
    script = [f"function __atla_credential_names; {LIST}; end", f"complete -c {NAME} -f"]
    for word, summary in summaries.items():
        script.append(f"complete -c {NAME} -n __fish_use_subcommand -a {word} -d {quoted(summary)}")
    for word, parser in parsers.items():
        seen = quoted(f"__fish_seen_subcommand_from {word}")
        if word in TAKE_NAMES:
            script.append(f"complete -c {NAME} -n {seen} -a '(__atla_credential_names)'")
        for choice in words_of(parser):
            script.append(f"complete -c {NAME} -n {seen} -a {choice}")
        for action in parser._actions:
            for option in long_options(action):
                more = f" -d {quoted(action.help or '')}"
                if option == "--profile":
                    more = f" -xa '(__atla_credential_names)'{more}"
                elif action.choices:
                    more = f" -xa {quoted(' '.join(map(str, action.choices)))}{more}"
                elif action.metavar == FILE:
                    more = f" -rF{more}"
                elif action.nargs != 0:
                    more = f" -x{more}"
                script.append(f"complete -c {NAME} -n {seen} -l {option.removeprefix('--')}{more}")
    return "\n".join(script) + "\n"


def lines(words: "Iterable[str]") -> str:
    """Return words in lines, quoted for a shell."""
    return quoted("\n".join(words))


def options(parser: "ArgumentParser") -> list[str]:
    """Return the long options of a command."""
    return [option for action in parser._actions for option in long_options(action)]


def long_options(action: "Action") -> list[str]:
    """Return the long forms of an option; none for a word."""
    return [option for option in action.option_strings if option.startswith("--")]


def words_of(parser: "ArgumentParser") -> list[str]:
    """Return the words that a command takes."""
    return [str(word) for action in parser._actions if not action.option_strings for word in action.choices or ()]


def choices_of(parsers: "Parsers") -> dict[str, list[str]]:
    """Return what can stand behind which option, whatever the command."""
    return {
        option: [str(choice) for choice in action.choices]
        for parser in parsers.values()
        for action in parser._actions
        if action.choices
        for option in long_options(action)
    }


def files_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which a file stands."""
    actions = (action for parser in parsers.values() for action in parser._actions if action.metavar == FILE)
    return [option for action in actions for option in long_options(action)]
