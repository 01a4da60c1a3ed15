"""What the roles of a page place, as text: settings of its chapter, effects of its claims."""

import re
from typing import Any

from dlexp import chapters
from dlexp.draw.table import formatted
from dlexp.lab import statements
from dlexp.lab.claims import Claim
from dlexp.lab.drafts import STALE
from dlexp.site.evidence import Evidence, find, find_elsewhere

_ROLE = re.compile(r"\{(?P<role>setting|effect|elsewhere|checked)\}`(?P<target>[^`]+)`")
_MARKUP = re.compile(r"(?<![\w*`])([*_]{1,2}|`)(?=\S)(.+?)(?<=\S)\1(?![\w*`])")


def setting(slug: str, target: str) -> str:
    """Return a setting of a chapter as text.

    Parameters
    ----------
    slug : str
    target : str
        ``path:spec``: see `dlexp.chapters.setting`, and a format, which may be missing.

    Raises
    ------
    ValueError
        If there is no such setting, or it is neither a number nor a text.

    Examples
    --------
    >>> setting("batch_norm", "Rates.train_size:,d")
    '10,000'
    """
    path, _, spec = target.partition(":")
    value: Any = chapters.setting(slug, path)
    if isinstance(value, str):
        return value
    return formatted(value, spec or ("d" if isinstance(value, int) else "g"), name=path)


def effect(slug: str, target: str) -> str:
    """Return the effect of a claim, in the reader's units, as text.

    Raises
    ------
    dlexp.site.evidence.NoEvidence
        If there is no such claim.
    """
    name, _, spec = target.partition(":")
    return _effect(*find(statements.identifier(name, slug)), spec)


def elsewhere(slug: str, target: str) -> str:
    """Return the effect of a claim on Fashion-MNIST, in the reader's units, as text.

    Raises
    ------
    dlexp.site.evidence.NoEvidence
        If the claim was not asked there.
    """
    name, _, spec = target.partition(":")
    return _effect(*find_elsewhere(statements.identifier(name, slug)), spec)


def _effect(claim: Claim, known: Evidence, spec: str) -> str:
    text = formatted(claim.scale.factor * claim.effect, spec or ".3g", name=claim.id)
    return f"{text} ({STALE})" if known.stale(claim) else text


def checked(slug: str, target: str) -> str:
    """Return the count of what must never happen, such as ``"0 of 500"``.

    Raises
    ------
    dlexp.site.evidence.NoEvidence
        If there is no such claim.
    ValueError
        If the claim counts nothing.
    """
    claim, known = find(statements.identifier(target, slug))
    if claim.counts is None:
        raise ValueError(f"what is checked must be counted; got {claim.id}, measured by seed")
    text = "{:,} of {:,}".format(*claim.counts)
    return f"{text} ({STALE})" if known.stale(claim) else text


TEXTS = {"setting": setting, "effect": effect, "elsewhere": elsewhere, "checked": checked}
"""What each role places, from the page's slug and the role's target."""


def plain(sentence: str, slug: str) -> str:
    """Return a sentence of a page as plain text, its roles replaced by what they place.

    Examples
    --------
    >>> plain("It sees {setting}`Rates.batch_size` *images* a step.", "batch_norm")
    'It sees 64 images a step.'
    """
    placed = _ROLE.sub(lambda match: TEXTS[match["role"]](slug, match["target"]), sentence)
    return _MARKUP.sub(r"\2", placed)
