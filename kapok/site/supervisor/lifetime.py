"""A child that ends with its parent, however the parent ends."""

import ctypes
import os
import signal

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `number` when the parent's thread that started us ends. Linux only.

    Called in the child. A parent that died before the call has no more deaths to tell, so that is looked for.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() == 1:
        os.kill(os.getpid(), number)


def tie_database() -> None:
    """For the postmaster: a fast stop when its parent is killed. The parent may be another pid namespace's 1."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
