"""An external API that holds what it is asked until the test lets go: order without waiting for time to pass."""

from support.process import wait_for

HOUR = 3_600_000  # ms: longer than any test


def hold(api, path="*", **options):
    """From now on no answer leaves; what is asked is done. `options`: of the fault, {"times": 1} for example."""
    api.fault("delay", path, **{"delay_ms": HOUR, "times": "forever", **options})


def wait_held(api, count):
    """Waits until exactly so many requests are held."""
    wait_for(lambda: api.state()["under_way"] == count, f"{count} requests that are held")


def let_go(api):
    """Everything that is held is answered, and what comes is not held any more."""
    api.clear_faults()
    api.release()


def wait_gone(api, path="*", count=1):
    """Waits until so many requests have lost their client."""
    wait_for(lambda: sum(entry["outcome"] == "client gone" for entry in api.requests(path)) >= count,
             f"{count} requests whose client has gone")


def wait_counter(actions, name, counter, value):
    """Waits until the status says so of an action."""
    wait_for(lambda: actions.state(name)[counter] == value, f"{counter} {value}")
