"""The Interview page: questions to browse, as flashcards, and asked one by one."""

from embedding_core.registry import Registry
from ui.interview import browsing, cards, mock
from ui.interview.mode import Mode

MODES: Registry[Mode] = Registry("way to practise", (browsing.MODE, cards.MODE, mock.MODE))
