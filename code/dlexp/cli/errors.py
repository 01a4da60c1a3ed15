"""What a command can end with besides success, each told in one line."""

FINE, DOES_NOT_HOLD, WRONG_USE, STOPPED, UNREAD = 0, 1, 2, 130, 141
"""Exit codes; the last two are what a shell says of programs that these signals end."""


class WrongUse(ValueError):
    """The command line asks for what is not there; one line says what would be right."""


class DoesNotHold(RuntimeError):
    """A result or a claim is not as it should be; one line names it."""
