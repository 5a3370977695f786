"""Completion at the prompt: names of things in the graph, saved queries with their parameters, properties, prefixes.

The functions here are `shell_complete`s of click. They look at the graph the command line names (else the usual one),
and never fail or speak: where there is no graph, nothing is offered. It refuses to offer more than MOST names, and
reads labels alone, not the graph, where the file's format lets it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from aigraph.commands.options import DEFAULT_GRAPH, usual
from aigraph.errors import AigraphError

MOST = 200  # names offered at once
_LABELS = (b"core#prefLabel> ", b"core#altLabel> ")
_LAST_WORD = re.compile(r"[\w:.-]*$")


def names_of_things(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names in the graph that begin so; case, width and script count only where that leaves some."""
    return [CompletionItem(name) for name in _beginning(incomplete, labels(_graph(ctx)))]


def labels(path: Path) -> set[str]:
    """Every name in a graph file or store folder; none where it cannot be read."""
    try:
        if path.suffix.lower() in (".nq", ".nt") and path.is_file():
            return _scanned(path)
        from aigraph.graph.rdf import ALT_LABEL, PREF_LABEL
        from aigraph.storage.store import GraphStore

        with GraphStore.read(path) as store:
            quads = [q for p in (PREF_LABEL, ALT_LABEL) for q in store.inner.quads_for_pattern(None, p, None, None)]
            return {getattr(quad.object, "value", "") for quad in quads}
    except (AigraphError, OSError, SyntaxError, ValueError):
        return set()


def _scanned(path: Path) -> set[str]:
    """The names of an N-Quads or N-Triples file: only the lines of labels are parsed."""
    from pyoxigraph import RdfFormat, parse

    with path.open("rb") as file:
        lines = b"".join(line for line in file if _LABELS[0] in line or _LABELS[1] in line)
    return {getattr(quad.object, "value", "") for quad in parse(input=lines, format=RdfFormat.N_QUADS)}


def _graph(ctx: click.Context) -> Path:
    return usual(Path(ctx.params.get("graph") or os.environ.get("AIGRAPH_GRAPH") or DEFAULT_GRAPH))


def _beginning(start: str, names: Iterable[str]) -> list[str]:
    """The names that begin with `start`, exactly if any do, else in any spelling; the shortest first."""
    from aigraph.text.normalise import name_key

    known = {name for name in names if name and "\n" not in name}
    wanted = start.casefold()
    found = [name for name in known if name.casefold().startswith(wanted)]
    if not found:
        key = name_key(start)
        found = [name for name in known if name_key(name).startswith(key)]
    return sorted(found, key=lambda name: (len(name), name.casefold(), name))[:MOST]


# -- properties and queries -----------------------------------------------------------------------------------------


def properties(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Properties of the vocabulary, with their labels."""
    from aigraph.schema import load_schema

    schema = load_schema()
    known = {**schema.relations, **schema.figures}
    bare = incomplete.removeprefix("aig:")
    lead = incomplete[: len(incomplete) - len(bare)]
    return [
        CompletionItem(lead + name, help=" / ".join(term.labels.values()))
        for name, term in known.items()
        if name.lower().startswith(bare.lower())
    ]


def fact_words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Subject, property, object, by how many words stand there already."""
    given = len(ctx.params.get(param.name or "") or ())
    return properties(ctx, param, incomplete) if given == 1 else names_of_things(ctx, param, incomplete)


def queries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Saved queries and query files; within SPARQL text, prefixes and terms."""
    if re.search(r"\s", incomplete):
        return _terms(incomplete)
    from aigraph.ask.saved import saved_queries

    lang = str(ctx.params.get("lang") or "en")
    known = [query for query in saved_queries().values() if query.name.startswith(incomplete)]
    found = [CompletionItem(query.name, help=query.about(lang)) for query in known]
    return found or [CompletionItem(incomplete, type="file")]


def _terms(text: str) -> list[CompletionItem]:
    """The text with its last word completed to a prefix or a term of the vocabulary."""
    from aigraph.graph.rdf import PREFIXES
    from aigraph.schema import load_schema

    found = _LAST_WORD.search(text)
    word = found[0] if found else ""
    head, schema = text[: len(text) - len(word)], load_schema()
    if word.startswith("aig:"):
        known = [f"aig:{name}" for name in (*schema.relations, *schema.figures, *schema.entity_types)]
    else:
        known = [f"{prefix}:" for prefix in PREFIXES]
    return [CompletionItem(head + one) for one in known if word and one.lower().startswith(word.lower())]


def parameters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """NAME=VALUE of the saved query that stands before: its parameters, then names or properties for their values."""
    from aigraph.ask.saved import find_query

    try:
        query = find_query(str(ctx.params.get("text") or ""))
    except AigraphError:
        return []
    name, equals, value = incomplete.partition("=")
    if not equals:
        given = {str(item).partition("=")[0] for item in ctx.params.get(param.name or "") or ()}
        open_ones = [p for p in query.params if p.name not in given and p.name.startswith(name)]
        return [CompletionItem(f"{p.name}=", help=p.about(str(ctx.params.get("lang") or "en"))) for p in open_ones]
    kind = next((p.kind for p in query.params if p.name == name), "")
    kinds = {"name": names_of_things, "property": properties}
    offered = kinds[kind](ctx, param, value) if kind in kinds else []
    return [CompletionItem(f"{name}={item.value}", help=item.help) for item in offered]


# -- the command ----------------------------------------------------------------------------------------------------

# Bash takes "=" and ":" for words of their own and quotes nothing: both are mended here. The others are click's.
_BASH = r"""%(complete_func)s() {
    local IFS=$'\n' response completion type value lead piece
    local -a words=()
    for piece in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if (( ${#words[@]} )) && [[ $piece == [=:]* || ${words[-1]} == *[=:] ]]; then
            words[-1]+=$piece
        else
            words+=("$piece")
        fi
    done
    lead=${words[-1]%%"${words[-1]##*[=:]}"}
    response=$(env COMP_WORDS="${words[*]}" COMP_CWORD=$(( ${#words[@]} - 1 )) %(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    for completion in $response; do
        type=${completion%%%%,*} value=${completion#*,}
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                case ${words[-1]} in
                    [\"\']*) ;;
                    *) value=${value#"$lead"}; printf -v value %%q "$value" ;;
                esac
                [[ $value == *= || $value == *: ]] && compopt -o nospace
                COMPREPLY+=("$value") ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
SHELLS = ("bash", "zsh", "fish")


def script(shell: str, command: click.Command) -> str:
    """The text that makes a shell complete this command line."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise AigraphError(f"no completion for {shell}; there is one for {', '.join(SHELLS)}")
    made = kind(command, {}, "aigraph", "_AIGRAPH_COMPLETE")
    return _BASH % made.source_vars() if shell == "bash" else made.source()


@click.command(short_help="Completion of names at the prompt.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options, names of things in the graph (in any script),
    saved queries with their parameters, properties and prefixes.

    Names come from the graph that --graph or AIGRAPH_GRAPH names, else from the usual one. To switch it on, add the
    line for your shell to its start file.

    \b
    Examples:
      eval "$(aigraph completion bash)"
      eval "$(aigraph completion zsh)"
      aigraph completion fish | source
    """
    click.echo(script(shell, ctx.find_root().command), nl=False)
