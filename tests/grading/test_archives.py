"""Zips of a class: notebooks come out, and nothing else, wherever a member says that it belongs."""

import contextlib
import stat
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from widgets.grading import archives
from widgets.grading.archives import BadArchive, class_folder, unpack
from widgets.grading.collection import collect


def packed(path, *names, content="{}"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("around", ["", "submissions/", "a/b/"])
def test_learners_are_found_whatever_folder_is_round_them(tmp_path, around):
    names = [f"{around}{learner}/01_the_tape.ipynb" for learner in ("ada", "grace")]
    archive = packed(tmp_path / "class.zip", *names, f"{around}ada/data.csv", "__MACOSX/ada/._x.ipynb")
    assert unpack(archive, tmp_path / "out") == []
    found, refused = collect([class_folder(tmp_path / "out")])
    assert {one.submission.learner for one in found} == {"ada", "grace"} and not refused


def test_one_learners_folder_stays_one(tmp_path):
    unpack(packed(tmp_path / "x.zip", "ada/01_the_tape.ipynb"), tmp_path / "out")
    (found,), _refused = collect([class_folder(tmp_path / "out")])
    assert found.submission.learner == "ada"


@pytest.mark.parametrize("name", ["../x.ipynb", "a/../../x.ipynb", "/x.ipynb", "C:/x.ipynb", "a/b/c/d/e/f/x.ipynb"])
def test_nothing_is_written_beside_the_folder(tmp_path, name):
    ((said, why),) = unpack(packed(tmp_path / "x.zip", name), tmp_path / "in" / "out")
    assert said == name and why and files(tmp_path) == ["x.zip"]


@given(st.text(min_size=1, max_size=30))
@example("\x00")
def test_whatever_a_member_is_called(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("zip")
    try:
        archive = packed(folder / "x.zip", f"{name}.ipynb")
    except (ValueError, IndexError):  # no zip can be made with such a name
        return
    (folder / "in").mkdir()
    with contextlib.suppress(BadArchive):
        unpack(archive, folder / "in" / "out")
    assert [file for file in files(folder) if not file.startswith("in/out/")] == ["x.zip"]


def test_a_link_is_left_out(tmp_path):
    link = zipfile.ZipInfo("ada/x.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert len(unpack(tmp_path / "x.zip", tmp_path / "out")) == 1 and not files(tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"PK\5\6" + b"\0" * 10, b"not a zip"])
def test_what_is_no_zip_is_said(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BadArchive):
        unpack(tmp_path / "x.zip", tmp_path / "out")


def test_an_archive_of_too_much_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_IN_ALL", 1_000)
    with pytest.raises(BadArchive, match="larger"):
        unpack(packed(tmp_path / "x.zip", "a.ipynb", content="0" * 2_000), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def inner(path, *names):
    return packed(path, *names).read_bytes()


def test_zips_of_learners_are_unpacked_where_they_lie(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("ada/work.zip", inner(tmp_path / "a.zip", "01_the_tape.ipynb", "__MACOSX/._01_the_tape.ipynb"))
        archive.writestr("hoppergrace_1_2_work.zip", inner(tmp_path / "b.zip", "a folder/01_the_tape.ipynb"))
        archive.writestr("emmy/broken.zip", b"PK")
    ((said, why),) = unpack(tmp_path / "class.zip", tmp_path / "out")
    assert said == "emmy/broken.zip" and why
    found, refused = collect([class_folder(tmp_path / "out")])
    assert {one.submission.learner for one in found} == {"ada", "hoppergrace 1"} and not refused


def test_a_zip_in_a_zip_in_a_zip_is_the_last(tmp_path):
    data = b"PK"
    for depth in range(9):
        with zipfile.ZipFile(tmp_path / f"{depth}.zip", "w") as archive:
            archive.writestr(f"{depth}.zip", data)
            archive.writestr(f"{depth}.ipynb", "{}")
        data = (tmp_path / f"{depth}.zip").read_bytes()
    unpack(tmp_path / "8.zip", tmp_path / "out")
    assert {path.rpartition("/")[2] for path in files(tmp_path / "out")} == {"8.ipynb", "7.ipynb", "6.ipynb"}


def test_a_members_name_is_read_as_it_was_meant(tmp_path):
    backslashes = zipfile.ZipInfo("x")
    backslashes.filename = "class\\ada\\x.ipynb"  # as some programs of Windows write it
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(backslashes, "{}")
        archive.writestr("Zo--/x.ipynb", "{}")
    data = (tmp_path / "x.zip").read_bytes().replace(b"Zo--", "Zoë".encode())  # as macOS does, which does not say so
    (tmp_path / "x.zip").write_bytes(data)
    unpack(tmp_path / "x.zip", tmp_path / "out")
    assert files(tmp_path / "out") == ["Zoë/x.ipynb", "class/ada/x.ipynb"]
