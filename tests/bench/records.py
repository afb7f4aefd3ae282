"""The bytes that every peer serves: the tutorial's records, as an array, as lines, and as a table."""

import contextlib
import sqlite3

COUNT = 50000
ROWS = 500000
QUERY = "SELECT id, customer_id, transaction_amount, status, timestamp FROM tx ORDER BY id"

_STATUS, _TIMESTAMP = "completed", "2024-01-15T10:30:00Z"


def _cents(number):
    return 10000 + number % 500 * 75


def record(number):
    cents = _cents(number)
    return (f'{{"id":{number},"customer_id":"CUST-{number:08d}","transaction_amount":'
            f'{cents // 100}.{cents % 100:02d},"status":"{_STATUS}","timestamp":"{_TIMESTAMP}"}}')


def write_files(directory):
    lines = [record(number) for number in range(1, COUNT + 1)]
    (directory / "array.json").write_text("[" + ",".join(lines) + "]")
    (directory / "lines.ndjson").write_text("".join(line + "\n" for line in lines))


def write_database(directory):
    with contextlib.closing(sqlite3.connect(directory / "rows.db")) as database:
        database.execute("CREATE TABLE tx (id INTEGER PRIMARY KEY, customer_id TEXT,"
                         " transaction_amount REAL, status TEXT, timestamp TEXT)")
        # An eighth more, so that all who write the shortest text write the same: no 101.0 beside 101.
        database.executemany("INSERT INTO tx VALUES (?, ?, ?, ?, ?)",
                             ((number, f"CUST-{number:08d}", _cents(number) / 100 + 0.125, _STATUS, _TIMESTAMP)
                              for number in range(1, ROWS + 1)))
        database.commit()
