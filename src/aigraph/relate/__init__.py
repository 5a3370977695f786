"""From linked mentions and literals to facts: relations, figures, benchmark results, events."""

from __future__ import annotations

from aigraph.model import Analysis

__all__ = ["read_facts"]


def read_facts(state: Analysis) -> None:
    """Fill statements, results and events of an analysed document."""
