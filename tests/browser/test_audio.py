"""Sound in a real browser: it plays, a line runs over its pictures, a click chooses a moment."""

from __future__ import annotations

import pytest

RECORDING = "bass hard c"
# Whether the line runs while the sound does. It is short: looked at from the page itself, frame by
# frame, for a slow machine's question may come when all is over.
SEEN_WHILE_HEARD = """
async () => {
  const button = document.querySelector('.ex-sound-play');
  const head = document.querySelector('.ex-sound-head');
  const clock = document.querySelector('.ex-sound-clock');
  for (const until = performance.now() + 20_000; performance.now() < until; ) {
    if (button.getAttribute('aria-label').startsWith('Play')) button.click();
    await new Promise(requestAnimationFrame);
    if (!head.hidden && !clock.textContent.startsWith('0.00')) return true;
  }
  return false;
}
"""
# How many different colours the pictures have.
COLOURS = """
() => [...document.querySelectorAll('.ex-sound-track canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(60, 22, 200, 20);
  const found = new Set();
  for (let i = 0; i < data.length; i += 4) found.add(data.slice(i, i + 3).join());
  return found.size;
})
"""


@pytest.fixture
def recording(page, server, idle):
    def open_page(query):
        page.goto(server.at(f"audio?{query}"))
        page.locator(".ex-sound[data-drawn]").first.wait_for()
        idle(page)
        return page

    return open_page


def test_a_selected_recording_is_seen_and_heard_and_so_are_its_neighbours(recording):
    page = recording(f"map=pca&sel={RECORDING.replace(' ', '+')}")
    assert len(found := page.evaluate(COLOURS)) == 3
    assert found[0] > 1
    assert found[1] > 20
    assert found[2] > 10
    assert page.evaluate(SEEN_WHILE_HEARD)
    rows = page.locator(".ex-playlist-row")
    assert rows.count() == 15
    # Another sound stops the first: one is heard at a time.
    rows.nth(2).locator(".ex-playlist-play").click()
    page.wait_for_function(
        "document.querySelector('.ex-sound-play').getAttribute('aria-label').startsWith('Play')"
    )
    name = rows.nth(1).locator(".ex-playlist-name").inner_text()
    rows.nth(1).locator(".ex-playlist-name").click()
    page.get_by_role("heading", name=name, exact=True).wait_for()


def test_a_click_on_the_pictures_chooses_the_moment_that_is_explained(recording, idle):
    page = recording("ask=made&clip=guit+e+slide")
    box = page.locator(".ex-sound-track").nth(1).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**at=*")
    idle(page)
    at = float(page.url.split("at=")[1].split("&")[0])
    assert 1.5 < at < 2.1
    assert f"At {at:.2f} s" in page.locator("h5").first.inner_text()
