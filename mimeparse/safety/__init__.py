"""What a stranger wrote, made harmless: file names, types, HTML."""
