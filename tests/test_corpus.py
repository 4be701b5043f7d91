"""The whole of a corpus of real mail, where there is one; see `tests/corpus.py`, which also prints a table."""

from __future__ import annotations

import os

import corpus
import pytest

PATHS = corpus.messages()
# Every level of every message takes minutes; the gate reads a slice of it, `python tests/corpus.py` all.
SLICE = int(os.environ.get("MIMEPARSE_CORPUS_SLICE", "10"))


@pytest.mark.skipif(not PATHS, reason="the corpus of real mail is not beside this checkout")
@pytest.mark.parametrize("path", PATHS[::SLICE], ids=lambda path: f"{path.parent.name}/{path.name[:12]}")
def test_every_level_reads_the_message(path):
    try:
        corpus.check_levels(path.read_bytes())
    except corpus.LimitExceeded as breach:
        pytest.fail(f"a default limit is too tight: {breach}")
