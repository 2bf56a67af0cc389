"""Progress files beside the notebooks: the real ones are read, and whatever else lies there does no harm."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.class_report.model import ProgressRow
from widgets.class_report.progress_files import read_progress, rows_of
from widgets.exercises import progress_store
from widgets.exercises.progress import progress
from widgets.exercises.progress_schema import answered
from widgets.grading.collection import collect
from widgets.grading.untrusted import UnreadableFile

LESSONS = ("01_the_tape", "02_what_the_tape_watches")


@pytest.fixture
def written(tmp_path, monkeypatch, capsys):
    """What `progress(csv=...)` writes of a learner with three tries at `wave`, a hint, and one wrong try at `flat`."""
    monkeypatch.setenv("TAPEDECK_HOME", str(tmp_path / "home"))
    progress_store.count_hint("wave")
    for name, status, code in (
        ("wave", "wrong", "SINE_ALONE"),
        ("wave", "wrong", "COSINE"),
        ("wave", "right", ""),
        ("flat", "wrong", "SLOPE_NOT_PLACE"),
    ):
        progress_store.update(answered(name, status, code))
    progress(csv=tmp_path / "progress.csv")
    return (tmp_path / "progress.csv").read_bytes()


def put(folder, **files):
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return read_progress(collect([folder])[0], LESSONS)


def test_the_real_file_of_each_learner_is_read(tmp_path, written):
    folder = tmp_path / "class"
    notebooks = {"ada__01_the_tape_dot_ipynb": b"{}", "bob__hw__01_dot_ipynb": b"{}"}
    known, problems = put(folder, **notebooks, ada__progress_dot_csv=written, bob__mine_dot_csv=written)
    assert problems == [] and {key[0] for key in known} == {"ada", "bob"}
    wave, flat = known["ada", "01_the_tape", "wave"], known["ada", "01_the_tape", "flat"]
    assert (wave.tries, wave.is_right, wave.first_code, wave.hints) == (3, True, "SINE_ALONE", 1)
    assert wave.minutes is not None and 0 <= wave.minutes < 5
    assert (flat.tries, flat.is_right, flat.first_code) == (1, False, "SLOPE_NOT_PLACE")
    assert known["bob", "01_the_tape", "wave"] == wave and known["ada", "01_the_tape", "both"].tries == 0


def test_in_a_flat_folder_the_name_tells_whose_a_file_is(tmp_path, written):
    known, _problems = put(
        tmp_path / "class",
        lovelaceada_12_34_01_the_tape_dot_ipynb=b"{}",
        lovelaceada_12_35_progress_dot_csv=written,
        hopper_13_36_01_the_tape_dot_ipynb=b"{}",
        progress_dot_csv=written,
    )
    assert {key[0] for key in known} == {"lovelaceada 12"}


def test_new_columns_are_taken_by_their_names(tmp_path):
    data = b"lesson,kind,name,status,tries,first_code,seconds,order\n1,exercise,wave,right,4,COSINE,90,3\n"
    known, _problems = put(tmp_path / "class", ada__01_dot_ipynb=b"{}", ada__p_dot_csv=data)
    assert known == {("ada", "01_the_tape", "wave"): ProgressRow(4, True, "COSINE", None, 1.5)}


def test_what_is_no_progress_file_is_named_if_it_is_no_table_and_else_left_alone(tmp_path):
    known, problems = put(
        tmp_path / "class", ada__01_dot_ipynb=b"{}", ada__a_dot_csv=b"\xff\xfe\x00", ada__b_dot_csv=b"x,y\n1,2\n"
    )
    (tmp_path / "class" / "ada" / "link.csv").symlink_to("/etc/passwd")
    _known, more = read_progress(collect([tmp_path / "class"])[0], LESSONS)
    assert known == {} and [path.rpartition("/")[2] for path, _said in problems] == ["a.csv"]
    assert [path.rpartition("/")[2] for path, _said in more] == ["a.csv", "link.csv"]


cells = st.text(max_size=6) | st.sampled_from(["right", "exercise", "wave", "01", "-3", "1e9", "nan", "inf", "٣"])


@given(st.lists(st.lists(cells, max_size=8), max_size=4))
def test_any_table_is_read_without_a_made_up_number(tmp_path_factory, rows):
    text = io.StringIO()
    header = ["lesson", "kind", "name", "status", "tries", "hints", "seconds"]
    csv.writer(text).writerows([header, *rows])
    folder = tmp_path_factory.mktemp("class")
    known, _problems = put(folder, ada__01_dot_ipynb=b"{}", ada__p_dot_csv=text.getvalue().encode("utf-8", "replace"))
    for row in known.values():
        assert row.tries >= 0 and (row.hints is None or row.hints >= 0)
        assert row.minutes is None or 0 <= row.minutes < 1e5


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_unreadable(data):
    try:
        rows_of(data)
    except UnreadableFile as problem:
        assert str(problem)
