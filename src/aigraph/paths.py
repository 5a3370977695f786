"""Where the package's data lies: ontology/ beside src/ in a checkout, inside the package in an installed wheel."""

from functools import cache
from pathlib import Path

from aigraph.errors import OntologyError


@cache
def ontology_dir() -> Path:
    """The folder of schema, lexicon, grammar and saved queries. Raises OntologyError where neither place has it."""
    here = Path(__file__).resolve().parent
    for folder in (here / "ontology", here.parent.parent / "ontology"):
        if (folder / "lexicon").is_dir():
            return folder
    raise OntologyError(f"no ontology folder beside {here}: reinstall the package, or run from a whole checkout")
