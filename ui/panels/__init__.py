"""What can stand beside the map: one file a panel, listed in the order a person asks."""

from embedding_core.registry import Registry
from ui.panels import (
    clusters,
    duplicates,
    heat,
    links,
    metrics,
    network,
    newcomer,
    probe,
    selected,
    stability,
    table,
    takeaway,
    trust,
)
from ui.panels.base import Panel

PANELS: Registry[Panel] = Registry(
    "panel",
    (
        network.PANEL,
        selected.PANEL,
        heat.PANEL,
        table.PANEL,
        trust.PANEL,
        links.PANEL,
        newcomer.PANEL,
        stability.PANEL,
        clusters.PANEL,
        duplicates.PANEL,
        probe.PANEL,
        metrics.PANEL,
        takeaway.PANEL,
    ),
)
