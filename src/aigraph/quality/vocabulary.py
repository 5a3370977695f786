"""What the ontology says of its properties, as SHACL: the lists of what there is, and a shape for each added property.

A relation is added by its stanza alone, so that its shape is made from the stanza: classes at either end, for a figure
its datatype and bounds. Properties that the file of shapes describes itself keep what stands there. The words are those
of the file; a file without them (one's own shapes) is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aigraph.schema import AIG, XSD, FigureType, RelationType, Schema

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SH = "http://www.w3.org/ns/shacl#"
# A figure's datatype in the ontology -> the datatypes its values may have in a graph.
_DATATYPES = {"date": ("date", "gYearMonth", "gYear"), "decimal": ("decimal", "integer")}


def add_vocabulary(shapes: Graph, schema: Schema) -> None:
    """Complete `shapes` in place from the ontology; does nothing where they have no aig:PredicateShape."""
    from rdflib import Literal, URIRef

    predicates, kinds = URIRef(AIG + "PredicateShape"), URIRef(AIG + "EventKindShape")
    if (predicates, None, None) not in shapes:
        return
    terms: list[RelationType | FigureType] = [*schema.relations.values(), *schema.figures.values()]
    shapes.add((predicates, _sh("in"), _listed(shapes, (URIRef(term.iri) for term in terms))))
    shapes.add((kinds, _sh("in"), _listed(shapes, map(Literal, schema.events))))
    described = set(shapes.objects(None, _sh("targetSubjectsOf")))
    for term in terms:
        if URIRef(term.iri) not in described:
            _add_shape(shapes, term)


def _add_shape(shapes: Graph, term: RelationType | FigureType) -> None:
    """The shape of one property: who may have it, and what it may lead to."""
    from rdflib import RDF, URIRef

    shape, path = URIRef(f"{term.iri}Shape"), URIRef(term.iri)
    shapes.add((shape, RDF.type, _sh("NodeShape")))
    shapes.add((shape, _sh("targetSubjectsOf"), path))
    _add_classes(shapes, shape, term.domain)
    _add_words(shapes, shape, "AddedSubjectShape", term)
    value = _property(shapes, shape, path)
    if isinstance(term, RelationType):
        shapes.add((value, _sh("nodeKind"), _sh("IRI")))
        _add_classes(shapes, value, term.range)
        _add_words(shapes, value, "AddedObjectShape", term)
        return
    kinds = [URIRef(XSD + name) for name in _DATATYPES.get(term.datatype, (term.datatype,))]
    _add_either(shapes, value, "datatype", kinds)
    _add_words(shapes, value, "AddedValueShape", term)
    if any(bound is not None for bound in term.bounds):
        _add_bounds(shapes, _property(shapes, shape, path), term)


def _add_bounds(shapes: Graph, value: Node, figure: FigureType) -> None:
    from rdflib import Literal

    for edge, bound in zip(("minInclusive", "maxInclusive"), figure.bounds, strict=True):
        if bound is not None:
            shapes.add((value, _sh(edge), Literal(int(bound) if bound == int(bound) else bound)))
    shapes.add((value, _sh("severity"), _sh("Warning")))
    _add_words(shapes, value, "AddedBoundsShape", figure)


def _add_classes(shapes: Graph, shape: Node, names: Iterable[str]) -> None:
    from rdflib import URIRef

    _add_either(shapes, shape, "class", [URIRef(AIG + name) for name in names])


def _add_either(shapes: Graph, shape: Node, constraint: str, values: list[Any]) -> None:
    """One of `values` must fit: the constraint itself for one, sh:or for several."""
    from rdflib import BNode

    if len(values) == 1:
        shapes.add((shape, _sh(constraint), values[0]))
        return
    choices = [BNode() for _ in values]
    for choice, value in zip(choices, values, strict=True):
        shapes.add((choice, _sh(constraint), value))
    shapes.add((shape, _sh("or"), _listed(shapes, choices)))


def _add_words(shapes: Graph, shape: Node, source: str, term: RelationType | FigureType) -> None:
    """The messages of the shape `source` in the file, each with the label of `term` in its language."""
    from rdflib import Literal, URIRef

    for text in shapes.objects(URIRef(AIG + source), _sh("message")):
        lang = getattr(text, "language", None) or "en"
        said = str(text).replace("{label}", term.labels.get(lang, term.name))
        shapes.add((shape, _sh("message"), Literal(said, lang=lang)))


def _property(shapes: Graph, shape: Node, path: Node) -> Node:
    from rdflib import BNode

    value = BNode()
    shapes.add((shape, _sh("property"), value))
    shapes.add((value, _sh("path"), path))
    return value


def _listed(shapes: Graph, items: Iterable[Node]) -> Node:
    """The head of an RDF list of `items`."""
    from rdflib import BNode
    from rdflib.collection import Collection

    head = BNode()
    Collection(shapes, head, list(items))
    return head


def _sh(name: str) -> Node:
    from rdflib import URIRef

    return URIRef(_SH + name)
