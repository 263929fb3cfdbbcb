"""``python -m embedding_core``, and the command ``embedding-explorer``."""

import sys

from embedding_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
