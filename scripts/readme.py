"""Puts the real output of every `$ aigraph ...` line in README.md's console blocks beneath it.

    make readme

Runs the commands in the checkout, in the order in which they stand, against exports/ as `make build` left it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
WIDTH = "110"  # columns that fit a page


def run(command: str) -> str:
    """What a shell prints for the command, without trailing blanks."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "COLUMNS": WIDTH}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command}\n{done.stderr}")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(lines).strip("\n")


def fill(block: re.Match[str]) -> str:
    """A console block with its outputs made anew."""
    commands = [line for line in block[2].splitlines() if line.startswith("$ ")]
    return block[1] + "\n".join(f"{command}\n{run(command[2:])}\n" for command in commands) + block[3]


def main() -> None:
    readme = ROOT / "README.md"
    readme.write_text(BLOCK.sub(fill, readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
