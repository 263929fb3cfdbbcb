"""What can stand beside the map: one file a panel, listed in the order a person asks."""

from embedding_core.registry import Registry
from ui.panels import heat, metrics, selected, stability, table, takeaway
from ui.panels.base import Panel

PANELS: Registry[Panel] = Registry(
    "panel",
    (selected.PANEL, heat.PANEL, table.PANEL, stability.PANEL, metrics.PANEL, takeaway.PANEL),
)
