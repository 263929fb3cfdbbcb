"""The Projections page: what is mapped, how, what came of it, and how it came about."""
