"""What several people do at the very same moment, each in a thread of their own."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from flask import Flask

WAIT_SECONDS = 60

Act = Callable[[], Any]
Preparation = Callable[[], Act]
Expected = tuple[type[Exception], ...]


def at_once(*acts: Act, app: Flask | None = None, expected: Expected = ()) -> list[Any]:
    """What each returned, or which of the `expected` errors it raised.

    With `app` each has an application context, and so a session, of its own; browsers bring theirs.

    Raises:
        ExceptionGroup: Of all errors that nobody expected.
    """
    return prepared_at_once(*((lambda act=act: act) for act in acts), app=app, expected=expected)


def prepared_at_once(
    *preparations: Preparation, app: Flask | None = None, expected: Expected = ()
) -> list[Any]:
    """The same of those who read something before: each preparation returns its act."""
    start = threading.Barrier(len(preparations), timeout=WAIT_SECONDS)
    outcomes: list[Any] = [TimeoutError("still at it")] * len(preparations)

    def prepared(preparation: Preparation) -> Act:
        try:
            act = preparation()
        except Exception:
            start.abort()
            raise
        start.wait()
        return act

    def run(place: int) -> None:
        with app.app_context() if app else nullcontext():
            try:
                outcomes[place] = prepared(preparations[place])()
            except Exception as error:
                outcomes[place] = error

    places = range(len(preparations))
    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    unexpected = [error for error in errors if not isinstance(error, expected)]
    if unexpected:
        raise ExceptionGroup("at once", unexpected)
    return outcomes
