"""The race as a widget: its traits, starting and stopping, on its own, in a loop, and in a real kernel."""

import asyncio
import base64
import contextlib
import json
import queue
import time

import pytest
import tensorflow as tf
import traitlets
from jupyter_client.manager import start_new_kernel

from tests.saved_pages import state_in
from widgets.common.errors import FunctionError
from widgets.race.benchmark import MAX_SECONDS
from widgets.race.model import COMPILED, FINISHED, MODES, NOT_RUN, RUNNING, STOPPED
from widgets.race.widget import AnotherRaceError, ExecutionRace

PATIENCE = 120  # seconds that a busy machine may take


def parabola(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def standings(race):
    return json.loads(race.standings)


# Before


def test_before_it_runs_it_shows_who_will_run_and_how():
    race = ExecutionRace(parabola, -1.0, 0.25)
    facts = json.loads(race.facts)
    assert facts["title"] == race.title == "Race: gradient descent on parabola"
    assert [sorted(one) for one in facts["modes"]] == [["code", "description", "name"]] * len(MODES)
    assert "jit_compile=True" in facts["modes"][-1]["code"] and "constant(0.25)" in facts["modes"][0]["code"]
    assert standings(race)["state"] == NOT_RUN and standings(race)["machine"] == ""
    assert (race.racing, race.progress) == (False, 0.0)


def test_it_shows_itself_in_three_ways():
    race = ExecutionRace(parabola)
    bundle, _ = race._repr_mimebundle_()
    assert bundle["text/plain"] == race.text == str(race) == str(ExecutionRace(parabola))
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == race.model_id


# Running where no loop could go on with it


@pytest.fixture(scope="module")
def finished():
    """Return a race that has run, and what it told of its progress on the way."""
    race, told = ExecutionRace(parabola, seconds=0.05), []
    race.observe(lambda change: told.append(change["new"]), "progress")
    assert race.run() is race.race
    return race, told


def test_run_measures_and_tells_how_far_it_is(finished):
    race, told = finished
    assert (race.racing, race.progress, race.race.state) == (False, 1.0, FINISHED)
    assert told == sorted(told) and told[0] < 1.0 == told[-1]
    assert [one["state"] for one in standings(race)["results"]] == [FINISHED] * len(MODES)
    assert standings(race)["machine"].startswith("Measured on this machine") and standings(race)["machine"] in race.text


def test_the_numbers_that_are_drawn_are_those_of_the_facts(finished):
    for one, result in zip(standings(finished[0])["results"], finished[0].race.results, strict=True):
        assert one["quartiles"] == [result.spread.lower, result.spread.median, result.spread.upper]
        assert one["first"] == result.first.seconds
    for one in standings(ExecutionRace(parabola))["results"]:
        assert one["quartiles"] is None and one["first"] is None


def test_setting_the_trait_runs_it_too():
    race = ExecutionRace(parabola, seconds=0.05)
    race.racing = True
    assert (race.racing, race.race.state) == (False, FINISHED)


def test_an_interrupt_ends_the_cell_and_keeps_what_was_measured():
    race = ExecutionRace(parabola, seconds=1.0)
    race.observe(lambda change: _interrupt(), "progress")
    with pytest.raises(KeyboardInterrupt):
        race.run()
    assert (race.racing, race.race.state) == (False, STOPPED)
    assert race.race.eager.first and "Stopped before the end." in race.text


def _interrupt():
    raise KeyboardInterrupt


def test_stop_keeps_what_was_measured_and_a_new_start_measures_anew():
    race = ExecutionRace(parabola, seconds=0.05)
    race.observe(lambda change: race.stop(), "progress")
    race.run()
    assert race.race.state == STOPPED and race.race.eager.first and not race.race.result(COMPILED).first
    race.unobserve_all("progress")
    assert race.run().state == FINISHED


# Running between the messages of a loop


async def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_a_loop_goes_on_with_it_and_hears_stop_and_a_second_start_changes_nothing():
    async def cell():
        race = ExecutionRace(parabola, seconds=MAX_SECONDS)
        race.start()
        await until(lambda: race.race.eager.calls > 3)
        calls = race.race.eager.calls
        race.start()
        race.racing = True
        await until(lambda: race.race.eager.calls > calls)
        assert race.race.eager.first and race.racing and race.race.state == RUNNING
        race.stop()
        await until(lambda: race.race.state == STOPPED)
        assert not race.racing
        return race

    race = asyncio.run(cell())
    assert 0 < race.progress < 1 and race.race.eager.first


def test_one_race_at_a_time():
    async def cell():
        first, second = ExecutionRace(parabola, seconds=MAX_SECONDS), ExecutionRace(parabola, seconds=0.05)
        first.start()
        await until(lambda: first.race.eager.first)
        second.start()
        assert second.problem.startswith("Another race is running") and not second.racing and first.racing
        with pytest.raises(AnotherRaceError, match="Another race"):
            second.run()
        first.close()
        await until(lambda: first.race.state == STOPPED)
        second.start()
        assert second.problem == ""
        await until(lambda: second.race.state == FINISHED)

    asyncio.run(cell())


def test_run_in_a_cell_takes_over_what_start_began():
    async def cell():
        race = ExecutionRace(parabola, seconds=0.1)
        race.start()
        await until(lambda: race.race.eager.first)
        first = race.race.eager.first
        assert race.run().state == FINISHED and race.race.eager.first == first
        await asyncio.sleep(0.05)
        assert not race.racing

    asyncio.run(cell())


def test_a_loop_that_ends_stops_the_race_and_another_can_run():
    async def cell():
        race = ExecutionRace(parabola, seconds=MAX_SECONDS)
        race.start()
        await until(lambda: race.race.eager.first)
        return race

    race = asyncio.run(cell())
    assert (race.racing, race.race.state) == (False, STOPPED)
    assert ExecutionRace(parabola, seconds=0.05).run().state == FINISHED
    race.seconds = 0.05
    assert race.run().state == FINISHED


# Traits


@pytest.mark.parametrize(
    ("trait", "value", "words"),
    [
        ("learning_rate", -1.0, "learning_rate must be a number between"),
        ("learning_rate", float("nan"), "got nan"),
        ("seconds", 0.0, "seconds must be a number between 0.05 and 60, for example seconds=1.5"),
        ("seconds", "long", "seconds"),
    ],
)
def test_settings_check_themselves(trait, value, words):
    race = ExecutionRace(parabola)
    before = getattr(race, trait)
    with pytest.raises(traitlets.TraitError, match=words):
        setattr(race, trait, value)
    assert getattr(race, trait) == before and race.race.state == NOT_RUN


def test_a_new_setting_forgets_what_was_measured_with_the_old_one():
    race = ExecutionRace(parabola, seconds=1.0)
    race.observe(lambda change: race.stop(), "progress")
    race.run()
    assert race.race.state == STOPPED
    race.learning_rate = 0.25
    assert race.race.state == NOT_RUN == standings(race)["state"] and race.progress == 0.0
    assert "constant(0.25)" in race.facts and race.race.learning_rate == 0.25


def test_settings_cannot_change_while_it_runs():
    race, raised = ExecutionRace(parabola, seconds=0.05), []

    def change(_change):
        try:
            race.learning_rate = 0.3
        except traitlets.TraitError as error:
            raised.append(str(error))

    race.observe(change, "progress")
    race.run()
    assert raised[0] == "Settings cannot change while the race runs. Stop it first." and race.learning_rate == 0.1


def test_progress_stays_between_its_ends():
    race = ExecutionRace(parabola)
    race.progress = 7.0
    assert race.progress == 1.0


@pytest.mark.parametrize("wrong", [{"f": 3.0}, {"f": lambda x: None}, {"start": "0"}, {"learning_rate": 0.0}])
def test_what_cannot_be_raced_is_refused_at_once(wrong):
    with pytest.raises(FunctionError):
        ExecutionRace(**{"f": parabola} | wrong)


def test_a_saved_page_is_one_file_with_the_last_numbers(tmp_path, finished):
    race, _ = finished
    page = race.save_html(tmp_path / "race.html").read_text("utf-8")
    state = state_in(page)
    assert state["standings"] == race.standings and not state["alive"] and not state["racing"]
    assert "https://" not in page and "http://" not in page.replace("http://www.w3.org", "")


# In a real kernel


class Kernel:
    """A kernel with one race in it, and what a browser hears of it."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        self.model, self.heard = None, {}

    def run(self, code):
        """Run a cell and return what it prints. What the race tells meanwhile is heard too."""
        request, printed = self.client.execute(code), []
        while True:
            message = self._next()
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") == request:
                assert kind != "error", content
                if kind == "stream":
                    printed.append(content["text"])
                if kind == "status" and content["execution_state"] == "idle":
                    return "".join(printed).strip()

    def press(self, racing):
        """Send what the browser sends when its button is pressed."""
        state = {"method": "update", "state": {"racing": racing}, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": self.model, "data": state})
        self.client.shell_channel.send(message)

    def wait(self, condition):
        """Listen until what has been heard fulfils a condition."""
        end = time.monotonic() + PATIENCE
        while not condition(self.heard):
            assert time.monotonic() < end, self.heard
            self._next()

    def reply(self, request, seconds):
        """Return the reply to a cell, or None if none comes for so long."""
        with contextlib.suppress(queue.Empty):
            while (reply := self.client.get_shell_msg(timeout=seconds))["parent_header"]["msg_id"] != request:
                pass
            return reply

    def _next(self):
        try:
            message = self.client.get_iopub_msg(timeout=1)
        except queue.Empty:
            return {"msg_type": "", "content": {}, "parent_header": {}}
        content = message["content"]
        if message["msg_type"] == "comm_msg" and content["comm_id"] == self.model:  # an echo of a press comes here, too
            self.heard |= content["data"].get("state", {})
        return message


SETUP = """
import signal
import threading
import tensorflow as tf
from widgets.race.widget import AnotherRaceError, ExecutionRace
race = ExecutionRace(lambda x: tf.pow(x, 2) - 2.0 * x + 1.0, seconds={seconds})
print(race.model_id)
"""
BETWEEN_CELLS = """
import asyncio
handlers = []
asyncio.get_running_loop().call_later(0, lambda: handlers.append(signal.getsignal(signal.SIGINT)))
"""


@pytest.fixture(scope="module")
def kernel():
    one = Kernel()
    yield one
    one.client.stop_channels()
    one.manager.shutdown_kernel(now=True)


def set_up(kernel, seconds):
    kernel.model = kernel.run(SETUP.format(seconds=seconds)).splitlines()[-1]
    kernel.heard.clear()


def is_running(heard):
    return "running" in heard.get("standings", "") and heard.get("progress", 0) > 0.02


def has_ended(heard):
    return json.loads(heard.get("standings", "{}")).get("state") in (STOPPED, FINISHED)


def test_in_a_kernel_a_press_starts_it_cells_run_meanwhile_and_a_press_stops_it(kernel):
    set_up(kernel, 30.0)
    kernel.press(True)
    kernel.wait(is_running)
    assert kernel.run("print(race.racing, race.race.state, threading.active_count())").startswith("True running")
    kernel.press(True)
    assert kernel.run("print(race.racing)") == "True"
    kernel.press(False)
    kernel.wait(has_ended)
    assert kernel.run("print(race.race.state)") == "stopped"


def test_in_a_kernel_an_interrupt_stops_it_and_the_kernel_is_as_before(kernel):
    set_up(kernel, 30.0)
    before = kernel.run("threads = threading.active_count(); print(race._runner._loop is not None)")
    kernel.run("race.start()")
    kernel.wait(is_running)
    kernel.manager.interrupt_kernel()
    kernel.wait(has_ended)
    after = "print(race.race.state, threading.active_count() == threads)"
    assert (before, kernel.run(after)) == ("True", "stopped True")
    kernel.run(BETWEEN_CELLS)
    assert kernel.run("print(handlers == [signal.SIG_IGN])") == "True"


def test_in_a_kernel_it_runs_to_its_end(kernel):
    set_up(kernel, 0.05)
    kernel.press(True)
    kernel.wait(has_ended)
    assert kernel.heard["progress"] == 1.0
    assert json.loads(kernel.heard["standings"])["state"] == FINISHED
    assert kernel.run("print(race.race.state)") == FINISHED


def test_an_interrupt_in_a_cell_that_runs_it_stops_it(kernel):
    set_up(kernel, MAX_SECONDS)
    request = kernel.client.execute("race.run()")
    kernel.wait(is_running)
    kernel.manager.interrupt_kernel()
    while not (reply := kernel.reply(request, seconds=20)):
        kernel.manager.interrupt_kernel()  # the first came while Python was in a callback, which swallows it
    assert reply["content"].get("ename") == "KeyboardInterrupt", reply
    kernel.wait(has_ended)
    assert kernel.run("print(race.race.state, race.race.eager.first is not None)") == "stopped True"
