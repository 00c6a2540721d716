"""The result of a benchmark: a ratio with its limit, and the table of all ratios."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A measured value of the program, divided by the value that it is compared with."""

    name: str
    """What was measured."""
    reference: str
    """What it is compared with."""
    value: float
    """In `unit`."""
    reference_value: float
    """In `unit`."""
    unit: str
    limit: float
    """The highest ratio that is allowed, or the lowest one if `is_lower_limit`."""
    is_lower_limit: bool = False

    @property
    def ratio(self) -> float:
        """The value divided by the reference value."""
        return self.value / self.reference_value

    @property
    def is_met(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio >= self.limit if self.is_lower_limit else self.ratio <= self.limit


def table(ratios: list[Ratio]) -> str:
    """Return the ratios as a Markdown table."""
    heading = "| measured | compared with | program | reference | ratio | limit | result |"
    lines = [heading, "|---|---|---|---|---|---|---|"]
    for ratio in ratios:
        values = f"{ratio.value:.3g} {ratio.unit} | {ratio.reference_value:.3g} {ratio.unit} | {ratio.ratio:.3g}"
        limit = f"{'≥' if ratio.is_lower_limit else '≤'} {ratio.limit:.3g}"
        result = "met" if ratio.is_met else "MISSED"
        lines.append(f"| {ratio.name} | {ratio.reference} | {values} | {limit} | {result} |")
    return "\n".join(lines)
