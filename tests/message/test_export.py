"""The JSON that downstream code relies on."""

from __future__ import annotations

import base64
import json
from importlib.resources import files

import jsonschema
import pytest

import mimeparse
from mimeparse import dedup_key

SCREENSHOT = bytes(182_034)
RAW = (
    b"Message-ID: <8b9d1d57@example.net>\r\nFrom: Alice <alice@example.com>\r\nTo: Support <support@yourdomain.com>\r\n"
    b"Subject: Bug report with screenshot\r\nDate: Sun, 03 May 2026 11:21:34 +0200\r\nIn-Reply-To: <prev123@example.com>\r\n"
    b"References: <prev123@example.com>\r\n <prev122@example.com>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    b"--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHi team,\r\nI am seeing an error on login...\r\n"
    b"--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi team,</p><p>I am seeing an error on login...</p>\r\n--inner--\r\n"
    b"--outer\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=screenshot.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(SCREENSHOT) + b"\r\n--outer--\r\n"
)

EXPECTED = json.loads("""
{"messageId": "<8b9d1d57@example.net>", "from": {"name": "Alice", "address": "alice@example.com"},
 "to": [{"name": "Support", "address": "support@yourdomain.com"}],
 "subject": "Bug report with screenshot", "date": "2026-05-03T09:21:34Z", "text": "Hi team,\\nI am seeing an error on login...",
 "html": "<p>Hi team,</p><p>I am seeing an error on login...</p>",
 "attachments": [{"filename": "screenshot.png", "contentType": "image/png", "size": 182034, "disposition": "attachment",
                  "downloadUrl": "https://api.example.com/v1/attachments/att_123/download"}],
 "headers": {"inReplyTo": "<prev123@example.com>", "references": "<prev123@example.com> <prev122@example.com>"},
 "envelope": {"from": "mta@example.net", "recipients": ["support@yourdomain.com"]}, "tenant": "acme"}
""")


def schema() -> jsonschema.Draft202012Validator:
    definition = json.loads(files("mimeparse.message").joinpath("message.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(definition)
    return jsonschema.Draft202012Validator(definition, format_checker=jsonschema.FormatChecker())


def within(expected: object, found: object) -> object:
    """Return `found` without the keys that `expected` does not ask for."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: within(value, found[key]) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [within(one, other) for one, other in zip(expected, found, strict=True)]
    return found


def full_dict(raw: bytes = RAW) -> dict[str, object]:
    return dict(
        mimeparse.parse(raw).to_dict(
            envelope={"from": "mta@example.net", "recipients": ["support@yourdomain.com"]},
            tenant="acme",
            delivery_id="d-1",
            download_url=lambda attachment: "https://api.example.com/v1/attachments/att_123/download",
        )
    )


def test_the_shape_is_the_one_that_was_agreed():
    assert within(EXPECTED, full_dict()) == EXPECTED


def test_the_output_fits_the_schema_that_ships_with_it():
    record = json.loads(json.dumps(full_dict()))
    schema().validate(record)
    assert record["schemaVersion"] == "1"
    assert record["deliveryId"] == "d-1"


def test_the_schema_knows_every_key_and_checks_its_type():
    record = json.loads(json.dumps(full_dict()))
    assert set(record) == set(schema().schema["properties"])
    with pytest.raises(jsonschema.ValidationError):
        schema().validate({key: value for key, value in record.items() if key != "subject"})
    with pytest.raises(jsonschema.ValidationError):
        schema().validate({**record, "date": 5})


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"From: \xff\r\n\r\n\xff", b"Date: 31 Dec 9999 23:59:59 -2359\r\n\r\n"]
)
def test_any_message_fits_the_schema(raw):
    record = json.loads(json.dumps(mimeparse.parse(raw).to_dict()))
    schema().validate(record)
    assert "envelope" not in record
    assert "tenant" not in record


def test_the_same_bytes_give_the_same_json():
    assert json.dumps(full_dict()) == json.dumps(full_dict())


def test_the_date_is_in_utc_with_four_digits_for_the_year():
    record = mimeparse.parse(b"Date: Mon, 1 Jan 2001 00:30:00 +0100\r\n\r\n").to_dict()
    assert record["date"] == "2000-12-31T23:30:00Z"


def test_detected_types_come_when_asked_for():
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
    raw = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(png)
    message = mimeparse.parse(raw)
    assert message.to_dict()["attachments"][0]["detectedType"] is None
    assert message.to_dict(detect_types=True)["attachments"][0]["detectedType"] == "image/png"


# The key of a delivery --------------------------------------------------------------------------------------------------


def test_a_delivery_is_known_by_the_providers_id_and_the_message_id():
    message = mimeparse.parse(RAW)
    other = mimeparse.parse(RAW.replace(b"8b9d1d57", b"other"))
    assert dedup_key(message, delivery_id="1") == dedup_key(mimeparse.parse(RAW + b"more"), delivery_id="1")
    keys = {
        dedup_key(message),
        dedup_key(message, delivery_id="1"),
        dedup_key(message, delivery_id="2"),
        dedup_key(other, delivery_id="1"),
    }
    assert len(keys) == 4


def test_without_any_id_the_raw_bytes_are_the_key():
    message = mimeparse.parse(b"Subject: x\r\n\r\n")
    assert dedup_key(message) == message.sha256
    assert dedup_key(message) != dedup_key(mimeparse.parse(b"Subject: y\r\n\r\n"))


def test_parts_of_the_key_do_not_run_into_one_another():
    one = mimeparse.parse(b"Message-ID: <b@c>\r\n\r\n")
    two = mimeparse.parse(b"Message-ID: <a@c>\r\n\r\n")
    assert dedup_key(one, delivery_id="") != dedup_key(one)
    assert dedup_key(one, delivery_id="x<a@c>") != dedup_key(two, delivery_id="x")
