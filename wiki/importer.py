"""`python -m wiki.importer NUMBER`: the next step of one import, as the background starts it."""

import os
import sys

from wiki import background, create_app
from wiki.config import Settings
from wiki.reuse.job import do_next_step

NICENESS = 5


def main(import_id: int) -> None:
    """Do the step, giving way to the web workers, and end; or end with the parent."""
    background.die_with_parent()
    os.nice(NICENESS)
    with create_app(Settings.from_environment()).app_context():
        do_next_step(import_id)


if __name__ == "__main__":
    main(int(sys.argv[1]))
