"""format=flowed (RFC 3676): paragraphs put together again that were broken into lines to be readable everywhere."""

from __future__ import annotations

_SIGNATURE = "-- "  # RFC 3676 4.3: the line before a signature ends in a blank and is not flowed


def unwrap(text: str, *, delete_blanks: bool) -> str:
    """Return `text`, which has LF line ends, with its flowed lines joined.

    A line that ends in a blank goes on in the next one of the same quote depth (RFC 3676 4.2). `delete_blanks` is what `DelSp=yes` says:
    the blank was put there for the break. Quote marks stay, as `>` for each level and one blank. Never raises; linear.
    """
    joined: list[str] = []
    open_depth: int | None = None  # of the paragraph that goes on
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # RFC 3676 4.4: stuffed
        flows = content.endswith(" ") and content != _SIGNATURE
        kept = content[:-1] if flows and delete_blanks else content
        if open_depth == depth and content != _SIGNATURE:
            joined.append(kept)
        else:
            mark = ">" * depth + (" " if depth else "")
            joined.append(("\n" if joined else "") + mark + kept)
        open_depth = depth if flows else None
    return "".join(joined)
