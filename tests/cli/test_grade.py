"""`grade`, end to end, on what students hand in."""

from pathlib import Path

import pytest

from dlexp import paths
from dlexp.cli import main

STUDENTS = paths.PROJECT / "tests" / "students"


def test_right_functions_pass_all_five_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", str(STUDENTS / "right.py")]) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "cross_entropy_gradient(logits, labels)"
    assert [line.split("  ")[1].strip() for line in told[1:6]] == [
        "a case on paper",
        "a law",
        "the book's own values",
        "a numeric gradient",
        "error messages",
    ]
    assert all("  passes  " in line for line in told[1:6])
    assert told[-1] == "2 functions, and all checks pass"


def test_wrong_functions_are_shown_call_and_values(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wrong.py"
    file.write_bytes((STUDENTS / "wrong.py").read_bytes())
    monkeypatch.chdir(tmp_path)

    assert main(["grade", "wrong.py", "--seconds", "1"]) == 1

    told, error = capsys.readouterr()
    softmax, conv2d, max_pool2d, gru = told.strip().split("\n\n")
    assert "a law                   FAILS  0 of 2\n    a thousand more on each logit" in softmax
    assert "      logits = np.array([[1.5, 0.5, 0.0, -1.0]" in softmax
    assert "a ValueError that names logits and what it got, (3,)" in softmax
    assert "must give: 17.0 at [0, 1, 0, 0]\n      gives:     8.0" in conv2d
    assert "gives:     none within 1 seconds" in max_pool2d
    assert "a law                   not run: an earlier check never came back" in max_pool2d
    assert "gives:     the process ended with exit code 3" in gru
    assert error == ("dlexp: 4 of 4 functions must be mended: softmax, conv2d, max_pool2d, gru\n")
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("def convolve2d(x): ...", 2, "got convolve2d, nearest to conv2d"),
        ("x = 1", 2, "got no function in my.py"),
        ("def softmax(:", 2, "FILE must be Python; got my.py: invalid syntax in line 1"),
        ("from dlexp.byhand import softmax\ndef lstm(): ...", 2, "must not import dlexp"),
        ("def softmax(logits): ...\n1 / 0", 1, "must run; got ZeroDivisionError at line 2: divi"),
    ],
)
def test_what_cannot_be_graded_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, code: int, words: str
) -> None:
    file = tmp_path / "my.py"
    file.write_text(text)

    assert main(["grade", str(file)]) == code

    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_no_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "none.py"]) == 2

    assert capsys.readouterr().err.startswith("dlexp: FILE must be one that can be read; got none")


@pytest.mark.parametrize(
    ("names", "code", "words"),
    [
        (["conv2d"], 0, "1 function, and all checks pass"),
        (["conv2d", "softmax"], 1, "dlexp: of 2 functions, not in right.py: softmax"),
        (["sofmax"], 2, "dlexp: NAME must be a function that can be graded; got sofmax"),
    ],
)
def test_what_must_be_there_is_missed(
    capsys: pytest.CaptureFixture[str], names: list[str], code: int, words: str
) -> None:
    assert main(["grade", str(STUDENTS / "right.py"), *names]) == code

    told, error = capsys.readouterr()
    assert words in told + error
    assert ("softmax(logits)\n  not in the file" in told) == ("softmax" in names)
