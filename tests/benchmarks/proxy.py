"""A delay line in front of a server on this machine: every byte arrives in order, at any rate, but later."""

import asyncio
import contextlib
import threading

CHUNK = 65_536  # bytes read at once


class DelayLine:
    """Forwards TCP from a free loopback port to another port of this machine; `delay` may be set at any time.

    `delay` is in seconds and per direction, so a round trip takes twice as long. What is under way waits beside what
    follows it, not in front of it: a delay changes how soon bytes come, never how many come in a second.
    """

    def __init__(self, port):
        self.port, self.delay = None, 0.0
        self._target = port
        self._ready, self._end = threading.Event(), None
        self._tasks = set()

    def __enter__(self):
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()
        for task in self._tasks:
            task.cancel()

    async def _connect(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(self._forward(reader, far_writer), self._forward(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # a browser's tab was closed, or the benchmark is over
        finally:
            self._tasks.discard(asyncio.current_task())
            writer.close()
            far_writer.close()

    async def _forward(self, reader, writer):
        """Read as fast as bytes come, and write each when its time has come."""
        line = asyncio.Queue()
        async with contextlib.AsyncExitStack() as stack:
            sending = asyncio.create_task(self._send(line, writer))
            stack.callback(sending.cancel)
            while chunk := await reader.read(CHUNK):
                line.put_nowait((self._loop.time() + self.delay, chunk))
            line.put_nowait((self._loop.time() + self.delay, b""))
            await sending

    async def _send(self, line, writer):
        while True:
            due, chunk = await line.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            if not chunk:
                return writer.write_eof()
            writer.write(chunk)
            await writer.drain()
