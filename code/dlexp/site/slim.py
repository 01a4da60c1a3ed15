r"""Scripts and styles without what only their authors read: comments, and space between signs.

Names stay, so that an error in a reader's browser can be understood. What is published is what the
browser tests run, and Node compares the slimmed engine with Keras.
"""

import re

_TOKEN = re.compile(
    r"""(?P<gap>(?:\s+|/\*.*?\*/|//[^\n]*)+)
    |(?P<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)
    |(?P<pattern>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)
    |(?P<word>[\w$]+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_DIVIDED = re.compile(r"[\w$)\]}'\"`]$")
"""After these, a slash divides; after anything else, it begins a regular expression."""

_OPEN = re.compile(r"[{(\[,;:?=&|+\-*/<>.!%^~]$")
"""Whatever ends with these goes on in the next line."""

_CLOSED = re.compile(r"[})\],;:?=&|*/<>.%^]")
"""Whatever begins with these belongs to the line before; not so brackets that open, and ``+-!``."""

_STYLE = (
    (re.compile(r"/\*.*?\*/", re.DOTALL), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r" ?([{};,>]) ?"), r"\1"),
    (re.compile(r"(?<=[\w-]): (?=[^{}]*[;}])"), ":"),
    (re.compile(r";\}"), "}"),
)


def script(source: str) -> str:
    r"""Return a script that does the same, without comments and needless space.

    Parameters
    ----------
    source : str
        JavaScript in which a template holds no other template.

    Returns
    -------
    str
        With a line break where leaving it out might join two statements.

    Examples
    --------
    >>> script("/** Doubles. */\nconst f = (x) => {\n  // twice\n  return 2 * x;\n};\n")
    'const f=(x)=>{return 2*x;};'
    >>> script("a = b + +c / d;\nlet e = 'no // comment'")
    "a=b+ +c/d;let e='no // comment'"
    """
    made, gap, at = "", "", 0
    while at < len(source):
        token = _next(source, at, made)
        at += len(token)
        if token[0].isspace() or token.startswith(("//", "/*")):
            gap += token
            continue
        made += (_between(made, token, gap) if gap and made else "") + token
        gap = ""
    return made


def _next(source: str, at: int, made: str) -> str:
    """Return the token that starts at a place; a slash is read by what stands before it."""
    match = _TOKEN.match(source, at)
    assert match is not None  # the last alternative takes any sign
    divides = match.lastgroup == "pattern" and _DIVIDED.search(made)
    return "/" if divides and not made.endswith("return") else match.group()


def _between(made: str, token: str, gap: str) -> str:
    """Return what must stand between two tokens that had a gap between them."""
    both_words = re.match(r"[\w$]", token) and re.search(r"[\w$]$", made)
    same_sign = made[-1] in "+-" and token[0] == made[-1]
    if "\n" in gap and not _OPEN.search(made) and not _CLOSED.match(token):
        return "\n"
    return " " if both_words or same_sign else ""


def style(source: str) -> str:
    r"""Return a style sheet that looks the same, without comments and needless space.

    Examples
    --------
    >>> style("/* Red. */\n.a:hover > b {\n  color: red;\n  margin: 0 1px;\n}\n")
    '.a:hover>b{color:red;margin:0 1px}'
    """
    for pattern, replacement in _STYLE:
        source = pattern.sub(replacement, source)
    return source.strip()
