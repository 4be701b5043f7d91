"""The sans-I/O pull parser: bytes in, events out."""
