"""`evaluate` and `train`: measure the extractor against gold annotation, and make its trained parts anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.options import format_option
from aigraph.commands.output import progress, say, write_rows
from aigraph.errors import AigraphError

if TYPE_CHECKING:
    from aigraph.quality.evaluate import Tally

GRAPH_ENDINGS = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")


@click.command(short_help="Score an extraction against gold.")
@click.argument("text", type=click.Path(exists=True, path_type=Path))
@click.argument("gold", type=click.Path(exists=True, path_type=Path))
@click.option("--misses", type=click.IntRange(0), default=0, help="List up to N missed and N wrong items of each kind.")
@click.option("--floor", multiple=True, metavar="GROUP=F1", help="Exit with 1 when the F1 is lower; repeatable.")
@format_option("table", "csv", "json", "markdown")
def evaluate(text: Path, gold: Path, misses: int, floor: tuple[str, ...], form: str) -> None:
    """Score the extraction of TEXT against GOLD: precision, recall and F1 by type and property.

    TEXT is a document, a graph made earlier (.ttl ...), or a folder; GOLD is its annotation (JSON), or a folder whose
    files have the same names. Each document is extracted by itself with the date its gold gives, and counts are pooled.

    \b
    Examples:
      aigraph evaluate article.txt article.json
      aigraph evaluate texts/ gold/ --misses 5
      aigraph evaluate graph.ttl article.json --format json
      aigraph evaluate texts/ gold/ --floor entities=0.85 --floor facts=0.6
    """
    from aigraph.quality.evaluate import GROUPS, Tally

    floors = _floors(floor, set(GROUPS))
    total = Tally()
    failed = 0
    with progress("scoring") as step:
        for document, annotation in pair(text, gold):
            step(document.name)
            tally, problem = _score(document, annotation)
            total.add(tally)
            if problem:
                failed += 1
                say(f"{document.name}: {problem}")
    rows = [
        {"kind": name, "gold": r.gold, "recall": _share(r.recall), "found": r.found, "precision": _share(r.precision),
         "f1": _share(r.f1)}
        for name, r in total.rows().items()
    ]  # fmt: skip
    write_rows(("kind", "gold", "recall", "found", "precision", "f1"), rows, form)
    _list("missed", total.missed, misses)
    _list("wrong", total.extra, misses)
    reached = {name: row.f1 or 0.0 for name, row in total.rows().items()}
    short = {name: value for name, value in floors.items() if reached[name] < value}
    for name, value in short.items():
        say(f"{name}: F1 {reached[name]:.3f} is under the floor {value:g}")
    if short or failed:
        click.get_current_context().exit(1)


def pair(text: Path, gold: Path) -> list[tuple[Path, Path]]:
    """Documents with their annotation: two files, or the files of two folders that share a name without ending."""
    if gold.is_file():
        if text.is_dir():
            raise click.UsageError("TEXT is a folder and GOLD is a file: give two files or two folders")
        return [(text, gold)]
    if text.is_file():
        raise click.UsageError("GOLD is a folder and TEXT is a file: give two files or two folders")
    documents = {path.stem: path for path in sorted(text.iterdir()) if path.is_file() and path.suffix != ".json"}
    pairs = [(documents[path.stem], path) for path in sorted(gold.glob("*.json")) if path.stem in documents]
    if not pairs:
        raise click.UsageError(f"no file of {gold} has the name of a document in {text}")
    return pairs


def _score(document: Path, annotation: Path) -> tuple[Tally, str | None]:
    """The counts of one document; where it cannot be extracted, the gold counts as missed and the reason is given."""
    from aigraph.pipeline import BuildResult, extract_graph
    from aigraph.quality.evaluate import read_gold, score_graph
    from aigraph.storage.store import GraphStore

    expected = read_gold(annotation)
    if document.suffix.lower() in GRAPH_ENDINGS:
        with GraphStore.read(document) as store:
            return score_graph(store.graph(), expected), None
    result = BuildResult()
    with extract_graph([document], result=result, date=expected.get("date")) as store:
        tally = score_graph(store.graph(), expected)
    return tally, "; ".join(failure.reason for failure in result.failures) or None


def _floors(given: tuple[str, ...], known: set[str]) -> dict[str, float]:
    floors = {}
    for item in given:
        name, _, value = item.partition("=")
        try:
            floors[name] = float(value)
        except ValueError:
            raise click.UsageError(f"--floor {item}: write it as facts=0.6") from None
        if name not in known:
            raise click.UsageError(f"--floor {item}: no group {name!r}; there are {', '.join(sorted(known))}")
    return floors


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _list(title: str, items: list[tuple[str, str]], limit: int) -> None:
    shown: dict[str, int] = {}
    for kind, what in sorted(items):
        shown[kind] = shown.get(kind, 0) + 1
        if shown[kind] <= limit:
            say(f"{title}  {kind}: {what}")


@click.command(short_help="Make the trained parts anew.")
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the weights.")
@click.option("--all", "everything", is_flag=True, help="Use the documents that are kept for measuring, too.")
def train(corpus: Path, out: Path, everything: bool) -> None:
    """Make the trained parts anew from CORPUS, a folder of texts with their annotation (a.txt beside a.json).

    The same corpus gives the same bytes. Documents chosen by name are left out to measure on.
    Needs the extra: pip install 'aigraph[train]'.

    \b
    Example:
      aigraph train tests/corpus --out src/aigraph/weights
    """
    try:
        from aigraph.training import train as make

        out.mkdir(parents=True, exist_ok=True)
        report = make(corpus, out, with_held_out=everything)
    except ImportError as error:
        raise AigraphError(f"training needs the extra 'train' ({error}): pip install 'aigraph[train]'") from error
    used = f"{report.documents} documents ({report.characters:,} characters)"
    click.echo(f"trained on {used}, {report.held_out} left out")
    for name, size in report.weights:
        say(f"wrote {out / name} ({size:,} bytes)")
