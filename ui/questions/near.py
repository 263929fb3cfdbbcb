"""What is near what? The explorer's map and heatmap."""

from ui.explorer import explore
from ui.questions.base import Question

QUESTION = Question("near", "What is near what?", explore, has_map=True, has_metric=True)
