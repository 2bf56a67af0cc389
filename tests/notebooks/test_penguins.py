"""The penguins of lesson 11 are what their page says."""

import collections
import csv
import hashlib

import pytest


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


def test_every_data_file_has_its_source_and_license_beside_it(root):
    files = sorted(root.glob("lessons/data/*.csv"))
    assert files
    for path in files:
        said = path.with_suffix(".md").read_text(encoding="utf-8")
        assert "**Source:**" in said and "**License:**" in said


def test_every_column_is_described(root, penguins):
    said = (root / "lessons/data/penguins.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in said for column in penguins[0])


def test_the_solution_runs_in_its_own_folder_and_in_that_of_the_lessons(root):
    data = "../lessons/data/penguins.csv"
    assert all((root / folder / data).is_file() for folder in ("lessons", "solutions"))
