"""Glossary: the terms of the field, two sentences and a formula each."""

from ui.errors import told
from ui.frame import frame
from ui.glossary import show_glossary
from ui.state import Choices

frame("Glossary")
choices = Choices("glossary")

with told():
    show_glossary(choices)
choices.publish()
