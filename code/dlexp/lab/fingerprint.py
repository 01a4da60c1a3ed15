"""What a piece of the book's code depends on: the symbols it can reach, each with a digest.

Everything is read from source files and nothing is imported, so that a key costs milliseconds
and no Keras. A name is resolved as Python's scopes say: a local variable reaches nothing, an
import inside a function what it imports. Where it is open what a name stands for, everything that
it may stand for counts: a module that is handed on counts whole, a package with all its modules,
an import by a computed name for all below the package that its text begins with. Docstrings,
comments, layout and the annotations of plain functions are left out, for they change no result.

Code that looks things up by names that nobody can read (``eval``, ``globals()``, ``sys.modules``,
``getattr(sys, ...)``, ``pickle``, ``gc``, a frame's ``f_globals``, a computed import without a
beginning) or that reads what is left out (``__doc__``, ``__code__``, ``__file__``, ``inspect``) is
refused with its file and line where a unit reaches it; in a page's cell such a lookup counts for
everything, and a docstring for nothing.

What cannot be seen:

- what a decorator or a function called for a value at the top of a module changes on the way:
  a registry that ``@keep`` fills, ``done = TABLE.update(...)``. (``@f.register`` is seen.)
  :func:`guard` finds the functions that are reached so, while code runs; constants it cannot.
- what is no Python of ours: a file that is read by a path that somebody typed, an environment
  variable, a child process. Loaders compare what they read with a checksum in their own module,
  which counts.
- what libraries do, and what they find by looking at an object or at the frame of their caller:
  versions are provenance.
"""

from dlexp.lab.guard import ENGINE, Undeclared, guard
from dlexp.lab.reach import Unreadable, cells_closure, chapters_reached, closure
from dlexp.lab.source import Code, Symbol

__all__ = [
    "ENGINE",
    "Code",
    "Symbol",
    "Undeclared",
    "Unreadable",
    "cells_closure",
    "chapters_reached",
    "closure",
    "guard",
]
