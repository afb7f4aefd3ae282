"""What the sources must deliver, computed from the contract and not by the code under test."""

import functools
from fractions import Fraction


def transaction(number):
    """One record of `synthetic transactions`, counted from 1, as its exact bytes."""
    amount = f"{100 + Fraction(number % 500 * 3, 4)!s}"
    cents = int(Fraction(amount) * 100)
    return (f'{{"id":{number},"customer_id":"CUST-{number:08d}","transaction_amount":{cents // 100}.{cents % 100:02d},'
            '"status":"completed","timestamp":"2024-01-15T10:30:00Z"}')


def nested(number):
    """One record of `synthetic nested`."""
    value = Fraction(number) * 3 / 2
    return (f'{{"record_id":{number},"metadata":{{"source":"gen_api","version":"1.2.0"}},'
            f'"payload":{{"value":{float(value)},"tags":["processed","streamed"]}}}}')


@functools.lru_cache(maxsize=8)
def texts(kind, count):
    """The first `count` records of a kind ("transactions", "nested")."""
    make = transaction if kind == "transactions" else nested
    return tuple(make(number) for number in range(1, count + 1))


def array(texts):
    return ("[" + ",".join(texts) + "]").encode()


def ndjson(texts):
    return "".join(text + "\n" for text in texts).encode()


def batches(texts, size):
    groups = [",".join(texts[at:at + size]) for at in range(0, len(texts), size)]
    return ("[" + ",".join(f"[{group}]" for group in groups) + "]").encode()


def envelope(texts, complete=True, reason="null", following="null"):
    """`reason` and `following` (the member `next`) as JSON text."""
    return ('{"records":[' + ",".join(texts) + f'],"count":{len(texts)},"complete":{str(complete).lower()},'
            f'"reason":{reason},"next":{following}}}').encode()
