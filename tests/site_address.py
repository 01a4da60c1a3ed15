"""A Sphinx extension of the tests: the site has an address."""

from sphinx.application import Sphinx

BASE = "https://example.org/nets/"


def setup(app: Sphinx) -> None:
    """Set it before ours look."""
    app.connect("config-inited", lambda _app, config: setattr(config, "html_baseurl", BASE), 100)
