"""A build that reads no page works nothing out again that pages alone decide.

Sphinx numbers the figures and formats the citations in every build; for the numbers it takes all
pages, as they were read, back into memory. Where the site of the last good build stands, both are
in its pages.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from dlexp.site import complete

FROM_PAGES = ("env-updated", "env-get-updated")
"""Events at which extensions work out what pages decide together."""


def rest(app: Sphinx, _env: BuildEnvironment, _docnames: list[str]) -> None:
    """Spare this build what follows from pages, if the site stands."""
    if complete.stands(Path(app.outdir)):
        for event in FROM_PAGES:
            for listener in list(app.events.listeners[event]):
                app.disconnect(listener.id)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after `dlexp.site.complete` has taken the note back if pages are read."""
    app.connect("env-before-read-docs", rest, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
