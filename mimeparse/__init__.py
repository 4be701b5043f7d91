"""Parse mail: a streaming, pull-based MIME parser."""
