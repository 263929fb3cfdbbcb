"""Lessons: steps beside a live picture. Guess first, then see it computed, then try it."""

from ui.frame import frame
from ui.lessons.opened import choose_lesson
from ui.lessons.overview import show_overview
from ui.lessons.player import play
from ui.lessons.progress import remember
from ui.state import Choices

frame("Lessons")
choices = Choices("lessons")

lessons, notes, lesson = choose_lesson(choices)
if lesson is None:
    show_overview(choices, lessons, notes)
else:
    play(choices, lessons, lesson, notes)
remember()
choices.publish()
