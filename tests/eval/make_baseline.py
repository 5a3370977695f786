"""Measures the extractor on the held-out fifth of tests/corpus and records the figures that it must not fall under.

`python -m tests.eval.make_baseline` raises the figures of baseline.json where the extractor has become better and
leaves them where it has become worse, telling so: to lower one is a decision, made by editing the file by hand (or by
deleting it, to begin anew).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from aigraph.pipeline import BuildResult, extract_graph
from aigraph.quality.evaluate import Tally, read_gold, score_graph
from aigraph.recognise.lexicon import load_lexicon
from aigraph.training.corpus import held_out

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
BASELINE = Path(__file__).resolve().parent / "baseline.json"
GROUPS = ("entities", "relations", "figures", "scores", "events", "facts")
UNLISTED = "in no list"  # the entities of which the lexicon knows no name: only their recall says something
FEW = 20  # gold items under which an F1 says nothing and is not recorded

Figures = dict[str, dict[str, float]]  # language, or "all" -> group -> F1


def documents() -> list[Path]:
    """The annotations of the held-out documents, by name."""
    return [path for path in sorted(CORPUS.glob("*.json")) if held_out(path.stem)]


def unlisted(gold: dict[str, Any]) -> dict[str, Any]:
    """An annotation with nothing but the entities that no row of the lexicon names."""
    lexicon = load_lexicon()

    def listed(entity: dict[str, Any]) -> bool:
        names = (entity["name"], *entity.get("aliases", []))
        return any(lexicon.by_name(name) or lexicon.by_weak_name(name) for name in names)

    return {**gold, "entities": [e for e in gold["entities"] if not listed(e)]} | {
        kind: [] for kind in ("relations", "figures", "scores", "events")
    }


def tallies_by_language() -> dict[str, Tally]:
    """The counts over all held-out documents ("all"), by language, and of the names that are in no list."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for path in documents():
        gold = read_gold(path)
        result = BuildResult()
        with extract_graph([path.with_suffix(".txt")], result=result, date=gold.get("date")) as store:
            tally = score_graph(store.graph(), gold)
            tallies[UNLISTED].add(score_graph(store.graph(), unlisted(gold)))
        assert not result.failures, result.failures
        for part in ("all", gold["lang"]):
            tallies[part].add(tally)
    return tallies


def measure() -> Figures:
    """F1 of every group, over all held-out documents and by language."""
    tallies = tallies_by_language()
    figures: Figures = {}
    for part in sorted(set(tallies) - {UNLISTED}):
        rows = tallies[part].rows()
        figures[part] = {name: round(rows[name].f1 or 0.0, 4) for name in GROUPS if rows[name].gold >= FEW}
    return figures


def raised(old: Figures, new: Figures) -> Figures:
    """The higher of both figures, everywhere."""
    return {
        part: {name: max(value, old.get(part, {}).get(name, 0.0)) for name, value in groups.items()}
        for part, groups in new.items()
    }


def lower(old: Figures, new: Figures, *, tolerance: float = 0.0) -> list[str]:
    """What has become worse by more than `tolerance`, as lines to read."""
    return [
        f"{part} {name}: F1 {new.get(part, {}).get(name, 0.0):.4f}, was {value:.4f}"
        for part, groups in old.items()
        for name, value in groups.items()
        if new.get(part, {}).get(name, 0.0) < value - tolerance
    ]


def read_baseline(path: Path = BASELINE) -> Figures:
    """The recorded figures; none where there is no file."""
    if not path.exists():
        return {}
    figures: Figures = json.loads(path.read_text(encoding="utf-8"))["f1"]
    return figures


def write_baseline(figures: Figures, path: Path = BASELINE) -> None:
    """Record the figures with the number of documents they were measured on."""
    content = {"documents": len(documents()), "f1": figures}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, raise what is better, tell what is worse."""
    old, new = read_baseline(), measure()
    write_baseline(raised(old, new))
    for part, groups in new.items():
        sys.stdout.write(f"{part:8} " + "  ".join(f"{name} {value:.4f}" for name, value in groups.items()) + "\n")
    for line in lower(old, new):
        sys.stdout.write(f"kept, though lower now: {line}\n")


if __name__ == "__main__":
    main()
