"""Completions for shells, made from the parsers of the commands, so that they cannot differ from them.

Names of profiles come from `list --names` at the time of asking. A name may hold anything: it is only ever compared and
quoted, never looked at by a shell (no eval, no compgen -W).
"""

from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Iterable, Iterator, Mapping

    Parsers = Mapping[str, ArgumentParser]

NAME = "atla-credential"
# Which words of which commands are names of profiles.
TAKE_NAMES = ("delete", "login", "logout", "rename", "restore", "rotate", "status", "switch")
LEADER = "get"  # whose options are all those that can stand before the command, with the next word as their value
FILE = "FILE"  # how an option says that it wants one
JOIN = "\n"
NAMES_TOO = '"$IFS$(_atla_credential_names)"'
LIST = f"{NAME} list --names 2>/dev/null"


def bash(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for bash, which may split words at a = or not, as COMP_WORDBREAKS says."""
    words = {word: lines(offered(parser)) for word, parser in parsers.items()}
    cases = [f"    {word}) words={each}{NAMES_TOO if word in TAKE_NAMES else ''} ;;" for word, each in words.items()]
    values = [f"    {option}) words={lines(choices)} ;;" for option, choices in choices_of(parsers).items()]
    values += [f"    {' | '.join(files_of(parsers))}) words=; compopt -o default 2>/dev/null ;;"]
    values += [f"    {' | '.join(texts_of(parsers))}) words= ;;"]
    return f"""_atla_credential_names() {{ {LIST}; }}
_atla_credential() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    local IFS=$'\\n' command= words= start= word text i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
        =) ((i++)) ;;
        {" | ".join(valued(parsers[LEADER]))}) [[ ${{COMP_WORDS[i + 1]}} == = ]] || ((i++)) ;;
        -*) ;;
        *) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    case $command in
    '') words={lines(summaries)} ;;
{JOIN.join(cases)}
    esac
    if [[ $current == = ]]; then current=
    elif [[ $before == = ]]; then before=${{COMP_WORDS[COMP_CWORD - 2]}}
    elif [[ $current == --*=* ]]; then before=${{current%%=*}} start=${{current%%=*}}= current=${{current#*=}}
    fi
    case $before in
    --profile) words=$(_atla_credential_names) ;;
{JOIN.join(values)}
    esac
    COMPREPLY=()
    while IFS= read -r word; do
        printf -v text %q "$word"
        if [[ -n $word && ( $word == "$current"* || $text == "$current"* ) ]]; then COMPREPLY+=("$start$text"); fi
    done <<<"$words"
}}
complete -F _atla_credential {NAME}
"""


def zsh(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for zsh: to be sourced, or put into a folder of $fpath as `_atla-credential`."""
    described = [f"        {quoted(f'{word}:{summary}')}" for word, summary in summaries.items()]
    cases = [
        f"    {word}) compadd -- {' '.join(offered(parser))}"
        + ("; compadd -a names ;;" if word in TAKE_NAMES else " ;;")
        for word, parser in parsers.items()
    ]
    values = [f"    {option}) compadd -- {' '.join(each)}; return ;;" for option, each in choices_of(parsers).items()]
    values += [f"    {option}) _files; return ;;" for option in files_of(parsers)]
    values += [f"    {' | '.join(texts_of(parsers))}) return ;;"]
    return f"""#compdef {NAME}
_atla_credential() {{
    local -a commands names
    local command before=${{words[CURRENT-1]}} i
    commands=(
{JOIN.join(described)}
    )
    for ((i = 2; i < CURRENT; i++)); do
        case ${{words[i]}} in
        {" | ".join(valued(parsers[LEADER]))}) ((i++)) ;;
        -*) ;;
        *) command=${{words[i]}}; break ;;
        esac
    done
    names=("${{(@f)$({LIST})}}")
    names=("${{(@)names:#}}")
    if [[ $PREFIX == --*=* ]]; then before=${{PREFIX%%=*}}; compset -P '*='; fi
    case $before in
    --profile) compadd -a names; return ;;
{JOIN.join(values)}
    esac
    case $command in
    '') _describe command commands ;;
{JOIN.join(cases)}
    esac
}}
if [[ ${{funcstack[1]}} == _atla_credential ]]; then _atla_credential "$@"; else compdef _atla_credential {NAME}; fi
"""


def fish(parsers: "Parsers", summaries: dict[str, str]) -> str:
    """Return the script for fish."""
    script = [
        f"function __atla_credential_names; {LIST}; end",
        f"""function __atla_credential_command
    set -l is_value no
    for word in (commandline -opc)[2..-1]
        if test $is_value = yes
            set is_value no
        else if contains -- $word {" ".join(valued(parsers[LEADER]))}
            set is_value yes
        else if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
end
function __atla_credential_is
    test "$(__atla_credential_command)" = "$argv[1]"
end""",
        f"complete -c {NAME} -f",
    ]
    for word, summary in summaries.items():
        script.append(f"complete -c {NAME} -n '__atla_credential_is \"\"' -a {word} -d {quoted(summary)}")
    for word, parser in parsers.items():
        script += fish_command(word, parser)
    script.append(f"complete -c {NAME} -n '__atla_credential_is \"\"' -l profile -xa '(__atla_credential_names)'")
    return "\n".join(script) + "\n"


def fish_command(word: str, parser: "ArgumentParser") -> list[str]:
    """Return the lines for one command."""
    start = f"complete -c {NAME} -n {quoted(f'__atla_credential_is {word}')}"
    script = [f"{start} -a {choice}" for choice in words_of(parser)]
    if word in TAKE_NAMES:
        script.append(f"{start} -a '(__atla_credential_names)'")
    for option, action in options_of(parser):
        more = f" -d {quoted(action.help or '')}"
        if option == "--profile":
            more = f" -xa '(__atla_credential_names)'{more}"
        elif action.choices:
            more = f" -xa {quoted(' '.join(map(str, action.choices)))}{more}"
        elif action.metavar == FILE:
            more = f" -rF{more}"
        elif action.nargs != 0:
            more = f" -x{more}"
        script.append(f"{start} -l {option.removeprefix('--')}{more}")
    return script


def lines(words: "Iterable[str]") -> str:
    """Return words in lines, quoted for a shell."""
    return quoted("\n".join(words))


def options_of(*parsers: "ArgumentParser") -> "Iterator[tuple[str, Action]]":
    """Yield the long options of commands, each with what argparse knows of it."""
    for parser in parsers:
        for action in parser._actions:
            yield from ((option, action) for option in action.option_strings if option.startswith("--"))


def words_of(parser: "ArgumentParser") -> list[str]:
    """Return the words that a command takes."""
    return [str(word) for action in parser._actions if not action.option_strings for word in action.choices or ()]


def offered(parser: "ArgumentParser") -> list[str]:
    """Return the long options of a command and the words that it takes."""
    return [*(option for option, _ in options_of(parser)), *words_of(parser)]


def choices_of(parsers: "Parsers") -> dict[str, list[str]]:
    """Return what can stand behind which option, with any command."""
    found = [(option, str(each)) for option, action in options_of(*parsers.values()) for each in action.choices or ()]
    return {option: [*dict.fromkeys(each for name, each in found if name == option)] for option, _ in found}


def files_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which a file stands."""
    return [option for option, action in options_of(*parsers.values()) if action.metavar == FILE]


def texts_of(parsers: "Parsers") -> list[str]:
    """Return the options behind which something stands that nobody can know, so that nothing is offered there."""
    known = {"--profile", *choices_of(parsers), *files_of(parsers)}
    return [option for option in dict.fromkeys(valued(*parsers.values())) if option not in known]


def valued(*parsers: "ArgumentParser") -> list[str]:
    """Return the long options that take a value."""
    return [option for option, action in options_of(*parsers) if action.nargs != 0]
