"""The toy package is read by the tests, never imported by pytest."""

collect_ignore = ["toybook"]
