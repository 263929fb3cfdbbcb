"""The parts of the Lessons page: the list of lessons, and the player that goes through one."""
