"""The page for teachers: a plan of each chapter, made from its page, the reports and the grader.

The directive ``{lessons}`` states how minutes are counted, lists all chapters that have exercises,
and gives each a section. What it writes is MyST, so that links are the book's own.
"""

import re
import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.util.docutils import SphinxDirective

from dlexp import paths, reports
from dlexp.reports import Item
from dlexp.site import lessons
from dlexp.site.lessons import Lesson
from dlexp.site.roles import COMPUTED

DISCUSSED = ("wrong", "misleading", "incomplete")
"""Verdicts on statements that are worth a discussion, the worst first."""

MOST = 5
"""Of the statements of the reports that are listed; the rest is one press away."""

ASKED = 3
"""Exercises that are listed as questions."""

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation})


class LessonsDirective(SphinxDirective):
    """Plan every chapter that has exercises, in the order of the contents; its pages as one."""

    def run(self) -> list[nodes.Node]:
        """Return the rule, the table and the sections."""
        pages = list(_pages(Path(self.env.srcdir)))
        for file in (*pages, reports.FILE):
            self.env.note_dependency(str(file))
        plans = list(_planned(_by_chapter(pages)))
        made = self.parse_text_to_nodes(f"{_rule()}\n{_table(plans)}")
        made += map(self._section, plans)
        for part in (each for node in made for each in node.findall(nodes.TextElement)):
            part["classes"].append(COMPUTED)
        return made

    def _section(self, plan: Lesson) -> nodes.section:
        anchor = f"teach-{plan.slug}"
        section = nodes.section(ids=[anchor], names=[anchor])
        self.set_source_info(section)
        section += nodes.title("", plan.title)
        section += self.parse_text_to_nodes(_body(plan))
        domain = cast(StandardDomain, self.env.get_domain("std"))
        domain.note_hyperlink_target(anchor, self.env.docname, anchor, plan.title)
        return section


def _pages(source: Path) -> Iterator[Path]:
    """Yield the file of each page, in the order of the contents."""
    contents = (source / "_toc.yml").read_text("utf-8")
    for name in re.findall(r"^\s*- file: (\S+)$", contents, re.MULTILINE):
        file = source / f"{name}.md"
        if file.is_file():
            yield file


def _by_chapter(pages: Sequence[Path]) -> dict[str, str]:
    """Return the text of each chapter: that of its page, and of those that continue it."""
    names = {page.stem for page in pages}
    texts: dict[str, str] = {}
    for page in pages:
        slug = paths.chapter(page.stem, names)
        texts[slug] = texts.get(slug, "") + page.read_text("utf-8")
    return texts


def _planned(texts: dict[str, str]) -> Iterator[Lesson]:
    """Yield the lessons that have exercises."""
    before: list[str] = []
    for slug, text in texts.items():
        plan = lessons.lesson(slug, text, before)
        if plan.exercises:
            yield plan
            before.append(slug)


def _rule() -> str:
    return (
        f"Reading is counted at {lessons.WORDS_A_MINUTE} words of prose a minute and "
        f"{lessons.MINUTES_A_FIGURE} minutes a figure, an exercise at "
        f"{lessons.MINUTES_AN_EXERCISE} minutes; both are rounded up to {lessons.ROUNDED_TO}. "
        "That is a rough reckoning: no class has been timed, and an exercise with your own data "
        "takes longer.\n"
    )


def _table(plans: Sequence[Lesson]) -> str:
    """Return a row for each chapter."""
    titles = {plan.slug: short(plan.title) for plan in plans}
    head = "| Chapter | Reading | Exercises | After | Graded |\n| :-- | --: | --: | :-- | --: |\n"
    return head + "".join(_row(plan, titles) for plan in plans)


def _row(plan: Lesson, titles: dict[str, str]) -> str:
    needs = ", ".join(f"[{literal(titles[slug])}]({slug})" for slug in plan.needs) or "nothing"
    graded = len(functions(plan.slug)) or "\N{EN DASH}"
    cells = (f"[{literal(plan.title)}](#teach-{plan.slug})", f"{plan.reading} min")
    return f"| {' | '.join((*cells, f'{plan.working} min', needs, str(graded)))} |\n"


def short(title: str) -> str:
    """Return a title up to its first stop.

    Examples
    --------
    >>> short("Grad-CAM: where did the network look?")
    'Grad-CAM'
    """
    return re.split("[:?,]", title)[0]


def functions(slug: str) -> dict[str, str]:
    """Return the functions of a chapter that can be graded, each with the module that has it.

    Examples
    --------
    >>> functions("batch_norm")["batch_norm_gradients"]
    'dlexp.byhand.batch_norm'
    """
    from dlexp.grading import catalogue

    graded = catalogue.GRADED.items()
    return {
        name: function.ours.__module__
        for name, function in graded
        if slug in catalogue.chapters(name)
    }


def literal(text: str) -> str:
    r"""Return a text in MyST that means itself, but for code, which is set as such.

    Examples
    --------
    >>> literal("a_b is `c_d`")
    'a\\_b is `c_d`'
    """
    parts = re.split("(`[^`]+`)", text)
    return "".join(part if i % 2 else part.translate(_ESCAPED) for i, part in enumerate(parts))


# --- A chapter ----------------------------------------------------------------------------------


def _body(plan: Lesson) -> str:
    """Return the plan of a chapter, without its title."""
    parts = {
        "What to discuss: statements of the reports": _statements(plan),
        "Questions, with answers": _questions(plan),
        "To hand in": _assignment(plan),
        "Figures to use in class": _figures(plan),
    }
    return "\n".join(_entry(term, list(lines)) for term, lines in parts.items())


def _entry(term: str, lines: Sequence[str]) -> str:
    body = "\n  ".join(f"- {line}" for line in lines)
    return f"{term}\n: {body}\n" if lines else ""


def _statements(plan: Lesson) -> Iterator[str]:
    """Yield what the reports say and does not simply hold, linked to our answers."""
    items = [item for item in reports.load() if item.chapter == plan.slug]
    discussed = sorted(
        (item for item in items if item.verdict in DISCUSSED),
        key=lambda item: DISCUSSED.index(item.verdict),
    )
    distinct: dict[str, Item] = {}
    for item in discussed:
        distinct.setdefault(item.says, item)  # two reports may say the same; the worst stays
    yield from map(_statement, [*distinct.values()][:MOST])
    if len(distinct) > MOST:
        everything = f"[all that the reports say](#reports-{plan.slug})"
        yield f"and {len(distinct) - MOST} more, among {everything}"


def _statement(item: Item) -> str:
    return f"[{literal(item.says)}](#{item.anchor}) ({item.verdict})"


def _questions(plan: Lesson) -> Iterator[str]:
    """Yield what to ask before, and exercises, whose solutions are folded below them."""
    if plan.has_guesses:
        yield f"before all: *Try it first* in [the chapter]({plan.slug}), five minutes, on paper"
    for title, label in plan.exercises[:-1][:ASKED]:
        yield f"{{ref}}`{label}`: {literal(title)}"


def _assignment(plan: Lesson) -> Iterator[str]:
    """Yield what students hand in: functions that are graded, and the last exercise."""
    graded = functions(plan.slug)
    if graded:
        linked = (f"{{py:obj}}`{name} <{module}.{name}>`" for name, module in graded.items())
        yield f"a file with {', '.join(linked)}, which `python -m dlexp grade FILE` checks"
    title, label = plan.exercises[-1]
    yield f"{{ref}}`{label}` ({literal(title)}): the code, and what was measured"


def _figures(plan: Lesson) -> Iterator[str]:
    """Yield what to do with live figures."""
    for label, hint in plan.live:
        yield f"live, in [the chapter]({plan.slug}): {literal(label)}. {literal(hint)}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("lessons", LessonsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
