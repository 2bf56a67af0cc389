"""Lesson 11 trains on real data by hand, and `fit` gives the same; the data are what they are said to be."""

import collections
import csv
import hashlib

import pytest

LESSON = "11_a_model_of_your_own"


@pytest.fixture(scope="module")
def penguins(root):
    with open(root / "lessons/data/penguins.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_data_are_those_that_were_published(root, penguins):
    """The sum is that of penguins.csv in the data package, byte for byte."""
    kept = (root / "lessons/data/penguins.csv").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93"
    assert collections.Counter(row["species"] for row in penguins) == {"Adelie": 152, "Chinstrap": 68, "Gentoo": 124}
    assert sum(row["body_mass_g"] == "NA" for row in penguins) == 2


def test_every_data_file_has_its_source_and_licence_beside_it(root):
    files = sorted(root.glob("lessons/data/*.csv"))
    assert files
    for path in files:
        said = path.with_suffix(".md").read_text(encoding="utf-8")
        assert "**Source:**" in said and "**Licence:**" in said


def test_every_column_is_described(root, penguins):
    said = (root / "lessons/data/penguins.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in said for column in penguins[0])


def test_lesson_11_trains_on_them(said):
    outputs = said(LESSON)
    assert any(text.startswith("(342, 4) ") for text in outputs)
    assert "shape of model(x) - y: you predicted (342, 342), and it is (342, 342). Well seen.\n" in outputs
    assert "from 18.296 to 0.155\n" in outputs
    assert "<Figure size 900x300 with 2 Axes>" in outputs  # the loss curve, and the line
    assert "seen 0.982\nunseen 1.000\n" in outputs


def test_by_hand_and_by_fit_the_losses_are_the_same(said):
    outputs = said(LESSON)
    (both,) = (text for text in outputs if text.startswith("by hand"))
    by_hand, by_fit = (line.split("[")[1] for line in both.splitlines())
    assert by_hand == by_fit and by_hand.startswith("18.296  11.7651")
    assert outputs.count("[0.6798 0.3719 0.2809 0.2324]\n") == 2  # in mini-batches, too


def test_the_solution_runs_in_its_own_folder_and_in_that_of_the_lessons(root):
    data = "../lessons/data/penguins.csv"
    assert all((root / folder / data).is_file() for folder in ("lessons", "solutions"))
