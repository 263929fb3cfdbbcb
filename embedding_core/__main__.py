"""``python -m embedding_core``, and the command ``embedding-explorer``."""

import os
import sys

from embedding_core import cli


def main() -> int:
    """Run the command line of this process.

    Whoever has a shell reads this disk and the network anyway: models may be named by their folder
    and fetched by their id, unless ``EMBEDDING_LOCAL`` says otherwise.
    """
    os.environ.setdefault("EMBEDDING_LOCAL", "1")
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
