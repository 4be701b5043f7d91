"""From bytes to data: transfer encodings and charsets."""
