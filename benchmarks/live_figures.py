"""How fast "Draw a digit" answers: predict, ten class maps and painting, in Chromium.

After ``make book``: ``PYTHONPATH=code:tests python benchmarks/live_figures.py``. It reports and
asserts nothing: times are a machine's, and this one may be busy. The aim is a median under 50 ms,
and under 200 ms with the processor slowed down four times.
"""

from statistics import median

from browsing import chromium
from dlexp import paths

RUNS = 60


def times(page, slower: int) -> list[float]:
    """Return the milliseconds of each answer, over the stored digits in turn, in order of size."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    choice = page.get_by_label("Start from")
    milliseconds = []
    for run in range(RUNS):
        choice.select_option(str(run % 20))
        milliseconds.append(page.locator(".dlx-live").evaluate("e => e.state.milliseconds"))
    return sorted(milliseconds[5:])  # without those in which the compiler warms up


def main() -> None:
    """Measure, and print one line per speed."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto((paths.BUILD / "html" / "grad_cam.html").as_uri())
        page.locator(".dlx").scroll_into_view_if_needed()
        page.wait_for_selector(".dlx[data-state=live]")
        for slower, aim in ((1, 50), (4, 200)):
            answers = times(page, slower)
            late = answers[int(0.95 * len(answers))]
            print(f"{slower}x: median {median(answers):.1f} ms (aim {aim}), p95 {late:.1f} ms")


if __name__ == "__main__":
    main()
