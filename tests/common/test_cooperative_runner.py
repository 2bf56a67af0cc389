"""Work in slices on an event loop: beside other work, behind work that must be alone, stopped, and taken over."""

import asyncio
import os
import signal
import time

import pytest

from widgets.common.cooperative_runner import Runner


class BusyError(RuntimeError):
    pass


class Counting:
    """Work that counts, and remembers how far it came."""

    def __init__(self, last=10**9, alone=None, seconds=0.002):
        self.count, self.last, self.seconds = 0, last, seconds
        self.runner = Runner(self.work, lambda: None, alone)

    def work(self):
        while self.count < self.last:
            time.sleep(self.seconds)
            self.count += 1
            yield


async def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_two_go_on_beside_each_other_and_one_that_is_stopped_goes_on_from_where_it_was():
    async def cell():
        one, two = Counting(), Counting(last=60)
        one.runner.start()
        two.runner.start()
        await until(lambda: one.count > 5 and two.count > 5)
        one.runner.stop()
        await until(lambda: not one.runner._slices)
        stopped = one.count
        await until(lambda: two.count == 60 and not two.runner.is_running)
        assert one.count == stopped
        one.runner.start()
        await until(lambda: one.count > stopped)
        one.runner.stop()

    asyncio.run(cell())


def test_work_that_is_alone_has_the_others_wait():
    async def cell():
        other, alone = Counting(), Counting(last=40, alone=BusyError)
        other.runner.start()
        await until(lambda: other.count)
        alone.runner.start()
        with pytest.raises(BusyError):
            Counting(alone=BusyError).runner.start()
        await until(lambda: alone.count)
        before = other.count
        await until(lambda: alone.count > 30)
        assert other.count == before
        await until(lambda: other.count > before)
        assert alone.count == 40
        other.runner.stop()

    asyncio.run(cell())


def test_an_interrupt_ends_a_long_call_and_what_was_done_stays():
    async def cell():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in a kernel between its cells
        try:
            quick, long = Counting(), Counting(seconds=0.001)
            quick.runner.start()
            long.runner.start()
            await until(lambda: quick.count > 3 and long.count > 3)
            long.seconds = 60
            asyncio.get_running_loop().run_in_executor(None, lambda: (time.sleep(0.5), os.kill(os.getpid(), 2)))
            begin = time.monotonic()
            await until(lambda: not long.runner._slices and not quick.runner._slices)
            assert time.monotonic() - begin < 30 and long.count > 3
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGINT, before)

    asyncio.run(cell())


def test_without_a_loop_it_is_done_at_once():
    counting = Counting(last=5)
    assert not counting.runner.has_loop
    counting.runner.start()
    assert counting.count == 5
