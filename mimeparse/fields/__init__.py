"""Header blocks and field values: total functions from text to a value and its defects."""
