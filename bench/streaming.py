"""Memory against the number of documents: the seeds repeated under other names, read and assembled one by one.

    .venv/bin/python bench/streaming.py --times 50

Prints a row after each round: documents, characters, seconds, resident memory now and at most (MB). With --build the
exports are written too, so that the last row shows what the whole command takes.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def resident() -> float:
    """Resident memory of this process now, in MB (Linux; elsewhere the highest so far)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return peak()


def peak() -> float:
    """Highest resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def copies(folder: Path, times: int, into: Path) -> list[list[Path]]:
    """The documents of `folder`, `times` times under other names, round by round."""
    originals = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix in {".txt", ".md", ".html"})
    rounds = []
    for number in range(times):
        paths = [into / f"round{number:03d}-{original.name}" for original in originals]
        for original, path in zip(originals, paths, strict=True):
            shutil.copyfile(original, path)
        rounds.append(paths)
    return rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=Path, default=ROOT / "seeds", help="folder to repeat")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--build", action="store_true", help="run the whole build instead, exports included")
    args = parser.parse_args()

    from aigraph.graph.assemble import Assembler
    from aigraph.nlp import create_pipeline
    from aigraph.pipeline import BuildResult, build, extract_all

    with tempfile.TemporaryDirectory(prefix="aigraph-bench-") as scratch:
        folder = Path(scratch) / "in"
        folder.mkdir()
        rounds = copies(args.seeds, args.times, folder)
        began = time.perf_counter()
        if args.build:
            result = build([folder], Path(scratch) / "out")
            print(f"{len(result.documents)} documents, {time.perf_counter() - began:.1f} s, at most {peak():.0f} MB")
            return
        nlp = create_pipeline()
        result, characters, quads = BuildResult(), 0, 0
        print(f"{'round':>5} {'documents':>9} {'characters':>11} {'quads':>9} {'s':>7} {'MB now':>7} {'MB most':>8}")
        with Assembler() as assembler:
            for number, paths in enumerate(rounds, 1):
                for extraction in extract_all(paths, result=result, nlp=nlp):
                    quads += assembler.add(extraction)
                    characters += len(extraction.document.text)
                seconds = time.perf_counter() - began
                print(
                    f"{number:5d} {number * len(paths):9d} {characters:11,d} {quads:9,d} {seconds:7.1f} "
                    f"{resident():7.0f} {peak():8.0f}",
                    flush=True,
                )
        for failure in result.failures:
            print(f"failed: {failure.name}: {failure.reason}")


if __name__ == "__main__":
    main()
