"""`query`, `show` and `explain`: ask the graph, and ask it why."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.completion import fact_words, names_of_things, parameters, queries
from aigraph.commands.options import as_of_option, format_option, graph_option, lang_option, open_graph, open_view
from aigraph.commands.output import console, say, write_rows

if TYPE_CHECKING:
    import pyoxigraph

    from aigraph.ask.dossier import Explanation, Named
    from aigraph.ask.facts import Fact, Source
    from aigraph.ask.saved import SavedQuery


@click.command(short_help="Ask in SPARQL or by a saved query.")
@click.argument("text", metavar="QUERY", required=False, shell_complete=queries)
@click.argument("params", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=parameters)
@graph_option
@as_of_option
@click.option("--ranks", is_flag=True, help="Give every fact aig:rank, and closed ones aig:closedOn, aig:closedBy.")
@lang_option
@click.option("--iris", is_flag=True, help="Show addresses instead of names.")
@click.option("--limit", type=click.IntRange(1), help="At most this many rows.")
@click.option("--list", "listing", is_flag=True, help="List the saved queries with their parameters, in --lang.")
@format_option("table", "csv", "json", "markdown")
def query(
    text: str | None,
    params: tuple[str, ...],
    graph: Path,
    as_of: str | None,
    dated_only: bool,
    ranks: bool,
    lang: str,
    iris: bool,
    limit: int | None,
    listing: bool,
    form: str,
) -> None:
    """Ask QUERY: SPARQL text, a .rq file, or the name of a saved query with its parameters.

    The prefixes aig:, id:, skos:, schema:, prov:, oa:, dcterms:, rdf:, rdfs: and xsd: are known. With --as-of the
    graph is asked as of that day: what was said by then and holds on it; facts closed by a later value are out. Its
    facts carry aig:rank ("preferred", "normal", "deprecated"), as they do with --ranks.

    Numbers come with all their digits (a table separates their thousands). A term of aig: that neither the vocabulary
    nor the graph has is named on standard error; SERVICE is refused, unless the graph lies at an endpoint.

    \b
    Examples:
      aigraph query --list
      aigraph query leaderboard benchmark="AIME 2024"
      aigraph query "SELECT ?model WHERE { ?model aig:developedBy id:deepseek }" --format csv
      aigraph query my.rq --graph exports/graph.nq
      aigraph query price-history product=GPT-4o --as-of 2025-06-30
    """
    from aigraph.ask.query import run_query
    from aigraph.ask.saved import saved_queries

    if listing:
        rows = [
            {"name": q.name, "help": q.about(lang), "parameters": _params(q, lang)} for q in saved_queries().values()
        ]
        write_rows(("name", "help", "parameters"), rows, form)
        return
    if text is None:
        raise click.UsageError("what to ask? give SPARQL, a .rq file or a saved query (see --list)")
    given = _given(params)
    with open_view(graph, as_of, dated_only, ranks=ranks) as view:
        result = run_query(view, text, given, label_lang=None if iris else lang, limit=limit)
        _warn_of_terms(view, text)
    write_rows(result.columns, result.rows, form)


def _given(params: tuple[str, ...]) -> dict[str, str]:
    given = {}
    for item in params:
        name, equals, value = item.partition("=")
        if not equals:
            raise click.UsageError(f"{item!r} is no parameter; write NAME=VALUE")
        given[name] = value
    return given


def _warn_of_terms(view: pyoxigraph.Store, text: str) -> None:
    """Name the terms of SPARQL text that do not exist; saved queries and files are taken as they are."""
    from aigraph.ask.saved import INLINE, find_query
    from aigraph.ask.terms import unknown_terms

    for term, near in unknown_terms(view, text) if find_query(text).name == INLINE else ():
        say(f"the vocabulary has no aig:{term}" + (f"; nearest: {', '.join(near)}" if near else ""))


def _params(saved: SavedQuery, lang: str) -> str:
    return "; ".join(f"{p.name}{'' if p.default is None else '=' + p.default} ({p.about(lang)})" for p in saved.params)


@click.command(short_help="Everything known of a thing, with sentences.")
@click.argument("name", shell_complete=names_of_things)
@graph_option
@as_of_option
@lang_option
@format_option("text", "json")
def show(name: str, graph: Path, as_of: str | None, dated_only: bool, lang: str, form: str) -> None:
    """Everything known about NAME (any alias, in any script), each fact with its sentences.

    With --as-of, what was known and held on that day, as `query --as-of`.

    \b
    Examples:
      aigraph show DeepSeek-V3
      aigraph show DeepSeek --lang zh-Hans --as-of 2025-06-30
      aigraph show NVIDIA --format json
    """
    from aigraph.ask.dossier import describe, facts_about
    from aigraph.ask.names import Names

    with open_view(graph, as_of, dated_only) as store:
        nodes = Names(store).find(name)
        found = [(describe(store, node), facts_about(store, node)) for node in nodes]
        if form == "json":
            things = [{**asdict(thing), "facts": [asdict(fact) for fact in facts]} for thing, facts in found]
            click.echo(json.dumps(things, ensure_ascii=False, indent=1))
            return
        for thing, facts in found:
            _print_thing(store, thing, facts, lang)


def _print_thing(store: pyoxigraph.Store, thing: Named, facts: list[Fact], lang: str) -> None:
    from aigraph.ask.dossier import name_of

    out = console()
    name = name_of(store, thing.id, lang)
    out.print(f"{name}  ({', '.join(thing.types)}; id {thing.id})", style="bold")
    others = [other for other in thing.names if other != name]
    if others:
        out.print("also called: " + ", ".join(others))
    for fact in sorted(facts, key=lambda fact: fact.subject != thing.id):
        _print_fact(store, fact, lang, about=thing.id)
    out.print()


def _print_fact(store: pyoxigraph.Store, fact: Fact, lang: str, *, about: str | None = None) -> None:
    from aigraph.ask.dossier import name_of
    from aigraph.graph.rdf import ENTITY_QUALIFIERS

    subject = name_of(store, fact.subject, lang)
    target = _figure(fact) if fact.is_figure else name_of(store, str(fact.object), lang)
    said = f"{fact.predicate}: {target}" if fact.subject == about else f"{subject} {fact.predicate} {target}"
    more = ", ".join(
        f"{key} {name_of(store, str(value), lang) if key in ENTITY_QUALIFIERS else value}"
        for key, value in fact.qualifiers
        if (key, value) != ("rank", "normal")  # what nearly every fact of a view has
    )
    mark = "" if fact.polarity == "asserted" else f", {fact.polarity}"
    out = console()
    out.print(f"\n  {said}" + (f"  ({more})" if more else "") + f"  [{fact.confidence:.2f}{mark}]", style="cyan")
    for source in fact.sources:
        out.print(f"    “{' '.join(source.quote.split())}”")
        out.print(f"      {_place(store, source)}", style="dim")


def _figure(fact: Fact) -> str:
    """The value with separators, and its unit where the ontology gives the property one."""
    from aigraph.schema import load_schema

    known = load_schema().figures.get(fact.predicate)
    unit = known.unit if known and known.unit and "unit" not in dict(fact.qualifiers) else ""
    return f"{fact.object:,} {unit}".strip() if isinstance(fact.object, int | float) else str(fact.object)


def _place(store: pyoxigraph.Store, source: Source) -> str:
    """Who speaks there, where the document says so; document, its date, and the characters of the quote."""
    from aigraph.ask.dossier import document_of, name_of

    parts = [f"{name_of(store, source.speaker, 'en')} says"] if source.speaker else []
    parts += document_of(store, source)
    if source.start is not None:
        parts.append(f"characters {source.start}-{source.end}")
    return ", ".join(filter(None, parts))


@click.command(short_help="Why the graph says a fact.")
@click.argument("fact", nargs=-1, required=True, metavar="FACT", shell_complete=fact_words)
@graph_option
@lang_option
@format_option("text", "json")
def explain(fact: tuple[str, ...], graph: Path, lang: str, form: str) -> None:
    """Why the graph says FACT: sentence, offsets, rule, confidence, and how each name was linked.

    FACT is the id of a fact (as `show --format json` gives it), or three words: subject, property, object. A fact that
    was rejected in review is told with the decision, though the graph does not say it any more.

    \b
    Examples:
      aigraph explain DeepSeek-V3 developedBy DeepSeek
      aigraph explain DeepSeek-V3.1 contextLength 128000
      aigraph explain statement/0f3a... --format json
    """
    from aigraph.ask import dossier

    if len(fact) not in (1, 3):
        raise click.UsageError("give one id, or three words: subject property object (names with spaces in quotes)")
    with open_graph(graph, whole=False) as store:
        found = [dossier.explain(store.inner, one, lang=lang) for one in dossier.find_facts(store.inner, fact)]
        if form == "json":
            click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            _print_explanation(store.inner, one, lang)


def _print_explanation(store: pyoxigraph.Store, why: Explanation, lang: str) -> None:
    _print_fact(store, why.fact, lang)
    out = console()
    out.print(f"  id: {why.fact.id}")
    out.print(f"  read by: {', '.join(why.rules) or 'no rule is noted'}")
    for decision in why.reviews:
        out.print(f"  decided: {decision}")
    for document, confidence in why.by_document:
        out.print(f"  confidence from {document.removeprefix('doc/')} alone: {confidence:.2f}")
    for source, namings in why.namings:
        for naming in namings:
            if naming.written is None:
                how = "not named in the sentence; its subject or object comes from the context"
            else:
                at = "" if naming.start is None else f" at character {naming.start}"
                how = f"written “{naming.written}”{at}, a name of {naming.id}"
            out.print(f"  {naming.name} ({_place(store, source)}): {how}")
