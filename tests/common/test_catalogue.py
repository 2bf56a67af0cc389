"""The language: which is asked for, and that all of what is said changes with it."""

import gettext
import os
import subprocess
import sys

import pytest

from widgets.common import catalogue
from widgets.descent.verdicts import verdict_kind

ASKED = [
    ({}, [""]),
    ({"TAPEDECK_LANG": "zh"}, ["zh_CN"]),
    ({"TAPEDECK_LANG": "zh_CN", "LANG": "de_DE.UTF-8"}, ["zh_CN"]),
    ({"TAPEDECK_LANG": "en", "LANG": "zh_CN.UTF-8"}, []),
    ({"TAPEDECK_LANG": "", "LANG": "zh_CN.UTF-8"}, ["zh_CN.UTF-8"]),
    ({"LANGUAGE": "de:zh:en:fr", "LANG": "fr_FR"}, ["de", "zh_CN"]),
    ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, ["C"]),
    ({"LANG": "zh_SG.UTF-8"}, ["zh_CN"]),
]
SAYS = "from widgets.race.text import CONTROLS; print(CONTROLS['Stop'])"  # needs no TensorFlow, which takes seconds


def in_a_new_process(code, **environment):
    """What some code prints in a process that asks for a language by nothing but `environment`."""
    bare = {name: value for name, value in os.environ.items() if name not in catalogue._ASKED_BY}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], env=bare | environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("environment", "names"), ASKED)
def test_the_language_is_the_one_asked_for(environment, names):
    assert catalogue.languages(environment) == names


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "Stop"),
        ({"TAPEDECK_LANG": "zh"}, "停止"),
        ({"LANG": "zh_CN.UTF-8"}, "停止"),
        ({"LANGUAGE": "en:zh"}, "Stop"),
        ({"TAPEDECK_LANG": "tlh"}, "Stop"),
    ],
)
def test_widgets_speak_it(environment, said):
    assert in_a_new_process(SAYS, **environment) == said


def test_english_can_be_spoken_for_a_while():
    code = """
from widgets.common.catalogue import LANGUAGE, _, in_english
from widgets.race.text import DESCRIPTIONS
both = lambda: (_("Play"), DESCRIPTIONS["eager"])
print(LANGUAGE, both())
with in_english():
    print(both())
print(both())
"""
    assert in_a_new_process(code, TAPEDECK_LANG="zh").splitlines() == [
        "zh_CN ('播放', 'Python 执行每一步的每个运算。')",
        "('Play', 'Python runs every operation of every step.')",
        "('播放', 'Python 执行每一步的每个运算。')",
    ]


def test_a_records_label_is_in_the_language_of_the_moment():
    chinese = gettext.translation(catalogue.DOMAIN, catalogue.LOCALES, ["zh_CN"])
    before = catalogue._spoken.set(chinese)
    try:
        assert verdict_kind("lands").label == "一步到达"
    finally:
        catalogue._spoken.reset(before)
    assert verdict_kind("lands").label == "lands"


def test_front_end_words_are_keyed_by_english():
    assert catalogue.words(lambda _: (_("Play"), _("no such text"))) == {"Play": "Play", "no such text": "no such text"}
