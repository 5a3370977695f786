"""Content negotiation: which of the forms at hand a client wants, by the q-values of its Accept header.

It refuses to answer in a form the client ruled out: no match is None, and the caller says 406 with the forms there are.
"""

from __future__ import annotations

from collections.abc import Mapping

# Media type -> form, in the order of preference where a client has none.
TABLES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/plain": "nt",
}
HTML = {"text/html": "html", "application/xhtml+xml": "html"}


def ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header with their q-values; what cannot be read is left out."""
    found = []
    for part in accept.split(","):
        kind, *params = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for param in params:
            if param.startswith("q="):
                try:
                    quality = min(max(float(param[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if kind.count("/") == 1 and quality == quality:  # not NaN
            found.append((kind, quality))
    return found


def choose(accept: str | None, offers: Mapping[str, str]) -> str | None:
    """The media type of `offers` that the client wants most, the earlier one among equals; None where it wants none."""
    if accept is None or not accept.strip():
        return next(iter(offers))
    wanted = ranges(accept)
    best: tuple[float, str | None] = (0.0, None)
    for offer in offers:
        quality = _quality(offer, wanted)
        if quality > best[0]:
            best = quality, offer
    return best[1]


def _quality(offer: str, wanted: list[tuple[str, float]]) -> float:
    """The q-value of the most specific range that covers a media type; 0 where none does."""
    for pattern in (offer, offer.split("/")[0] + "/*", "*/*"):
        found = [quality for kind, quality in wanted if kind == pattern]
        if found:
            return max(found)
    return 0.0
