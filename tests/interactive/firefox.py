"""Firefox without a window, spoken to in WebDriver BiDi: as much of it as the tests need."""

import asyncio
import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
PATIENCE = 90  # seconds, for a machine that does much else
ANNOUNCED = "WebDriver BiDi listening on "
HALF_LOADED = "Invalid markup: Incorrect number of children for <m"
"""What Firefox says of a formula that it lays out before all of it has come from the server.

Whether formulas are whole, ``tests/test_book.py`` asks of the files.
"""
SETTINGS = """
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
"""


class Page:
    """One tab: what is asked of it, and what it complained of."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.numbers = itertools.count(1)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.context = ""

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; note the events that come before it."""
        number = next(self.numbers)
        await self.socket.write_message(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        while True:
            text = await asyncio.wait_for(self.socket.read_message(), PATIENCE)
            assert text is not None, "Firefox has gone"
            message = json.loads(text)
            if message.get("id") == number:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def _note(self, event: dict[str, Any]) -> None:
        said = event.get("params", {})
        logged = event.get("method") == "log.entryAdded" and said["level"] in ("error", "warn")
        if logged and not said["text"].startswith(HALF_LOADED):
            self.complaints.append(said["text"])
        if event.get("method") == "network.beforeRequestSent":
            self.requests.append(said["request"]["url"])

    async def open(self) -> None:
        """Begin: a session, its one tab, and the events to listen to."""
        await self.ask("session.new", capabilities={})
        tree = await self.ask("browsingContext.getTree")
        self.context = tree["contexts"][0]["context"]
        await self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    async def go(self, address: str) -> None:
        """Open an address and wait until it has loaded."""
        await self.ask(
            "browsingContext.navigate", context=self.context, url=address, wait="complete"
        )

    async def value(self, expression: str) -> Any:
        """Return what an expression, or a promise, is worth; it must be JSON."""
        wrapped = f"Promise.resolve({expression}).then(value => JSON.stringify(value || null))"
        found = await self.ask(
            "script.evaluate", expression=wrapped, target={"context": self.context},
            awaitPromise=True,
        )  # fmt: skip
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])

    async def resize(self, width: int, height: int) -> None:
        """Give the page a window of another size."""
        size = {"width": width, "height": height}
        await self.ask("browsingContext.setViewport", context=self.context, viewport=size)

    async def drag(self, *points: tuple[float, float]) -> None:
        """Press the mouse at the first point of the window, move along the others, release it."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in points]
        press, release = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        actions = [moves[0], press, *moves[1:], release]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        await self.ask("input.performActions", context=self.context, actions=[mouse])

    async def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        await self.ask(
            "input.performActions",
            context=self.context,
            actions=[{"type": "key", "id": "keyboard", "actions": actions}],
        )


def _address(process: "subprocess.Popen[str]") -> str:
    """Return where Firefox listens, from what it prints when it has started."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(ANNOUNCED):
            return line.removeprefix(ANNOUNCED).strip()
    raise AssertionError("Firefox did not start")


@asynccontextmanager
async def firefox(*, dark: bool) -> AsyncIterator[Page]:
    """Start Firefox with a profile of its own, and end it."""
    scheme = f'user_pref("layout.css.prefers-color-scheme.content-override", {0 if dark else 1});\n'
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "user.js").write_text(SETTINGS + scheme, "utf-8")
        process = subprocess.Popen(
            [str(FIREFOX), "--headless", "--no-remote", "--remote-debugging-port", "0",
             "--profile", folder, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            address = await asyncio.to_thread(_address, process)
            page = Page(await websocket_connect(f"{address}/session", max_message_size=2**28))
            await page.open()
            yield page
            page.socket.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)
            assert process.stderr is not None
            process.stderr.close()
