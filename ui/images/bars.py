"""A few named shares as bars, one of which is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ui.components.choosing import mount_chooser, whole_number
from ui.components.payload import text_fingerprint

_ROW = 47


def draw_bars(
    bars: Sequence[tuple[str, float, str]],
    *,
    key: str,
    chosen: int | None,
    summary: str,
    on_choose: Callable[[int], None],
) -> None:
    """Draw the bars.

    Parameters
    ----------
    bars
        Name, share from 0 to 1, and the number as it is read.
    key
        Unique on the page.
    chosen
        Which of them; None where there is nothing to choose.
    summary
        What they are, for those who do not see them.
    on_choose
        Called before the rerun with which one.
    """

    def changed(message: Mapping[str, Any]) -> None:
        at = whole_number(message, "chosen", len(bars))
        if at is not None:
            on_choose(at)

    message = {
        "bars": [[name, max(0.0, min(1.0, share)), number] for name, share, number in bars],
        "chosen": chosen,
        "summary": summary,
    }
    mount_chooser(
        "bars",
        message,
        key=key,
        items=text_fingerprint([name for name, _, _ in bars]),
        height=_ROW * len(bars),
        on_choose=changed,
    )
