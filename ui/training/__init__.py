"""The training page: what is trained, by which settings, and the stage on which it is seen."""
