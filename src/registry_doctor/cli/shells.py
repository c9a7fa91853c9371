"""Completion in bash, zsh and fish: the script for each shell, and the words that it asks for.

click has such scripts, too. These also complete words with `:` or a space in them, and add no space after a part of a
path, so that the next part can follow.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

from registry_doctor.cli import COMPLETE

if TYPE_CHECKING:
    import click

PROGRAM = "wandb-registry"
LINE = "_WANDB_REGISTRY_LINE"
"""The environment variable with the command line up to the cursor."""

_BASH = """\
_wandb_registry_completion() {
    local IFS=$'\\n' line kind value help prefix="" typed="" word="${COMP_WORDS[COMP_CWORD]}"
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value help; do
        case $kind in
            typed)
                typed=$value
                # bash begins a new word after each colon, unless the word is quoted
                if [[ $COMP_WORDBREAKS == *:* && $typed == *:* && $word != [\\"\\']* ]]; then
                    prefix=${typed%"${typed##*:}"}
                fi ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain)
                [[ $value == *[/:] ]] && compopt -o nospace 2>/dev/null
                value=${value#"$prefix"}
                if [[ $word != [\\"\\']* && $value == *[!A-Za-z0-9_./:@,=+-]* ]]; then
                    printf -v value %q "$value"
                fi
                COMPREPLY+=("$value") ;;
        esac
    done < <(_WANDB_REGISTRY_LINE="${COMP_LINE:0:COMP_POINT}" _WANDB_REGISTRY_COMPLETE=bash_complete "${1/#\\~/$HOME}" 2>/dev/null </dev/null)
}
complete -F _wandb_registry_completion wandb-registry
"""

_ZSH = """\
#compdef wandb-registry
_wandb_registry_completion() {
    local -a plain partial described fields
    local line
    for line in "${(@f)$(_WANDB_REGISTRY_LINE="${(j: :)words[1,CURRENT]}" _WANDB_REGISTRY_COMPLETE=zsh_complete "${words[1]/#\\~/$HOME}" 2>/dev/null </dev/null)}"; do
        fields=("${(@ps:\\t:)line}")
        case $fields[1] in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $fields[2] == *[/:] ]]; then
                    partial+=("$fields[2]")
                elif [[ -n $fields[3] ]]; then
                    described+=("${fields[2]//:/\\\\:}:$fields[3]")
                else
                    plain+=("$fields[2]")
                fi ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#plain )) && compadd -U -V unsorted -a plain
    (( $#partial )) && compadd -U -S '' -V unsorted -a partial
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _wandb_registry_completion "$@"
else
    compdef _wandb_registry_completion wandb-registry
fi
"""

_FISH = """\
function _wandb_registry_completion
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    for line in (env _WANDB_REGISTRY_LINE=(commandline -cp | string collect) _WANDB_REGISTRY_COMPLETE=fish_complete $program 2>/dev/null </dev/null)
        set -l fields (string split \\t -- $line)
        switch $fields[1]
            case dir
                __fish_complete_directories $fields[2]
            case file
                __fish_complete_path $fields[2]
            case plain
                if test -n "$fields[3]"
                    printf '%s\\t%s\\n' $fields[2] $fields[3]
                else
                    printf '%s\\n' $fields[2]
                end
        end
    end
end
complete --no-files --command wandb-registry --arguments '(_wandb_registry_completion)'
"""


class _Shell(ShellComplete):
    """What all shells share: they pass the line up to the cursor, and read one line of fields for each completion."""

    def source(self) -> str:
        """The script, which nothing has to be put into."""
        return self.source_template

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one at the cursor, and that one."""
        # A letter more makes the last word a word, also if it is empty or a quote is open.
        *words, last = split_arg_string(f"{os.environ.get(LINE, '')}x")
        return words[1:], last[:-1]

    def complete(self) -> str:
        """The lines for the script; first what was typed, without quotes."""
        arguments, incomplete = self.get_completion_args()
        found = [each for each in self.get_completions(arguments, incomplete) if each.value.isprintable()]
        return "\n".join([f"typed\t{incomplete}\t", *map(self.format_completion, found)])

    def format_completion(self, item: CompletionItem) -> str:
        """One completion: its kind, its text, and its help."""
        return f"{item.type}\t{item.value}\t{' '.join((item.help or '').split())}"


class Bash(_Shell):
    """bash from 4.4 on."""

    name = "bash"
    source_template = _BASH


class Zsh(_Shell):
    """zsh with its completion system loaded."""

    name = "zsh"
    source_template = _ZSH


class Fish(_Shell):
    """fish from 3 on."""

    name = "fish"
    source_template = _FISH


SHELLS: dict[str, type[_Shell]] = {each.name: each for each in (Bash, Zsh, Fish)}


def register() -> None:
    """Let click use these in the place of its own."""
    for each in SHELLS.values():
        add_completion_class(each)


def script(shell: str, command: click.Command) -> str:
    """The script that a shell reads once, when it starts."""
    return SHELLS[shell](command, {}, PROGRAM, COMPLETE).source()
