"""What one part of the audit came to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One part of the audit, in Spanish, for whoever keeps the dependencies.

    Attributes:
        subject: what was looked at.
        summary: in a few words, what was seen.
        findings: what has to be put right or accepted; one makes the audit fail.
        notes: what somebody should know.
        checked: False if it could not be looked at, which the summary then explains.
    """

    subject: str
    summary: str
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    checked: bool = True
