"""The command line: parses, calls, prints. No logic of its own; each command stands in `commands/`.

It refuses to hide failures: every error aigraph raises on purpose becomes one message and an exit code; anything else
is a bug and shows its traceback.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from aigraph import __version__
from aigraph.errors import AigraphError

EXIT_CODES = """\b
Exit codes:
  0  done
  1  done, but something needs a look: a document failed (it is named, the rest is built),
     the graph does not conform, or a score is under its floor
  2  wrong usage, or no document could be read
  3  the command could not do its work; the message says what to do next
"""

# Adding a command: one function in a module of `commands/`, one row here (name -> module and function).
COMMANDS = {
    "build": "build:build",
    "extract": "build:extract",
    "add": "keep:add",
    "remove": "keep:remove",
    "refresh": "keep:refresh",
    "documents": "keep:documents",
    "query": "ask:query",
    "show": "ask:show",
    "explain": "ask:explain",
    "conflicts": "history:conflicts",
    "timeline": "history:timeline",
    "diff": "history:diff",
    "path": "network:path",
    "rank": "network:rank",
    "communities": "network:communities",
    "compare": "beside:compare",
    "similar": "beside:similar",
    "bridges": "shape:bridges",
    "changes": "shape:changes",
    "view": "view:view",
    "export": "publish:export",
    "serve": "serve:serve",
    "validate": "publish:validate",
    "review": "review:review",
    "evaluate": "measure:evaluate",
    "train": "measure:train",
    "completion": "completion:completion",
}


class Failed(click.ClickException):
    """What an AigraphError is on the command line."""

    exit_code = 3


class Commands(click.Group):
    """Imports a command's module when the command is asked for, and turns AigraphError into a message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"aigraph.commands.{module}"), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except AigraphError as error:
            raise Failed(str(error)) from error
        except BrokenPipeError:  # who reads the answer, `head` say, has enough of it: that is no failure
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(__version__, package_name="aigraph", message="%(prog)s %(version)s")
def main() -> None:
    """Knowledge graphs of the AI landscape, read from Chinese and English text; every fact leads back to its sentence.

    \b
    Examples:
      aigraph build articles/ --out exports/
      aigraph show "DeepSeek-V3"
      aigraph query "SELECT ?m WHERE { ?m a aig:Model } LIMIT 5"
    """
