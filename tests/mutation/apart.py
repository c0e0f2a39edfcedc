"""A function in a process of its own, which can end badly, or not at all."""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CPU_S, WALL_S = 20, 300  # beside what is expected: an endless loop ends by the first, an endless wait by the second
MEMORY = 2 << 30  # bytes; an endless list ends here


def apart(function: Callable[[], Any], seconds: float) -> Any:
    """Call a function in a fork of this process, and return what it returns.

    Args:
        function: its words go nowhere.
        seconds: how long it takes if all is well.

    Returns:
        None if the process did not get to its end, or not within a time.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=inside, args=(function, sender, int(CPU_S + 3 * seconds)))
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(WALL_S + 30 * seconds) else None
    except EOFError:
        return None
    finally:
        end(process)


def inside(function: Callable[[], Any], sender: "Connection[Any, Any]", cpu_s: int) -> None:
    """Call a function here, and send what it returns."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sender.send(function())


def end(process: BaseProcess) -> None:
    """End a process and what it has started."""
    assert process.pid
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()  # it has not made the group, or is gone with all that was in it
    process.join()
