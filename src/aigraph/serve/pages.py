"""The pages: the query page, a page for each thing, document and fact at its own address, and search.

An address answers in the form the client wants: /id/X says "see other" (303) to /id/X.html or to the data in the
ending of its form. Every page goes out with a policy that lets it load from this server only; what the graph holds is
escaped text. It refuses to invent: an address the graph does not know is 404, with the nearest names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from aigraph.ask import dossier
from aigraph.ask.facts import short
from aigraph.ask.names import Names
from aigraph.ask.saved import bind, bindings, find_query, header_of, saved_queries
from aigraph.errors import AigraphError
from aigraph.graph.rdf import ID, PREFIXES, TYPE
from aigraph.schema import AIG, load_schema
from aigraph.serve.copies import Copies, Copy
from aigraph.serve.negotiate import GRAPHS, HTML, choose, ranges
from aigraph.serve.settings import Settings
from aigraph.serve.things import MENTIONS, Link, Pages, Reader, kind_of, path_of, triples_about
from aigraph.serve.worker import GRAPHS as WRITERS

FEW = 12  # facts of a relation that are shown before "n more"
HITS = 50
_ENDINGS = {"html": "text/html", **{form: kind for kind, form in reversed(GRAPHS.items())}}
_STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# The editor sets styles of elements as it runs; scripts come from this server's files alone.
_EDITOR = _STRICT.replace(
    "style-src 'self'", "script-src 'self'; connect-src 'self'; font-src data:; style-src 'self' 'unsafe-inline'"
)

# Properties that the editor completes beside the ontology's relations and figures.
_COMPLETED = (
    "rdf:type rdf:subject rdf:predicate rdf:object rdfs:label skos:prefLabel skos:altLabel prov:wasDerivedFrom "
    "oa:hasSource oa:hasSelector oa:exact oa:start oa:end schema:datePublished schema:headline aig:confidence "
    "aig:polarity aig:model aig:benchmark aig:value aig:unit aig:participant aig:eventType aig:date"
).split()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("aigraph.serve"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        (Path(__file__).parent / "templates" / "texts.json").read_text(encoding="utf-8")
    )
    return found


def reader_of(request: Request) -> Reader:
    """The reader's language: `lang` in the address, else the Accept-Language header, else English."""
    wanted = request.query_params.get("lang", "").lower()
    tags = [wanted] if wanted else [tag for tag, _ in sorted(_tags(request), key=lambda item: -item[1])]
    for tag in tags:
        if tag.split("-")[0] == "zh":
            traditional = any(part in ("hant", "tw", "hk", "mo") for part in tag.split("-"))
            return Reader("zh", "zh-hant" if traditional else "zh-hans")
        if tag.split("-")[0] == "en":
            return Reader("en", "en")
    return Reader()


def _tags(request: Request) -> list[tuple[str, float]]:
    """Languages with their q-values, read like media types."""
    header = request.headers.get("accept-language", "")
    spelt = ",".join(f"language/{part.strip()}" for part in header.split(","))
    return [(kind.removeprefix("language/"), quality) for kind, quality in ranges(spelt) if quality > 0]


class Site:
    """Answers the requests for pages."""

    def __init__(self, settings: Settings, copies: Copies) -> None:
        self.settings = settings
        self.copies = copies

    # -- pages ---------------------------------------------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        """The query page."""
        queries = list(saved_queries().values())
        return self._html(request, "query.html", policy=_EDITOR, queries=queries, settings=self.settings)

    async def thing(self, request: Request) -> Response:
        """What an address of the graph stands for, in the form the client wants."""
        async with self.copies.reading() as copy:
            return await run_in_threadpool(self._thing, request, copy)

    def _thing(self, request: Request, copy: Copy) -> Response:
        path = request.path_params["path"]
        node = _node(path)
        kind = kind_of(copy.store, node) if node else None
        if node is not None and kind is not None:
            return self._see_other(request, path)
        stem, _, ending = path.rpartition(".")
        node = _node(stem) if ending in _ENDINGS else None
        kind = kind_of(copy.store, node) if node else None
        if node is None or kind is None:
            return self._missing(request, copy, path)
        if ending == "html":
            return self._page(request, copy, node, kind)
        body = ox.serialize(triples_about(copy.store, node, kind), format=WRITERS[ending], prefixes=PREFIXES)
        media = _ENDINGS[ending]
        media += "; charset=utf-8" if media.startswith("text/") else ""
        return Response(body, media_type=media)

    def _see_other(self, request: Request, path: str) -> Response:
        offers = HTML | GRAPHS
        media = choose(request.headers.get("accept"), offers)
        if media is None:
            text = f"this can be had as {', '.join(offers)}; not as {request.headers.get('accept')}\n"
            return PlainTextResponse(text, 406, {"Vary": "Accept"})
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{path_of(path)}.{offers[media]}{query}", 303, {"Vary": "Accept"})

    def _page(self, request: Request, copy: Copy, node: ox.NamedNode, kind: str) -> Response:
        pages = _pages(request, copy)
        key = short(node.value)
        values: dict[str, Any] = {
            "iri": node.value,
            "data": [(_ENDINGS[form], f"{path_of(key)}.{form}") for form in WRITERS],
            "name": pages.link(key).text,
        }
        if kind == "thing":
            thing = dossier.describe(copy.store, node)
            groups = pages.groups(node, only=request.query_params.get("only", ""), first=_number(request, "first"))
            named = dict(reversed((*thing.preferred, *thing.others)))
            others = [(name, named[name]) for name in thing.names if name != values["name"]]
            values |= {"types": [pages.word(name) for name in thing.types], "others": others, "groups": groups}
            values |= {"count": sum(group.total for group in groups), "few": FEW, "link": _group_link(request)}
        elif kind == "document":
            passages = pages.document_facts(node)
            values |= {"name": pages.document(key)[0].text, "mentions": pages.mentions(node)}
            values |= {"properties": pages.properties(node, MENTIONS, TYPE)}
            values |= {"passages": passages, "count": len({row.id for _, rows in passages for row in rows})}
        elif kind == "fact":
            fact = dossier.find_facts(copy.store, (key,))[0]
            why = dossier.explain(copy.store, fact, lang=pages.reader.names)
            by = [(pages.document(document)[0], confidence) for document, confidence in why.by_document]
            values |= {"fact": pages.row(fact), "why": why, "by_document": by}
        else:
            values |= {"properties": pages.properties(node)}
        return self._html(request, f"{kind}.html", **values)

    def _missing(self, request: Request, copy: Copy, path: str) -> Response:
        near = copy.search().nearest(path.rsplit("/", 1)[-1])
        if choose(request.headers.get("accept"), HTML) is None:
            hint = f"; nearest names: {', '.join(near)}" if near else ""
            return PlainTextResponse(f"the graph knows no {ID}{path}{hint}\n", 404)
        found = [(name, "/search?" + urlencode({"q": name})) for name in near]
        return self._html(request, "missing.html", status=404, iri=ID + path, nearest=found)

    # -- search --------------------------------------------------------------------------------------------------

    async def search(self, request: Request) -> Response:
        """Search by any name, as a page or as JSON."""
        async with self.copies.reading() as copy:
            return await run_in_threadpool(self._search, request, copy)

    def _search(self, request: Request, copy: Copy) -> Response:
        query = request.query_params.get("q", "").strip()[:200]
        limit, first = min(max(_number(request, "limit", HITS), 1), 1000), _number(request, "offset")
        index = copy.search()
        pages = _pages(request, copy)
        if query:
            rows = [(hit.iri, hit.matched, hit.how, hit.facts) for hit in index.find(query)]
        else:
            most = sorted(index.facts.items(), key=lambda item: (-item[1], item[0]))
            rows = [(iri, "", "most", facts) for iri, facts in most]
        shown = [self._hit(pages, copy, *row) for row in rows[first : first + limit]]
        near = index.nearest(query) if query and not rows else []
        if request.query_params.get("format") == "json" or _wants_json(request):
            return JSONResponse(
                {"query": query, "total": len(rows), "offset": first, "results": shown, "nearest": near},
                headers={"Vary": "Accept, Accept-Language"},
            )
        more = first + limit < len(rows)
        kept = {key: value for key, value in request.query_params.items() if key != "offset"}
        following = "/search?" + urlencode(kept | {"offset": first + limit}) if more else ""
        links = [(name, "/search?" + urlencode({**kept, "q": name})) for name in near]
        return self._html(
            request, "search.html", q=query, hits=shown, total=len(rows), nearest=links, next=following
        )

    def _hit(self, pages: Pages, copy: Copy, iri: str, matched: str, how: str, facts: int) -> dict[str, Any]:
        link: Link = pages.link(short(iri))
        types = dossier.describe(copy.store, ox.NamedNode(iri)).types
        return {
            "iri": iri, "id": short(iri), "label": link.text, "href": link.href, "matched": matched or link.text,
            "how": how, "facts": facts, "types": [pages.word(name) for name in types],
        }  # fmt: skip

    # -- what the query page asks for ----------------------------------------------------------------------------

    async def completions(self, request: Request) -> Response:
        """Prefixes, classes and properties for the editor."""
        schema = load_schema()
        properties = {AIG + name for group in (schema.relations, schema.figures) for name in group}
        for name in _COMPLETED:
            prefix, _, local = name.partition(":")
            properties.add(PREFIXES[prefix] + local)
        classes = {AIG + name for name in (*schema.entity_types, "BenchmarkResult", "Event")}
        return JSONResponse(
            {"prefixes": PREFIXES, "classes": sorted(classes), "properties": sorted(properties)}
        )

    async def saved(self, request: Request) -> Response:
        """The text of a saved query with its parameters filled in."""
        async with self.copies.reading() as copy:
            return await run_in_threadpool(self._saved, request, copy)

    def _saved(self, request: Request, copy: Copy) -> Response:
        given = {name: values[0] for name, values in parse_qs(request.url.query).items()}
        try:
            query = find_query(request.path_params["name"])
            if "lang" not in {param.name for param in query.params}:  # the reader's language, as on every page
                given.pop("lang", None)
            ways = list(bindings(query, given, Names(copy.store)))
        except AigraphError as error:
            return PlainTextResponse(f"{error}\n", 404)
        lines = bind(query.text, ways[0]).splitlines()[len(header_of(query.text)) :]
        about = query.about(reader_of(request).ui)
        if about:
            lines.insert(0, f"# {about}")
        meant = [f"# {name} may also be {value}" for way in ways[1:] for name, value in way.items()]
        return PlainTextResponse("\n".join([*meant, *lines]) + "\n", headers={"Vary": "Accept-Language"})

    # -- writing -------------------------------------------------------------------------------------------------

    def _html(
        self, request: Request, template: str, status: int = 200, policy: str = _STRICT, **values: Any
    ) -> Response:
        reader = reader_of(request)
        lang = request.query_params.get("lang", "")
        texts = _texts()[reader.ui]
        kept = {key: value for key, value in request.query_params.items() if key != "lang"}
        other = request.url.path + "?" + urlencode(kept | {"lang": texts["other lang"]})
        keep = f"?lang={reader.names}" if lang else ""
        body = _environment().get_template(template).render(
            reader=reader, t=texts, lang=reader.names if lang else "", keep=keep, other=other, **values
        )
        headers = {
            "Content-Security-Policy": policy,
            "Content-Language": "zh" if reader.ui == "zh" else "en",
            "Vary": "Accept, Accept-Language",
        }
        return HTMLResponse(body, status, headers)


def _number(request: Request, name: str, default: int = 0) -> int:
    """A whole number of the address. Raises HTTPException where it is none."""
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or len(text) > 9:
        raise HTTPException(400, f"{name} is a whole number, not {text!r}")
    return int(text)


def _group_link(request: Request) -> Callable[[str, int], str]:
    """Makes the address of one relation's facts, from a place on."""
    kept = {key: value for key, value in request.query_params.items() if key == "lang"}
    return lambda key, first: request.url.path + "?" + urlencode({**kept, "only": key, "first": first})


def _pages(request: Request, copy: Copy) -> Pages:
    reader = reader_of(request)
    return Pages(copy.store, reader, _texts()[reader.ui], copy.ranks())


def _node(thing: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(ID + thing) if thing else None
    except ValueError:
        return None


def _wants_json(request: Request) -> bool:
    offers = {**HTML, "application/json": "json"}
    media = choose(request.headers.get("accept"), offers)
    return media is not None and offers[media] == "json"
