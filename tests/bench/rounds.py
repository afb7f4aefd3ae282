"""Rounds in pairs, and what comes out of them.

A machine is never quiet for long. So what is compared runs in turns, a fraction of a second each, and each turn is
compared with its neighbour alone: the median of these ratios is the result, their range is the spread.
"""

import dataclasses
import operator
import statistics


def rate_text(values, unit):
    return f"{statistics.median(values):.0f} {unit} ({min(values):.0f}-{max(values):.0f})"


@dataclasses.dataclass
class Row:
    name: str
    ours: str
    peer: str
    values: list       # ratios, or figures of our own: one a round
    bound: float = None
    at_most: bool = False
    form: str = "{:.2f}"

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def met(self):
        if self.bound is None:
            return None
        return (operator.le if self.at_most else operator.ge)(self.median, self.bound)

    def cells(self):
        bound = "stated" if self.bound is None else ("<= " if self.at_most else ">= ") + self.form.format(self.bound)
        spread = f"{self.form.format(min(self.values))}-{self.form.format(max(self.values))}"
        return (self.name, self.ours, self.peer, self.form.format(self.median), spread, bound,
                {None: "", True: "yes", False: "NO"}[self.met])


HEADINGS = ("row", "ours (min-max)", "beside it (min-max)", "median", "spread", "bound", "met")


def table(rows):
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def pairs(rounds, ours, peer):
    """Both measured `rounds` times in turns, the order changing: (ours, peer's)."""
    results = [], []
    for number in range(rounds):
        turns = [(0, ours), (1, peer)]
        for index, measure in turns if number % 2 == 0 else reversed(turns):
            results[index].append(measure())
    return results


def compare(name, rounds, ours, peer, bound, unit="MB/s"):
    """Rates: ours has to be at least `bound` times the peer's."""
    own, other = pairs(rounds, ours, peer)
    ratios = [a / b for a, b in zip(own, other)]
    return Row(name, rate_text(own, unit), rate_text(other, unit), ratios, bound)
