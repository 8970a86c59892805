"""Work in other processes: JSON lines go in on their stdin, what they find comes out on their stdout.

Programs of their own rather than `multiprocessing` children: they start the same way on every system, need no
guard in the caller's script, unpickle nothing, and end when their parent does, however that one ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import IO, Any

from cogling import hashing
from cogling.errors import CoglingError

FIXED = {**hashing.SEED, "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}

Message = dict[str, Any]
Said = queue.Queue[tuple["Process", Any]]
"""What processes said, each as (the process, what its reader made of it)."""


class Process:
    """One process, and a thread that reads what it says, so that it never waits for its parent.

    What `read` takes from its output goes to `said`; so does a CoglingError that `read` raises, and the
    EOFError or ValueError after which nothing more comes. variables: of its environment, beside this one's.
    """

    def __init__(
        self,
        module: str,
        said: Said,
        read: Callable[[IO[bytes]], Any],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **FIXED, **(variables or {})},
        )
        self._said, self._read = said, read
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: Message) -> None:
        """Raises OSError where the process is dead."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def exit_code(self, timeout: float) -> int | None:
        """None where it still lives after so many seconds."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def failure(self, who: str) -> CoglingError:
        """What to tell the user of a run when a process said its last. who: as "a data worker"."""
        code = self.exit_code(5)
        # It may live still, and what it sent be no message.
        end = "sent damaged data" if code is None else f"ended with exit code {code}"
        return CoglingError(
            f"{who} {end}, perhaps for want of memory; what it said is above, "
            "and `cogling resume` continues from the last checkpoint"
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                self._said.put((self, self._read(self._process.stdout)))
            except CoglingError as error:
                self._said.put((self, error))
            except (EOFError, ValueError) as error:
                self._said.put((self, error))
                return


class Died(Exception):
    """A process ended before its work did. request: the number of what it was at; code: its exit code."""

    def __init__(self, request: int, code: int | None) -> None:
        super().__init__(f"request {request}: exit code {code}")
        self.request, self.code = request, code


def answers(
    module: str, requests: Sequence[Message], count: int
) -> Generator[tuple[int, Message], None, None]:
    """(number of the request, what its process says of it), from `count` processes that run `module`.

    A message with "end" is the last one of a request. Closing the generator ends the processes.
    Raises Died.
    """
    said: Said = queue.Queue()
    waiting = deque(enumerate(requests))
    at: dict[Process, int] = {}

    def start(process: Process) -> None:
        at[process], request = waiting.popleft()
        with contextlib.suppress(OSError):  # where it is dead, the end of what it says will tell
            process.send(request)

    pool = [Process(module, said, read_line) for _ in range(min(count, len(waiting)))]
    try:
        for process in pool:
            start(process)
        while at:
            process, message = said.get()
            if isinstance(message, Exception):
                raise Died(at[process], process.exit_code(5))
            number = at[process]
            if message.get("end"):
                del at[process]
                if waiting:
                    start(process)
            yield number, message
    finally:
        for process in pool:
            process.stop()


def read_line(stream: IO[bytes]) -> Message:
    """One message. Raises EOFError at a stream's end, also within a line."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    message: Message = json.loads(line)
    return message


def asked(nice: int = 0) -> Iterator[Message]:
    """On the other side: the messages that come in, until the parent is gone.

    nice: how far this process stands back behind others.
    """
    # Ctrl-C reaches the whole process group; the parent decides when its workers stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(nice)
    for line in sys.stdin.buffer:
        yield json.loads(line)


def say(message: Message) -> None:
    """On the other side: writes one message."""
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


def serve(main: Callable[[], None]) -> None:
    """On the other side: runs the program, which ends without a word when its parent is gone."""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
