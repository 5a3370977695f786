"""Debian's Virtuoso on loopback, in a temporary folder, for as long as a test session needs it.

It refuses to guess: where Virtuoso is not installed, `missing` says which package brings it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from aigraph.remote.settings import Endpoint

USER, SECRET = "dba", "dba"  # of an empty Virtuoso; this one listens on loopback alone
START = 60.0  # seconds it may take to start on a busy machine
_PROGRAMS = ("virtuoso-t", "isql-vt")


def missing() -> str | None:
    """Why there is no Virtuoso here; None where there is one."""
    absent = [program for program in _PROGRAMS if not shutil.which(program)]
    return f"no {', '.join(absent)} here: apt-get install virtuoso-opensource brings it" if absent else None


@dataclass(frozen=True)
class Server:
    """A running Virtuoso."""

    http: str  # address, without a path
    sql_port: int

    def endpoint(self, merged: str) -> Endpoint:
        """How to reach it; the password is to be in REMOTE_SECRET."""
        return Endpoint(
            query=f"{self.http}/sparql",
            update=f"{self.http}/sparql-auth",
            graphs=f"{self.http}/sparql-graph-crud-auth",
            merged=merged,
            auth="digest",
            user=USER,
            secret_env="REMOTE_SECRET",
            at_once=500,
            results="xml",
        )

    def clear(self) -> None:
        """Forget all triples."""
        self.sql("RDF_GLOBAL_RESET ();")

    def sql(self, statements: str) -> str:
        """Run statements of its SQL console; raises where one fails."""
        arguments = [f"127.0.0.1:{self.sql_port}", USER, SECRET, "VERBOSE=OFF", "ERRORS=STDOUT", f"EXEC={statements}"]
        done = subprocess.run(["isql-vt", *arguments], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode or "Error" in done.stdout:
            raise RuntimeError(f"Virtuoso refused {statements!r}: {done.stdout}{done.stderr}")
        return done.stdout


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A Virtuoso with its files in `folder`, stopped by its process id in the end. Raises RuntimeError if it fails."""
    sql_port, http_port = _free_ports(2)
    text = (Path(__file__).parent / "virtuoso.ini").read_text(encoding="utf-8")
    settings = folder / "virtuoso.ini"
    settings.write_text(Template(text).substitute(folder=folder, sql_port=sql_port, http_port=http_port))
    server = Server(f"http://127.0.0.1:{http_port}", sql_port)
    command = ["virtuoso-t", "+foreground", "+configfile", str(settings)]
    if shutil.which("setpriv"):  # it also ends when the tests are killed
        command = ["setpriv", "--pdeathsig", "TERM", *command]
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, http_port, folder)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Return when it answers."""
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Virtuoso did not start:\n" + (folder / "output.txt").read_text(errors="replace")[-2000:])
