"""Nothing on the site is ever stale, and no page runs that need not run.

Sphinx reads a page again when its file is younger, and reading it runs its cells. It sees neither
the package nor the data, the records or the libraries behind the cells. This extension

1. has a page read again when one of these changed, by content and not by date
   (:mod:`dlexp.site.dependencies`);
2. runs the pages that are to be read, two at a time, before they are (:mod:`dlexp.site.running`),
   if their outputs are not kept from an earlier build (:mod:`dlexp.site.outputs`): MyST-NB finds
   them in its cache, which lives for one build only, for its key sees nothing but the cells. It is
   a database whose address may not have every sign that a folder's name may have, so it lies in
   the temporary folder;
3. has *every* page written again, into an empty folder, when one was read that tells others
   something new (:mod:`dlexp.site.alone`): numbers, captions and titles that other pages quote are
   then always right, what was removed is gone, and the site is that of a clean build, byte for
   byte;
4. forgets the glued values of a page before it is read, so that a failing one does not keep its old
   numbers.
"""

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from dlexp import chapters, paths
from dlexp.site import alone, dependencies, interactive, running, same
from dlexp.site.dependencies import Digests
from dlexp.site.stated import followed_chapters

LOG = logging.getLogger(__name__)

_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []

# ---- which pages are out of date -----------------------------------------------------------------


def begin(app: Sphinx) -> None:
    """Check that this book runs its own package, and start from what the files are now."""
    if Path(app.srcdir).resolve() != paths.PROJECT:
        raise ConfigError(
            f"a book must run the package beside it, in {Path(app.srcdir) / 'code'}; "
            f"the one imported is of {paths.PROJECT}"
        )
    app.env.mystnb_config = app.env.mystnb_config.copy(  # type: ignore[attr-defined]
        execution_cache_path=_folder_for_outputs()
    )


def _folder_for_outputs() -> str:
    """Return a new folder that goes with this process."""
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="dlexp-"))
    return _FOLDERS[-1].name


def notebook(env: BuildEnvironment, docname: str) -> NotebookNode | None:
    """Return a page as MyST-NB reads it, not executed; None for what is no notebook."""
    file = env.doc2path(docname)
    text = Path(file).read_text("utf-8")
    reader = create_nb_reader(file, env.myst_config, env.mystnb_config, text)  # type: ignore[attr-defined]
    return None if reader is None else reader.read(text)


def _page_digests(app: Sphinx, docname: str) -> Digests:
    """Return all that a page must be read again for, with digests of what it is now."""
    env = app.env
    page = notebook(env, docname)
    noted = {Path(env.srcdir, name).resolve() for name in env.dependencies.get(docname, ())}
    packages = {file.parent for file in noted if file.name == "__init__.py"}  # what modules it has
    files = dependencies.file_digests([Path(env.doc2path(docname)), *noted, *packages])
    live = interactive.follows(interactive.shown_on(env, docname))
    own = dependencies.of_notebook(page) if page else {}
    return files | own | live | _claim_digests(env, docname)


def _claim_digests(env: BuildEnvironment, docname: str) -> Digests:
    """Return what the claims on a page rest on: code, data, records of chapters."""
    symbols: Digests = {}
    for slug in sorted(followed_chapters(env).get(docname, ())):
        symbols |= dependencies.closure(
            f"from dlexp.chapters.{slug}.claims import claims\n"
            f"from dlexp.chapters.{slug}.measure import units\nclaims, units"
        )
        if chapters.travels(slug):
            symbols |= dependencies.closure(
                f"from dlexp.chapters.{slug}.travels import claims, units\nclaims, units"
            )
    return dependencies.reached(symbols)


def _site_files(srcdir: Path) -> Iterator[Path]:
    """Yield the files that decide how every page looks."""
    yield from srcdir.glob("_*.yml")
    yield from (srcdir / "book").glob("*.bib")
    for folder in (srcdir / "book" / "_assets", srcdir / "code" / "dlexp" / "site"):
        yield from (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")


def _site_digests(app: Sphinx) -> Digests:
    """Return all that every page must be read again for: the packages that write pages, too."""
    files = dependencies.file_digests(_site_files(Path(app.srcdir)), root=Path(app.srcdir))
    return files | dict.fromkeys(same.installed(), "installed")


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], _removed: set[str]
) -> Iterable[str]:
    """Return the pages that must be read again although their files are no younger."""
    others = sorted(env.found_docs - added - changed)
    pages = same.edited_pages(Path(app.outdir))
    if pages is not None:  # what follows code, data or records follows what it was
        return [doc for doc in others if pages & _remembered(env).get(doc, {}).keys()]
    now = _site_digests(app)
    reason = dependencies.first_difference(getattr(env, "dlexp_site", now), now)
    env.dlexp_site = now  # type: ignore[attr-defined]
    if reason:
        LOG.info("every page follows %s, which changed", reason)
        return env.found_docs
    return [doc for doc in others if _is_outdated(app, doc)]


def _is_outdated(app: Sphinx, docname: str) -> bool:
    """Return whether a page must be read again, and say why."""
    before: Digests = _remembered(app.env).get(docname, {})
    reason = dependencies.first_difference(before, _page_digests(app, docname))
    if reason:
        LOG.info("%s follows %s, which changed", docname, reason)
    return reason is not None


def _remembered(env: BuildEnvironment) -> dict[str, Digests]:
    """Return the digests that pages had when they were read, by page."""
    pages: dict[str, Digests] = vars(env).setdefault("dlexp_pages", {})
    return pages


# ---- running and reading -----------------------------------------------------------------------


def before_reading(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Note what the pages that are read follow, and run them."""
    # Now and not later: an edit while cells run must make the page out of date.
    env.dlexp_read = {doc: _page_digests(app, doc) for doc in docnames}  # type: ignore[attr-defined]
    for doc in docnames:  # all before the first is read: what one has now, another may have had
        app.emit("env-purge-doc", env, doc)
        env.clear_doc(doc)
    pages = {doc: page for doc in docnames if (page := notebook(env, doc)) is not None}
    running.run(env, {doc: page for doc, page in pages.items() if dependencies.has_code(page)})


def forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page glued and followed, for it is gone or about to be read again."""
    folder = Path(env.mystnb_config.output_folder)  # type: ignore[attr-defined]
    (folder / f"{docname}.glue.json").unlink(missing_ok=True)
    _remembered(env).pop(docname, None)


def after_reading(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember what each page followed."""
    read: dict[str, Digests] = getattr(env, "dlexp_read", {})
    for docname, before in read.items():
        # Reading adds the files and claims that a page turned out to follow, and drops others.
        now = _page_digests(app, docname)
        _remembered(env)[docname] = {name: before.get(name, now[name]) for name in now}


def written_again(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages that are written although nothing of theirs was read."""
    read: Collection[str] = getattr(env, "dlexp_read", ())
    if not read:
        return []
    site = Path(app.outdir)
    if alone.decide(app, env):
        _empty(site / "_static")  # a page's addresses say which of its styles it found there
        return []
    _empty(site)
    return sorted(env.found_docs - set(read))


def _empty(folder: Path) -> None:
    """Remove what a folder holds."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx; the kernel and the results are prepared by extensions of their own."""
    app.connect("builder-inited", begin)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", before_reading)
    app.connect("env-purge-doc", forget)
    app.connect("env-updated", after_reading)
    app.connect("env-get-updated", written_again, priority=900)  # when figures have their numbers
    return {"parallel_read_safe": True, "parallel_write_safe": True}
