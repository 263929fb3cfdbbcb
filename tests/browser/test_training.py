"""The training page in a real Chromium: the film plays by itself, all parts keep to its moment."""

from __future__ import annotations

# The film has ended, and the ledger stands at the same moment.
ENDED = """
() => {
    const slider = document.querySelector(".ex-player input");
    return slider && slider.value === slider.max && Number(slider.max) > 20
        && [...document.querySelectorAll("button")].every((button) => button.textContent !== "Stop")
        && document.querySelector("h5")?.textContent.includes("is nearest to");
}
"""
BEGUN = """
() => document.querySelector(".ex-player input").value === "0"
    && document.querySelector(".ex-step").textContent === "the start"
"""
READINGS = """
() => [...document.querySelectorAll(".ex-ledger-value")].map((value) => value.textContent)
"""
NEAREST = """
() => [...document.querySelectorAll(".ex-ledger-row")]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => row.querySelector(".ex-bars-name").textContent)[0]
"""


def test_a_training_plays_by_itself_and_is_scrubbed_from_its_curves(visit):
    page = visit("training?words.epochs=10&words.vector_size=12&watch=queen&step=1")
    page.wait_for_function(ENDED, timeout=120_000)
    said = page.locator("h5").inner_text()
    assert said.startswith(f"queen is nearest to {page.evaluate(NEAREST)}; at first it was ")
    at_last = page.evaluate(READINGS)
    page.locator(".ex-ledger-curve").first.click(position={"x": 2, "y": 30})
    page.wait_for_function(BEGUN)
    assert page.evaluate(READINGS) != at_last
    # Rows slide to their places.
    first = said.rsplit(" ", 1)[1]
    page.wait_for_function(f"() => ({NEAREST})() === {first!r}")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(ENDED, timeout=60_000)
    assert page.evaluate(READINGS) == at_last
