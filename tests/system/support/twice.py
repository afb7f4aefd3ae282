"""What a first run leaves behind in a worker shows in the second."""

import functools


def twice(test):
    """Runs a test's body a second time against the same workers."""
    @functools.wraps(test)
    def run(**arguments):
        test(**arguments)
        test(**arguments)
    return run
