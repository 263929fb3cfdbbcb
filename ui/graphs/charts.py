"""What the charts of graphs share."""

GREY = "#8a8d9b"
"""Of what stands beside the thing in question: readable on light and on dark."""
