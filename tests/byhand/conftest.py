"""Hypothesis draws the same examples each time: a red test stays red."""

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
