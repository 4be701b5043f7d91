"""Levels of use on the one core: events, parts, the whole message, JSON."""
