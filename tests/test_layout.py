"""The layout keeps its promises: one name per topic, nothing shadowed, cheap imports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dlexp import chapters, paths

SLUGS = chapters.slugs()


def python(code: str) -> str:
    """Run code in a fresh interpreter that starts in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.PROJECT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_code_is_still_the_module_of_the_standard_library() -> None:
    """A file `code/__init__.py` would take its place in pdb."""
    assert not (paths.PROJECT / "code" / "__init__.py").exists()
    assert python("import code; print(hasattr(code, 'InteractiveConsole'))") == "True"


@pytest.mark.parametrize("slug", SLUGS)
def test_one_name_stands_for_a_topic_everywhere(slug: str) -> None:
    parts = ("__init__", "measure", "claims", "figures", "page")
    files = [f"book/{slug}.md", *(f"code/dlexp/chapters/{slug}/{part}.py" for part in parts)]
    files += [f"tests/chapters/{slug}/test_{part}.py" for part in ("measure", "claims", "figures")]

    assert [file for file in files if not (paths.PROJECT / file).is_file()] == []


def test_every_chapter_in_the_contents_exists_and_what_is_measured_has_a_page() -> None:
    contents = yaml.safe_load((paths.PROJECT / "_toc.yml").read_text())
    listed = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    listed += [section for chapter in listed for section in chapter.get("sections", [])]
    pages = [chapter["file"] for chapter in listed]

    assert [page for page in pages if not (paths.PROJECT / f"{page}.md").is_file()] == []
    assert {f"book/{slug}" for slug in SLUGS} <= set(pages)


def test_what_continues_a_chapter_stands_below_it() -> None:
    contents = yaml.safe_load((paths.PROJECT / "_toc.yml").read_text())
    listed = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    below = {
        section["file"].removeprefix("book/"): chapter["file"].removeprefix("book/")
        for chapter in listed
        for section in chapter.get("sections", [])
    }
    names = {page.stem for page in paths.BOOK.glob("*.md")}

    assert below == {
        name: chapter for name in names if (chapter := paths.chapter(name, names)) != name
    }


def test_what_the_bibliography_lists_is_cited() -> None:
    keys = re.findall(r"^@\w+\{(\w+),", (paths.BOOK / "references.bib").read_text("utf-8"), re.M)
    pages = "".join(page.read_text("utf-8") for page in paths.BOOK.glob("*.md"))
    cited = set(re.findall(r"\w+", "".join(re.findall(r"\{cite(?::\w+)?\}`[^`]+`", pages))))

    assert keys
    assert [key for key in keys if key not in cited] == []


def test_cells_can_be_read_on_a_small_screen() -> None:
    fence = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)
    long = [
        f"{page.name}: {line}"
        for page in sorted((paths.PROJECT / "book").glob("*.md"))
        for cell in fence.findall(page.read_text("utf-8"))
        for line in cell.splitlines()
        if len(line) > 60
    ]

    assert long == []


@pytest.mark.parametrize(
    "module",
    ["dlexp", "dlexp.byhand.conv", "dlexp.byhand.grad_cam", "dlexp.data", "dlexp.lab.store"]
    + [f"dlexp.chapters.{slug}.{part}" for slug in SLUGS for part in ("measure", "claims")],
)
def test_importing_costs_no_framework(module: str) -> None:
    heavy = "{'keras', 'tensorflow', 'torch', 'matplotlib'}"

    assert python(f"import sys, {module}; print({heavy} & set(sys.modules))") == "set()"


def test_files_stay_small() -> None:
    """Three hundred lines is the most, for the package as for its tests."""
    files = [*(paths.PROJECT / "code").rglob("*.py"), *(paths.PROJECT / "tests").rglob("*.py")]
    lines = {file.relative_to(paths.PROJECT): file.read_text().count("\n") for file in files}

    long = {str(file): count for file, count in lines.items() if count > 300}
    assert not long


def test_functions_stay_small() -> None:
    """Forty lines without the docstring is the most; a longer one hides two."""
    import ast

    long = []
    for path in sorted((paths.PROJECT / "code").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node, clean=False)
                doc = text.count("\n") + 1 if text else 0
                lines = (node.end_lineno or 0) - node.lineno + 1 - doc
                if lines > 40:
                    long.append(f"{path.name}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    """Texts are relative to the project; `git grep` lists what is tracked."""
    found = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^a-zA-Z.])/(work|root|home)/[a-z]", "--", ".", ":!tests"],
        cwd=paths.PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode in (1, 128), found.stdout  # 1: none; 128: no git repository here


def test_requirements_pin_every_package_by_checksums_and_name_no_registry() -> None:
    text = (paths.PROJECT / "requirements.txt").read_text()
    lines = text.splitlines()
    pins = [pin for pin in text.replace("\\\n", "").splitlines() if not pin.startswith("#")]

    assert [pin for pin in pins if not re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", pin)] == []
    assert not any("://" in line or "--index" in line.split("#")[0] for line in lines)
    assert any(pin.startswith("tensorboard==") for pin in pins)


def test_the_readme_names_only_what_exists() -> None:
    text = (paths.PROJECT / "README.md").read_text()
    targets = (paths.PROJECT / "Makefile").read_text()

    for word in ("book", "test", "check", "results", "verify", "parity", "cluster", "pins"):
        assert f"make {word}" in text
        assert f"\n{word}:" in targets
    assert Path(paths.PROJECT / "LICENSE").is_file()


def stray_rows(text: str) -> list[str]:
    """Return rows of a table that stand outside of one, for a blank line ends it."""
    without = re.sub(r"^(`{3,}|~{3,}|\$\$).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"(?:^\|.*\n)+", without, re.MULTILINE)
    return [each for each in blocks if not re.match(r"\|.*\n\|[\s:|-]+\|\n", each)]


def test_no_row_of_a_table_stands_alone() -> None:
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    assert stray_rows(table) == []
    assert stray_rows(f"{table}\n| 3 | 4 |\n") == ["| 3 | 4 |\n"]
    found = {page.name: stray_rows(page.read_text("utf-8")) for page in paths.BOOK.glob("*.md")}
    assert {name: rows for name, rows in found.items() if rows} == {}
