"""What is told of some things, or of all: facts with their documents, and the words to show them in.

For single things it looks up by address, so that the cost follows them and not the graph. It refuses to choose: which
value stands is for `history` to say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.ask.dossier import document_of, facts_about, name_of
from aigraph.ask.facts import Article, Fact, Facts, Value, read_facts
from aigraph.graph.rdf import ENTITY_QUALIFIERS, ID, Node
from aigraph.schema import load_schema

# Qualifiers that are shown with the value itself or hold it together.
_OF_VALUE = frozenset({"value", "unit", "currency", "high", "low", "object"})


@cache
def phrases() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Group -> name -> {"en": ..., "zh": ...} of the reports' own words."""
    path = Path(__file__).parent.parent / "render" / "histories.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def phrase(group: str, name: str, lang: str, *filled: object) -> str:
    """One phrase in the language family of `lang`, with its places filled in."""
    return phrases()[group][name.replace(" ", "_")][family(lang)].format(*filled)


def family(lang: str) -> str:
    """zh for any Chinese, else en."""
    return "zh" if lang.lower().startswith("zh") else "en"


def told_of(store: ox.Store, nodes: Iterable[Node] | None) -> Facts:
    """All facts of these things, and of the offices they hold in others; of the whole graph where `nodes` is None.

    Only facts and documents are filled in for single things.
    """
    if nodes is None:
        return read_facts(store)
    facts: dict[tuple[str, str], Fact] = {}
    held = {office.relation for office in load_schema().offices.values()}
    for node in nodes:
        mine = facts_about(store, node)
        for place in sorted({str(fact.object) for fact in mine if fact.predicate in held and not fact.is_figure}):
            mine += [fact for fact in facts_about(store, Node(ID + place)) if fact.predicate in held]
        facts.update(((fact.id, fact.subject), fact) for fact in mine)
    found = sorted(facts.values(), key=lambda f: (f.subject, f.predicate, str(f.object), str(f.qualifiers), f.id))
    return Facts({}, _articles(store, found), found)


def _articles(store: ox.Store, facts: Iterable[Fact]) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for fact in facts:
        for source in fact.sources:
            if source.document not in found:
                title, *date = document_of(store, source)
                found[source.document] = Article(source.document, title, date[0] if date else None)
    return found


def shown(store: ox.Store, predicate: str, value: Value, said: Mapping[str, Any], lang: str) -> str:
    """A value as people write it: a thing by name, a number with separators and unit."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        figure = load_schema().figures.get(predicate)
        unit = said.get("unit") or said.get("currency") or (figure.unit if figure else None) or ""
        high = said.get("high")
        number = f"{value:,}-{high:,}" if isinstance(high, int | float) else f"{value:,}"
        return f"{number} {unit}".strip()
    return str(value) if predicate in load_schema().figures else name_of(store, str(value), lang)


def property_name(predicate: str, lang: str) -> str:
    """The label of a property, an office or a kind of event in the language."""
    from aigraph.render.look import label_of

    office = load_schema().offices.get(predicate)
    return office.labels[family(lang)] if office else label_of(predicate)[family(lang)]


def narrowed(store: ox.Store, said: Iterable[tuple[str, Value]], lang: str) -> str:
    """What narrows a fact, in words: "per: month; role: CEO"."""
    parts = []
    for name, value in said:
        if name not in _OF_VALUE:
            thing = name in ENTITY_QUALIFIERS
            text = name_of(store, str(value), lang) if thing else f"{value}".lower() if value is True else f"{value}"
            parts.append(property_name(name, lang) + phrase("words", "colon", lang) + text)
    return phrase("words", "and", lang).join(parts)
