"""Configurations as a reader meets them: fields with their comments, and values typed as text."""

import ast
import contextlib
import dataclasses
import difflib
import inspect
import io
import tokenize
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Field(NamedTuple):
    """A field of a configuration: its name, dotted where it lies in an inner one, and the rest."""

    name: str
    value: Any
    comment: str


def comments(source: str) -> dict[str, str]:
    r"""Return the comments behind the fields of a class, by field.

    Examples
    --------
    >>> comments("class Config:\n    steps: int = 468  # three epochs\n    rate: float = 1.0\n")
    {'steps': 'three epochs'}
    """
    explained: dict[str, str] = {}
    name = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not token.line[: token.start[1]].strip():
            name = token.string
        elif token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
            explained[name] = token.string.lstrip("# ")
    return explained


def fields(config: Any) -> list[Field]:
    """Return the fields of a configuration, those of inner ones by dotted names.

    Parameters
    ----------
    config : dataclass instance
    """
    explained = _explained(type(config))
    found = []
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            inner = fields(value)
            found += [each._replace(name=f"{field.name}.{each.name}") for each in inner]
        else:
            found.append(Field(field.name, value, explained.get(field.name, "")))
    return found


def _explained(kind: type) -> dict[str, str]:
    """Return the comments behind the fields of a class and of those that it builds on."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__[:-1]):
        with contextlib.suppress(OSError):  # of a class that somebody typed there is no source
            found |= comments(inspect.getsource(base))
    return found


def changed(config: Any, texts: Mapping[str, str]) -> Any:
    """Return a configuration with some fields as somebody typed them.

    Parameters
    ----------
    config : dataclass instance
    texts : mapping of str to str
        By the field's name, as `fields` has it.

    Raises
    ------
    ValueError
        If there is no such field, or a text is no value of its kind; one line says what is right.

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True)
    ... class Config:
    ...     rates: tuple[float, ...] = (0.1, 1.0)
    >>> changed(Config(), {"rates": "0.5,2"})
    Config(rates=(0.5, 2.0))
    """
    known = {name: value for name, value, _ in fields(config)}
    for name, text in texts.items():
        if name not in known:
            raise ValueError(not_one_of("a field", name, known))
        config = _replaced(config, name.split("."), parsed(text, known[name], name))
    return config


def _replaced(config: Any, path: list[str], value: object) -> Any:
    name, *rest = path
    inner = _replaced(getattr(config, name), rest, value) if rest else value
    return dataclasses.replace(config, **{name: inner})


def parsed(text: str, like: object, name: str) -> object:
    """Return a text as a value of the same kind as another.

    Raises
    ------
    ValueError
        If it is none; the message names the field.

    Examples
    --------
    >>> parsed("1e-3", 0.5, "rate"), parsed("64,32", (128,), "hidden"), parsed("7", 3, "size")
    (0.001, (64, 32), 7)
    """
    try:
        return _parsed(text, like)
    except (ValueError, SyntaxError, TypeError):
        kind = "one or more values with commas" if isinstance(like, tuple) else type(like).__name__
        rule = f"`{name}` must be {kind}, such as {written(like)}"
        raise ValueError(f"{rule}; got {text!r}") from None


def _parsed(text: str, like: object) -> object:
    if isinstance(like, bool):
        return {"true": True, "false": False}[text.lower()] if _is_truth(text) else _refuse()
    if isinstance(like, int | float):
        return type(like)(text)
    if isinstance(like, tuple):
        return _parsed_tuple(text, like)
    return text if isinstance(like, str) else ast.literal_eval(text)


def _is_truth(text: str) -> bool:
    return text.lower() in ("true", "false")


def _refuse() -> object:
    raise ValueError


def _parsed_tuple(text: str, like: tuple[object, ...]) -> tuple[object, ...]:
    if like and isinstance(like[0], tuple | dict | None):
        return tuple(ast.literal_eval(text))
    parts = [part.strip() for part in text.strip("() ").split(",") if part.strip()]
    return tuple(_parsed(part, like[0]) if like else ast.literal_eval(part) for part in parts)


def written(value: object) -> str:
    """Return a value as somebody would type it.

    Examples
    --------
    >>> written((0.1, 1.0)), written("max"), written(64)
    ('0.1,1.0', 'max', '64')
    """
    return ",".join(map(written, value)) if isinstance(value, tuple) else str(value)


def not_one_of(what: str, got: str, known: Iterable[str]) -> str:
    """Say in one line that a name is none of those that there are, and which is nearest.

    Examples
    --------
    >>> not_one_of("a field", "stepz", ["rate", "steps"])
    "a field must be one of rate, steps; got 'stepz', nearest to steps"
    """
    names = list(known)
    nearest = nearest_to(got, names)
    close = f", nearest to {nearest}" if nearest else ""
    return f"{what} must be one of {', '.join(names)}; got {got!r}{close}"


def nearest_to(got: str, known: Iterable[str]) -> str:
    """Return the name that is nearest to another one, of those that there are.

    Examples
    --------
    >>> nearest_to("convolve2d", ["softmax", "conv2d"])
    'conv2d'
    """
    [nearest] = difflib.get_close_matches(got, list(known), n=1, cutoff=0.0) or [""]
    return nearest
