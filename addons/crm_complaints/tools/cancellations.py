# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much of what was cancelled counts, so that no money counts twice? Plain Python.

All amounts of one order are in the order's currency.

* A credit note counts in full, at its own date.
* Goods taken back from a line count as far as no credit note of that line covers them,
  the oldest first.
* The cancellation of an order counts as far as no credit note covers it that is not
  used up by goods taken back before.
* What was taken up again (order reopened, quantity raised again) and what is marked as a
  mere correction counts nothing, and neither does a quotation: it never was an order.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One cancellation of an order.

    :param kind: "order", "part", "credit" or "quotation"
    :param line: what tells the order line apart, None for a whole order
    :param value: untaxed value
    :param undone: share of it that was taken up again, 0 to 1
    :param void: counts nothing at all, e.g. a correction
    """

    kind: str
    line: object
    value: float
    undone: float = 0.0
    void: bool = False

    @property
    def rest(self):
        """Value that was not taken up again."""
        return 0.0 if self.void else self.value * (1 - self.undone)


def counted_values(entries):
    """The value of each entry that counts.

    :param entries: list of :class:`Entry` of one order, oldest first
    :return: list of floats in the same order
    """
    unused = {}
    for entry in entries:
        if entry.kind == "credit":
            unused[entry.line] = unused.get(entry.line, 0.0) + entry.rest
    counted = [entry.rest if entry.kind in ("credit", "part") else 0.0 for entry in entries]
    for position, entry in enumerate(entries):
        # The line of a removed one is not known any more: nothing can cover it.
        if entry.kind == "part" and entry.line and entry.rest > 0:
            covered = min(entry.rest, max(unused.get(entry.line, 0.0), 0.0))
            counted[position] -= covered
            if covered:
                unused[entry.line] -= covered
    left = sum(unused.values())
    for position, entry in enumerate(entries):
        if entry.kind == "order" and entry.rest > 0:
            covered = min(entry.rest, max(left, 0.0))
            counted[position] = entry.rest - covered
            left -= covered
    return counted
