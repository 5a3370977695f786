"""Takes from a worker process what no query needs: new sockets, and memory without end.

Oxigraph follows SERVICE and LOAD by itself and cannot be told not to; a process that can open no socket cannot reach
another host whatever the query says. The kernel's filter (seccomp) exists on Linux; elsewhere `guard` stands alone. It
refuses to fail where a system lacks one of the two: the caller learns what holds.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

_SOCKET_CALL = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}  # number of socket(2), audit architecture
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER_MODE = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: load a word, jump if equal, return
_ALLOW, _REFUSE, _PERMISSION = 0x7FFF0000, 0x00050000, 13
_IO_URING_SETUP, _FIRST_X32 = 425, 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def without_sockets() -> bool:
    """Let this thread, and all threads it starts, open no socket from now on; False where the system cannot do that."""
    known = _SOCKET_CALL.get(platform.machine())
    if not sys.platform.startswith("linux") or known is None or sys.maxsize < 2**32:
        return False
    number, architecture = known
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, architecture),  # calls of another architecture have other numbers: refused
        (_RETURN, 0, 0, _REFUSE | _PERMISSION),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 1, 0, number),
        (_EQUAL, 0, 1, _IO_URING_SETUP),  # the other way to a socket
        (_RETURN, 0, 0, _REFUSE | _PERMISSION),
        (0x35, 0, 1, _FIRST_X32),  # jump if at least
        (_RETURN, 0, 0, _REFUSE | _PERMISSION),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    mode = ctypes.c_ulong(_FILTER_MODE)
    return bool(libc.prctl(_SECCOMP, mode, ctypes.byref(program), zero, zero) == 0)


def at_most(memory: int) -> bool:
    """Keep this process's address space under `memory` bytes; False where the system cannot do that."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        return False
    return True
