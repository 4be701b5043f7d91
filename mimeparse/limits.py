"""`Limits`: every guardrail, its default and the reason for it.

Each is raised from one place, as `LimitExceeded`, and never degrades in silence: a sender could otherwise hide a payload
just below it. `0` means zero; `None` means unlimited and has to be written out by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from mimeparse.errors import LimitExceeded, UsageError

_KIB = 1024
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Hold the guardrails of one parse; immutable, and validated when it is built.

    Sizes are in bytes. Raises `UsageError` for anything but None or a number of at least zero (True is not 1 here).
    """

    max_message_bytes: int | None = 256 * _MIB
    """The whole input. Above every large provider's own limit for incoming mail (150 MB and less)."""

    max_header_bytes: int | None = 256 * _KIB
    """One header block. Chains of ARC and DKIM fields in real mail stay below a quarter of it."""

    max_total_header_bytes: int | None = 2 * _MIB
    """All header blocks together: otherwise every part gets the budget again."""

    max_header_count: int | None = 1_000
    """Fields in one header block; what mime4j and zbateson allow. Memory grows with fields, not with bytes."""

    max_structured_bytes: int | None = 128 * _KIB
    """One structured field (addresses, parameters, ids): some 3,000 recipients, each of which becomes an object."""

    max_depth: int | None = 128
    """Multiparts and messages inside one another. Forwards of forwards stay below ten, test suites reach a hundred; each open
    multipart is searched for, and the stdlib dies before 1,000."""

    max_parts: int | None = 10_000
    """Entities in the message; what Dovecot and rspamd allow. Digests of busy lists reach some hundreds."""

    max_attachments: int | None = 1_000
    """Parts that are not body text: each may cost its reader a file, an object in a store or a row."""

    max_boundary_bytes: int | None = 16 * _KIB
    """A boundary. RFC 2046 5.1.1 says 70 and a longer one is a defect, but what it delimits is still told apart. Each open one is
    held and searched for, so that it must not be as long as a header block."""

    max_part_bytes: int | None = 256 * _MIB
    """One decoded body. Only uuencode can expand, where blanks were lost (up to 32 times); the default follows max_message_bytes."""

    max_text_bytes: int | None = 16 * _MIB
    """One body that is handed out as `str`; text costs up to four times its bytes in memory."""

    max_spool_bytes: int = 4 * _MIB
    """Decoded bodies that `parse()` holds in memory; beyond it they go to one temporary file. Never raised."""

    max_defects: int = 200
    """Defects kept in full. Beyond it each code is still counted, and its first defect kept. Never raised."""

    max_cpu_seconds: float | None = 30.0
    """Time that the parser takes for one message, neither the wait for its source nor the caller's own work counted: ten times what 256 MiB
    of mail take on a slow machine."""

    max_readings: int = 32
    """How often `readings()` reads a message. Never raised: the union says that it is not complete, which is ambiguous in itself. Most
    messages in doubt have one or two questions, of at most three answers each; each reading costs a parse."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))

    def breach(self, name: str, *, offset: int, path: tuple[int, ...]) -> LimitExceeded:
        """Return the exception that says that the limit called `name` was hit; every one that is raised is made here."""
        return LimitExceeded(name, getattr(self, name), offset=offset, path=path)


_NEVER_UNLIMITED = frozenset({"max_spool_bytes", "max_defects", "max_readings"})
_FRACTIONAL = frozenset({"max_cpu_seconds"})


def _check(name: str, value: object) -> None:
    if value is None and name not in _NEVER_UNLIMITED:
        return
    # type() and not isinstance(): True passed for a limit is a slip, and NaN never compares, which would switch the guard off.
    if type(value) is int and value >= 0:
        return
    if name in _FRACTIONAL and type(value) is float and value >= 0:
        return
    kind = "a number" if name in _FRACTIONAL else "an int"
    unlimited = "" if name in _NEVER_UNLIMITED else " or None (unlimited)"
    raise UsageError(f"Limits({name}=...) must be {kind} >= 0{unlimited}, not {value!r}")


DEFAULT_LIMITS = Limits()
