"""An edit that no other page notices has its own page written, and no other.

What pages tell each other, their titles, numbers, captions, labels, claims and glued values, lies
in Sphinx's environment and beside it. If all of it is what it was when the site of the last good
build was written, every page that was not read again would come out as it stands. Whatever this
module does not know of counts as told: what is left out is named here, with its reason.
"""

import hashlib
import operator
from collections.abc import Mapping
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import viewcode
from sphinx.util import logging

from dlexp.lab import drafts
from dlexp.site import dependencies
from dlexp.site.dependencies import Digests

LOG = logging.getLogger(__name__)

NOT_TOLD = frozenset(
    {
        "all_docs",  # when each page was read
        "config",  # a change has every page read again, as Sphinx sees to
        "dlexp_alone",  # what this module notes itself
        "dlexp_pages",  # why a page is read again
        "dlexp_read",
        "dlexp_told",
        "metadata",  # front matter, and how many words a page has
        "mystnb_config",  # the folder of one build
        "nb_new_exec_data",  # whether cells ran
        "nb_metadata",  # how long cells took; what they glued is looked at itself
        "settings",  # of the parser
        "sphinx_exercise_gated_registry",  # in which lines of its page an exercise begins and ends
    }
)
"""What the environment holds and no page shows of another."""


def told(env: BuildEnvironment) -> Digests:
    """Return what the pages of a book tell each other, each kind of it with a digest."""
    folder = Path(env.mystnb_config.output_folder)  # type: ignore[attr-defined]
    glued = {str(file): file.read_bytes() for file in folder.rglob("*.glue.json")}
    state = {"glued values": glued, **env.__getstate__()}
    return {name: _digest(state[name]) for name in sorted(state.keys() - NOT_TOLD)}


def _digest(value: object) -> str:
    return hashlib.sha256(repr(_plain(value)).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return a value whose text is the same for equal values, whichever build made them."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return str(value) if isinstance(value, str) else value  # not a string that knows a line
        case nodes.Node():
            return value.pformat()
        case Mapping():
            return sorted(
                ((repr(_plain(key)), _plain(each)) for key, each in value.items()),
                key=operator.itemgetter(0),
            )
        case set() | frozenset():
            return sorted(repr(_plain(each)) for each in value)
        case list() | tuple():
            # Which page was read first tells nothing: Sphinx sorts by page what it has of several.
            in_order = sorted(value, key=lambda each: str(getattr(each, "docname", "")))
            return [_plain(each) for each in in_order]
        case type():
            return f"{value.__module__}.{value.__qualname__}"
        case _:
            return [_plain(type(value)), _plain(value.__reduce_ex__(2)[2:])]


def decide(app: Sphinx, env: BuildEnvironment) -> bool:
    """Return whether the pages that were read can be written alone, and note it.

    Where the site was not whole, nothing is left of the environment that would know.
    """
    before, now = vars(env).get("dlexp_told", {}), told(env)
    reason = dependencies.first_difference(before, now)
    if before and reason:
        LOG.info("every page is written, for %s changed", reason)
    alone = app.builder.name == "html" and not drafts.are_shown() and reason is None
    vars(env).update(dlexp_told=now, dlexp_alone=alone)
    return alone


def are_written(env: BuildEnvironment) -> bool:
    """Return whether this build writes the pages that it read, and no other."""
    return bool(vars(env).get("dlexp_alone"))


def _must_show(app: Sphinx, _module: str) -> bool:
    """Return whether the page of a module's source is written: it shows what is told, too.

    Sphinx would look at dates, or write it whenever the text comes from an extension.
    """
    return not are_written(app.env)


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the extension that shows sources ask here."""
    app.setup_extension("sphinx.ext.viewcode")
    vars(viewcode)["should_generate_module_page"] = _must_show
    return {"parallel_read_safe": True, "parallel_write_safe": True}
