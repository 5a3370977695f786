"""Prints precision, recall and F1 on the held-out fifth of tests/corpus: `python -m tests.eval.measure`."""

from __future__ import annotations

import sys

from tests.eval.make_baseline import GROUPS, UNLISTED, documents, tallies_by_language


def main() -> None:
    """Measure and print a table."""
    tallies = tallies_by_language()
    sys.stdout.write(f"{len(documents())} held-out documents        gold  recall  precision    F1\n")
    for part in ("all", "zh-Hans", "zh-Hant", "en"):
        rows = tallies[part].rows()
        for group in GROUPS if part == "all" else ("entities", "facts"):
            row = rows[group]
            figures = "".join(f"{value or 0.0:{width}.2f}" for value, width in ((row.recall, 8), (row.precision, 11)))
            sys.stdout.write(f"{part:10}{group:14}{row.gold:12}{figures}{row.f1 or 0.0:6.2f}\n")
    row = tallies[UNLISTED].rows()["entities"]
    sys.stdout.write(f"entities whose names are in no list: {row.gold}, recall {row.recall or 0.0:.2f}\n")


if __name__ == "__main__":
    main()
