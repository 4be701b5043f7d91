"""What a file is by its first bytes, and what its type and extension promise."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.safety.formats import (
    SNIFFED_TEXT_BYTES,
    Family,
    as_text,
    families_of_extension,
    families_of_type,
    format_of,
)

BINARY = {
    b"MZ\x90\0\x03": Family.PROGRAM,
    b"ZM" + b"x" * 61 + b"\0": Family.PROGRAM,
    b"\x7fELF\x02\x01": Family.PROGRAM,
    b"\xcf\xfa\xed\xfe\x07": Family.PROGRAM,
    b"\xfe\xed\xfa\xce\0": Family.PROGRAM,
    b"\xca\xfe\xba\xbe\0\0\0\x34": Family.PROGRAM,
    b"dex\n035\0": Family.PROGRAM,
    b"\0asm\x01": Family.PROGRAM,
    b"L\0\0\0\x01\x14\x02\0\0": Family.PROGRAM,
    b"ITSF\x03": Family.PROGRAM,
    b"vhdxfile": Family.DISK,
    b"conectix\0": Family.DISK,
    b"\xeb\x3c\x90" + b"x" * 507 + b"\x55\xaa": Family.DISK,
    b"x" * 32_769 + b"CD001": Family.DISK,
    b"x" * 1_024 + b"conectix" + b"x" * 504: Family.DISK,
    b"x" * 1_024 + b"koly\0\0\0\x04" + b"x" * 504: Family.DISK,
    b"\x89PNG\r\n\x1a\n": Family.IMAGE,
    b"\xff\xd8\xff\xe0": Family.IMAGE,
    b"GIF89a": Family.IMAGE,
    b"II*\0": Family.IMAGE,
    b"BM\x10\x20\0\0\0\0\0\0": Family.IMAGE,
    b"RIFF\x10\0\0\0WEBPVP8 ": Family.IMAGE,
    b"\0\0\0\x18ftypheic": Family.IMAGE,
    b"RIFF\x10\0\0\0WAVEfmt ": Family.MEDIA,
    b"\0\0\0\x18ftypmp42": Family.MEDIA,
    b"OggS\0": Family.MEDIA,
    b"%PDF-1.7": Family.PDF,
    b"%!PS-Adobe-3.0": Family.POSTSCRIPT,
    b"PK\x03\x04": Family.ZIP,
    b"PK\x05\x06": Family.ZIP,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Family.OLE,
    b"{\\rtf1": Family.RTF,
    b"7z\xbc\xaf\x27\x1c": Family.SEVEN_ZIP,
    b"Rar!\x1a\x07\0": Family.RAR,
    b"\x1f\x8b\x08": Family.GZIP,
    b"BZh91AY&SY": Family.ARCHIVE,
    b"MSCF\0\0\0\0": Family.ARCHIVE,
    b"x" * 257 + b"ustar\0": Family.ARCHIVE,
    b"??-lh5-": Family.ARCHIVE,
}
TEXTUAL = {
    b"#!/bin/sh\n": Family.SCRIPT,
    b"#! /usr/bin/env python3\n": Family.SCRIPT,
    b"@echo off\r\n": Family.SCRIPT,
    b"Windows Registry Editor Version 5.00": Family.SCRIPT,
    b"[InternetShortcut]\r\nURL=file://x": Family.SCRIPT,
    b"[Desktop Entry]\n": Family.SCRIPT,
    b"<?php echo 1": Family.SCRIPT,
    b"<job><script language=VBScript>": Family.SCRIPT,
    b"<?xml version='1.0'?><package >": Family.SCRIPT,
    b"<html><hta:application id=x>": Family.PROGRAM,
    b"<hta:application>": Family.PROGRAM,
    b"<!DOCTYPE html>": Family.HTML,
    b"<html lang=en>": Family.HTML,
    b"<p>hello": Family.HTML,
    b"<script>alert(1)": Family.HTML,
    b"<!-- saved from --><HTML>": Family.HTML,
    b"<svg onload=alert(1)>": Family.SVG,
    b"<?xml version='1.0'?><!-- x --><svg:svg xmlns:svg='x'>": Family.SVG,
}
NOTHING = [
    b"", b"M", b"MZ is my initials, and no zero follows.", b"BM invoice for you", b"PK", b"plain", b"<a@example.com> wrote:", b"<",
    b"#!", b"#!shebang without a path", b"<?xml version='1.0'?><rss>", b"x" * 70_000, b"ustar", b"\xeb\x3c\x90" + b"x" * 507 + b"\x55\xab",
    b"CD001",
]  # fmt: skip


@pytest.mark.parametrize(("data", "family"), {**BINARY, **TEXTUAL}.items())
def test_a_signature_tells_the_family(data, family):
    found = format_of(data)
    assert found is not None
    assert found.family is family


@pytest.mark.parametrize("data", NOTHING)
def test_what_has_no_signature_is_nothing(data):
    assert format_of(data) is None


@pytest.mark.parametrize(("data", "family"), TEXTUAL.items())
@pytest.mark.parametrize("disguise", ["utf-8-sig", "utf-16", "blanks"])
def test_marks_blanks_and_utf_16_hide_no_text(data, family, disguise):
    text = data.decode()
    hidden = b" \r\n\t\0" + data if disguise == "blanks" else text.encode(disguise)
    assert format_of(hidden).family is family


@pytest.mark.parametrize(("before", "seen"), [(-1, True), (0, True), (1, False)])
def test_the_first_element_is_looked_for_in_8_kib(before, seen):
    element = b"<svg>"
    data = b"<!--" + b"x" * (SNIFFED_TEXT_BYTES - len(element) - 4 + before) + element
    assert (format_of(data).family is Family.SVG) is seen


@pytest.mark.parametrize(("where", "found"), [(32_768, False), (32_769, True), (32_770, False)])
def test_the_descriptor_of_a_disk_stands_in_one_place(where, found):
    assert (format_of(b"x" * where + b"CD001" + b"x" * 100) is not None) is found


@pytest.mark.parametrize(("behind", "found"), [(503, False), (504, True), (505, False)])
def test_the_footer_of_a_disk_stands_in_the_last_sector(behind, found):
    assert (format_of(b"x" * 600, b"y" * 600 + b"conectix" + b"z" * behind) is not None) is found


@pytest.mark.parametrize(
    ("media_type", "family", "allowed"),
    [
        ("image/png", Family.IMAGE, True),
        ("image/unheard-of", Family.IMAGE, True),
        ("image/png", Family.SVG, False),
        ("image/svg+xml", Family.SVG, True),
        ("text/plain", Family.HTML, False),
        ("text/html", Family.HTML, True),
        ("text/x-patch", Family.SCRIPT, True),
        ("text/plain", Family.PROGRAM, False),
        ("application/msword", Family.RTF, True),
        ("application/msword", Family.HTML, False),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Family.OLE, True),
        ("application/vnd.ms-word.document.macroenabled.12", Family.ZIP, True),
        ("application/zip", Family.RAR, False),
    ],
)
def test_a_type_promises_families(media_type, family, allowed):
    assert (family in families_of_type(media_type)) is allowed


@pytest.mark.parametrize("media_type", ["application/octet-stream", "application/x-unheard-of", "", "multipart/mixed"])
def test_a_type_may_promise_nothing(media_type):
    assert families_of_type(media_type) is None


def test_an_extension_promises_families():
    assert families_of_extension("pdf") == {Family.PDF}
    assert families_of_extension("unheard-of") is None


@given(st.binary() | st.sampled_from([*BINARY, *TEXTUAL]).flatmap(lambda head: st.binary().map(head.__add__)))
def test_any_bytes_have_a_format_or_none(data):
    found = format_of(data, data)
    assert found is None or found.family in Family
    assert isinstance(as_text(data), bytes)
    assert isinstance(as_text(codecs.BOM_UTF16_BE + data), bytes)
