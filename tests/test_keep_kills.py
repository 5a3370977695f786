"""A process that keeps a store is killed again and again: the store opens, each document in it whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 100
FEW = 3
ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")]


def kill(what: str, folder: Path, kills: int) -> str:
    path = os.pathsep.join([str(ROOT), *sys.path])
    done = subprocess.run(
        [sys.executable, "-m", "tests.made_kills", what, str(folder), str(kills)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_killed_at_any_moment_the_store_opens_and_the_run_resumes(tmp_path: Path):
    assert kill("add", tmp_path, KILLS).startswith(f"{KILLS} kills, ")


def test_loads_refreshes_and_removals_that_are_killed_leave_a_whole_store(tmp_path: Path):
    assert kill("others", tmp_path, FEW) == f"{FEW} kills of load, {FEW} kills of refresh, {FEW} kills of remove\n"
