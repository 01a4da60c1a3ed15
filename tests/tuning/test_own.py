"""A `build` of one's own: it is found, and a search of other code does not go on with it."""

import json
from pathlib import Path

import pytest

from dlexp import cli
from dlexp.tuning import distributed, member, origin, own, plans

NETS = "from layers import dense\n\n\ndef build(hp):\n    return dense(hp)\n"
LAYERS = "def dense(hp):\n    return hp + 1\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two modules."""
    (tmp_path / "nets.py").write_text(NETS)
    (tmp_path / "layers.py").write_text(LAYERS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plans, "FOLDER", tmp_path / "tuning")
    return tmp_path


def plan(place: Path) -> plans.OwnPlan:
    return plans.OwnPlan(build="nets:build", place=str(place))


def test_what_a_module_imports_is_part_of_the_space(place: Path) -> None:
    before = own.digests("nets:build", place)
    (place / "layers.py").write_text(LAYERS.replace("1", "2"))
    after = own.digests("nets:build", place)

    assert set(before) == {"nets:build", "nets", "layers"}
    assert [name for name in before if before[name] != after[name]] == ["layers"]


def test_modules_of_a_package_are_followed(tmp_path: Path) -> None:
    package = tmp_path / "mine" / "deep"
    package.mkdir(parents=True)
    (tmp_path / "mine" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "nets.py").write_text("from ..sizes import SIZE\n\nbuild = SIZE\n")
    (tmp_path / "mine" / "sizes.py").write_text("SIZE = 3\n")

    found = own.digests("mine.deep.nets:build", tmp_path)

    assert {"mine.deep.nets", "mine", "mine.sizes"} <= set(found)


def test_a_function_of_ones_own_is_loaded(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", ["elsewhere"])

    assert member._searched(plan(place))(1) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("nets", "must be module:function"),
        ("nets:build()", "must be module:function"),
        ("../nets:build", "must be module:function"),
        ("nests:build", "must name a module in"),
        ("nets:built", r"must name a function of nets\.py; got built"),
    ],
)
def test_what_names_no_function_is_refused(place: Path, target: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        own.check(target, place)


def test_a_plan_of_ones_own_has_a_folder_of_its_own_and_travels_as_text(place: Path) -> None:
    found = plan(place)

    assert found.folder.name == "epochs=2-images=10000-seed=1-build=nets.build"
    assert plans.plan_of(json.loads(json.dumps(distributed.asdict(found)))) == found
    assert plans.plan_of({"trials": 3}) == plans.SearchPlan(trials=3)
    with pytest.raises(ValueError, match=r"^`trials` must be at least 1; got 0$"):
        plans.OwnPlan(build="nets:build", place=".", trials=0)


def test_scores_of_other_code_are_never_shown(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tune(asked: plans.SearchPlan, workers: int) -> distributed.SearchOutcome:  # noqa: ARG001
        raise distributed.SearchFailed(f"searches {asked.folder.name}")

    monkeypatch.setattr(distributed, "tune", tune)
    arguments = ["tune", "--workers", "1", "--build", "nets:build"]
    assert cli.main(arguments) == 1
    assert "build=nets.build" in capsys.readouterr().err

    (place / "layers.py").write_text(LAYERS.replace("1", "2"))
    assert cli.main(arguments) == 2
    assert "its space changed (layers" in capsys.readouterr().err
    assert (plan(place).folder / origin.ORIGIN).exists()
