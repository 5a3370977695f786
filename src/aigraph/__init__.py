"""Typed, sentence-backed knowledge graphs of the AI landscape, from Chinese and English text."""

__version__ = "0.1.0"
__all__ = ["__version__"]
