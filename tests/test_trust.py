"""What readers need to cite, to dispute and to trust the book."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlexp import paths

TEMPLATES = paths.PROJECT / ".github" / "ISSUE_TEMPLATE"


def _loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_what_is_cited_is_what_the_package_says_of_itself() -> None:
    citation = _loaded(paths.PROJECT / "CITATION.cff")
    project = tomllib.loads((paths.PROJECT / "pyproject.toml").read_text("utf-8"))["project"]

    assert citation["version"] == project["version"]
    assert project["description"].startswith(citation["title"])
    # What version 1.2.0 of the format requires.
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


@pytest.mark.parametrize("name", ["erratum", "disputed_claim"])
def test_template_asks_for_what_an_answer_needs(name: str) -> None:
    template = _loaded(TEMPLATES / f"{name}.yml")
    asked = {field["id"] for field in template["body"] if field["validations"]["required"]}

    assert (
        asked
        >= {
            "erratum": {"place", "wrong", "commit"},
            "disputed_claim": {"claim", "verify", "seeds", "reason"},
        }[name]
    )


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_project_says_how_to_report_and_how_to_behave(name: str) -> None:
    assert (paths.PROJECT / name).read_text("utf-8").startswith("# ")


def test_types_of_the_package_are_published() -> None:
    assert (paths.PROJECT / "code" / "dlexp" / "py.typed").is_file()


def test_what_publishes_runs_what_is_there() -> None:
    workflow = _loaded(paths.PROJECT / ".github" / "workflows" / "pages.yml")
    steps = workflow["jobs"]["build"]["steps"]
    [command] = [step["run"] for step in steps if "run" in step]
    [folder] = [step["with"]["path"] for step in steps if "artifact" in step.get("uses", "")]
    container = (paths.PROJECT / "Containerfile").read_text("utf-8")

    assert (paths.PROJECT / command).stat().st_mode & 0o100
    assert folder == "_build/html"
    assert "RUN make book" in container
    assert f"/book/{folder} " in container
