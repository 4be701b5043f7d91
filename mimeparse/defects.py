"""The registry of defects, and the capped log that collects them.

A defect is data: malformed mail never raises. Each code is stable, says what kind of trouble it is, and cites its source;
`docs/defects.md` is generated from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, unique
from typing import NamedTuple, Self


@unique
class Kind(Enum):
    """Sort the codes by what a reader of the mail has to fear."""

    AMBIGUOUS = "ambiguous"
    """Two real readers would disagree about parts, payloads, names, sender or structure."""
    NOTICE = "notice"
    """Against the standard, and harmless: every reader makes the same of it."""
    RISK = "risk"
    """Well formed, and dangerous to act upon."""
    LIMIT = "limit"
    """A guardrail was reached: ours, which cuts something short, or one that other readers are known to have."""


@unique
class DefectCode(StrEnum):
    """Name one thing that can be wrong with a message; the value is the stable identifier.

    Each member carries its `kind`, the `source` of the rule that was broken, and a `sentence` that explains it.
    """

    kind: Kind
    source: str
    sentence: str

    def __new__(cls, value: str, kind: Kind, source: str, sentence: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.kind = kind
        member.source = source
        member.sentence = sentence
        return member

    # fmt: off
    # One code, one line: this is a table.
    # The header block
    HEADER_8BIT = ("header-8bit", Kind.NOTICE, "RFC 6532 3", "A field holds bytes above 127 that no encoded word covers.")
    HEADER_BARE_CR = ("header-bare-cr", Kind.AMBIGUOUS, "RFC 5322 2.2", "A CR without LF stands in the header block; some readers end a line there.")
    HEADER_BARE_LF = ("header-bare-lf", Kind.AMBIGUOUS, "RFC 5322 2.3", "Some lines of the header block end in LF and others in CRLF.")
    HEADER_BODY_SEPARATOR = ("header-body-separator", Kind.AMBIGUOUS, "RFC 5322 2.1", "The header block does not end in a blank line.")
    HEADER_BOM = ("header-bom", Kind.AMBIGUOUS, "RFC 5322 2.2", "A byte order mark stands before the first field.")
    HEADER_CONFLICT_CONTENT_TYPE = ("header-conflict-content-type", Kind.AMBIGUOUS, "RFC 2045 5", "Several Content-Type fields differ.")
    HEADER_CONFLICT_CTE = ("header-conflict-cte", Kind.AMBIGUOUS, "RFC 2045 6", "Several Content-Transfer-Encoding fields differ.")
    HEADER_CONFLICT_DISPOSITION = ("header-conflict-disposition", Kind.AMBIGUOUS, "RFC 2183 2", "Several Content-Disposition fields differ.")
    HEADER_CONFLICT_FROM = ("header-conflict-from", Kind.AMBIGUOUS, "RFC 5322 3.6", "Several From fields differ.")
    HEADER_CONTROL_CHAR = ("header-control-char", Kind.AMBIGUOUS, "RFC 5322 2.2", "A structured field holds a control character.")
    HEADER_DUPLICATE = ("header-duplicate", Kind.NOTICE, "RFC 5322 3.6", "A field that may occur once occurs several times.")
    HEADER_EOF = ("header-eof", Kind.NOTICE, "RFC 5322 2.1", "The input ends inside a header block.")
    HEADER_FOLD_EMPTY = ("header-fold-empty", Kind.AMBIGUOUS, "RFC 5322 4.2", "A folded line holds nothing but blanks; some readers end the header there.")
    HEADER_FOLD_IN_TOKEN = ("header-fold-in-token", Kind.AMBIGUOUS, "RFC 5322 2.2.3", "A field that decides what the body is has a fold inside of a word; some readers join the halves.")
    HEADER_FOLD_LOOKS_LIKE_HEADER = ("header-fold-looks-like-header", Kind.AMBIGUOUS, "RFC 5322 2.2.3", "A folded line looks like a field of its own, and is one to some readers.")
    HEADER_LEADING_BLANK = ("header-leading-blank", Kind.AMBIGUOUS, "RFC 5322 2.1", "The message begins with a blank line, so it has no header.")
    HEADER_LEADING_FOLD = ("header-leading-fold", Kind.AMBIGUOUS, "RFC 5322 2.2.3", "The first line of the header block is a continuation of nothing.")
    HEADER_MBOX_FROM = ("header-mbox-from", Kind.AMBIGUOUS, "RFC 4155", "An envelope line of the mbox format stands between the fields.")
    HEADER_MISSING_COLON = ("header-missing-colon", Kind.AMBIGUOUS, "RFC 7103 7.2", "A line of the header block is no field.")
    HEADER_MISSING_DATE = ("header-missing-date", Kind.NOTICE, "RFC 5322 3.6.1", "The message has no Date field.")
    HEADER_MISSING_FROM = ("header-missing-from", Kind.AMBIGUOUS, "RFC 5322 3.6.2", "The message has no From field.")
    HEADER_NAME_EMPTY = ("header-name-empty", Kind.AMBIGUOUS, "RFC 5322 2.2", "A field has no name.")
    HEADER_NAME_INVALID = ("header-name-invalid", Kind.AMBIGUOUS, "RFC 5322 2.2", "A field name holds a character that names may not hold.")
    HEADER_NAME_SPACE = ("header-name-space", Kind.AMBIGUOUS, "RFC 5322 4.5.8", "Blanks stand between a field name and its colon.")
    HEADER_NUL = ("header-nul", Kind.AMBIGUOUS, "RFC 5322 4", "A field holds a NUL.")
    MIME_VERSION_MISSING = ("mime-version-missing", Kind.AMBIGUOUS, "RFC 2045 4", "The message uses MIME and has no MIME-Version field; to strict readers it is plain text.")
    MIME_VERSION_UNSUPPORTED = ("mime-version-unsupported", Kind.AMBIGUOUS, "RFC 2045 4", "The MIME-Version is not 1.0.")

    # Content-Type, Content-Disposition and their parameters
    BOUNDARY_CONFLICT = ("boundary-conflict", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "Several boundary parameters differ.")
    BOUNDARY_ENCODED_WORD = ("boundary-encoded-word", Kind.AMBIGUOUS, "RFC 2047 5", "The boundary looks like an encoded word.")
    BOUNDARY_RFC2231 = ("boundary-rfc2231", Kind.AMBIGUOUS, "RFC 2231 3", "The boundary is written in the extended form of parameters.")
    CHARSET_CONFLICT = ("charset-conflict", Kind.AMBIGUOUS, "RFC 2046 4.1.2", "Several charset parameters differ.")
    COMMENT_UNTERMINATED = ("comment-unterminated", Kind.AMBIGUOUS, "RFC 5322 3.2.2", "A comment is opened and never closed.")
    CONTENT_TYPE_INVALID = ("content-type-invalid", Kind.AMBIGUOUS, "RFC 2045 5.2", "The Content-Type names no type; the default is used.")
    CONTENT_TYPE_MULTIPLE_VALUES = ("content-type-multiple-values", Kind.AMBIGUOUS, "RFC 2045 5.1", "One Content-Type field lists several types.")
    DISPOSITION_ENCODED_WORD = ("disposition-encoded-word", Kind.AMBIGUOUS, "RFC 2047 5", "The disposition is written as an encoded word.")
    DISPOSITION_INVALID = ("disposition-invalid", Kind.NOTICE, "RFC 2183 2", "The Content-Disposition names no disposition type.")
    DISPOSITION_UNKNOWN = ("disposition-unknown", Kind.NOTICE, "RFC 2183 2.8", "The disposition type is unknown and counts as attachment.")
    FILENAME_CONFLICT = ("filename-conflict", Kind.AMBIGUOUS, "RFC 2183 2.3", "Several file names are declared and differ.")
    FILENAME_ENCODED_WORD = ("filename-encoded-word", Kind.AMBIGUOUS, "RFC 2047 5", "A file name is written as an encoded word, which parameters may not hold.")
    FILENAME_PERCENT = ("filename-percent", Kind.AMBIGUOUS, "RFC 2231 4", "A plain file name holds percent escapes, which some readers decode.")
    FILENAME_SUSPICIOUS_QUOTE = ("filename-suspicious-quote", Kind.AMBIGUOUS, "RFC 2045 5.1", "A file name holds an escaped quote, where some readers end it.")
    PARAM_COMMENT = ("param-comment", Kind.AMBIGUOUS, "RFC 2045 5.1", "A comment stands inside a parameter.")
    PARAM_CONFLICT = ("param-conflict", Kind.AMBIGUOUS, "RFC 2045 5.1", "A parameter is given several times with different values.")
    PARAM_FOLD_IN_QUOTES = ("param-fold-in-quotes", Kind.AMBIGUOUS, "RFC 2045 5.1", "A quoted parameter value is folded.")
    PARAM_INVALID = ("param-invalid", Kind.AMBIGUOUS, "RFC 2045 5.1", "A parameter is not of the form name=value.")
    PARAM_MISSING_SEPARATOR = ("param-missing-separator", Kind.AMBIGUOUS, "RFC 2045 5.1", "The semicolon before a parameter is missing.")
    PARAM_RFC2231_CHARSET = ("param-rfc2231-charset", Kind.AMBIGUOUS, "RFC 2231 4", "An extended parameter names no charset, or names it in the wrong section.")
    PARAM_RFC2231_DUPLICATE = ("param-rfc2231-duplicate", Kind.AMBIGUOUS, "RFC 2231 3", "A section of a continued parameter is given twice.")
    PARAM_RFC2231_GAP = ("param-rfc2231-gap", Kind.AMBIGUOUS, "RFC 2231 3", "A section of a continued parameter is missing.")
    PARAM_RFC2231_INDEX = ("param-rfc2231-index", Kind.AMBIGUOUS, "RFC 2231 7", "The number of a section is malformed.")
    PARAM_RFC2231_ORDER = ("param-rfc2231-order", Kind.AMBIGUOUS, "RFC 2231 3", "The sections of a continued parameter are out of order.")
    PARAM_RFC2231_PERCENT = ("param-rfc2231-percent", Kind.NOTICE, "RFC 2231 4", "A percent sign of an extended parameter is followed by no two hex digits.")
    PARAM_RFC2231_QUOTED = ("param-rfc2231-quoted", Kind.NOTICE, "RFC 2231 4", "An extended parameter value stands in quotes.")
    PARAM_SINGLE_QUOTED = ("param-single-quoted", Kind.AMBIGUOUS, "RFC 2045 5.1", "A parameter value stands in single quotes.")
    PARAM_SPACE = ("param-space", Kind.AMBIGUOUS, "RFC 2045 5.1", "Blanks stand around the equals sign of a parameter.")
    PARAM_TRAILING_GARBAGE = ("param-trailing-garbage", Kind.AMBIGUOUS, "RFC 2045 5.1", "Text follows a parameter value.")
    PARAM_UNQUOTED_SPECIAL = ("param-unquoted-special", Kind.AMBIGUOUS, "RFC 2045 5.1", "A parameter value holds characters that need quotes.")
    PARAM_UNTERMINATED_QUOTE = ("param-unterminated-quote", Kind.AMBIGUOUS, "RFC 2045 5.1", "A quoted parameter value is never closed.")

    # Content-Transfer-Encoding
    CTE_COMMENT = ("cte-comment", Kind.AMBIGUOUS, "RFC 2045 6.1", "A comment stands in the Content-Transfer-Encoding.")
    CTE_ENCODED_WORD = ("cte-encoded-word", Kind.AMBIGUOUS, "RFC 2047 5", "The Content-Transfer-Encoding is written as an encoded word.")
    CTE_MISMATCH = ("cte-mismatch", Kind.AMBIGUOUS, "RFC 2045 6", "The body is base64, and the Content-Transfer-Encoding says something that nobody knows.")
    CTE_MULTIPLE_VALUES = ("cte-multiple-values", Kind.AMBIGUOUS, "RFC 2045 6.1", "One Content-Transfer-Encoding field lists several encodings.")
    CTE_NONSTANDARD = ("cte-nonstandard", Kind.AMBIGUOUS, "RFC 2045 6.3", "The Content-Transfer-Encoding is not one of the five of the standard.")
    CTE_ON_COMPOSITE = ("cte-on-composite", Kind.AMBIGUOUS, "RFC 2045 6.4", "A multipart or message is labelled as encoded.")
    CTE_QUOTED = ("cte-quoted", Kind.AMBIGUOUS, "RFC 2045 6.1", "The Content-Transfer-Encoding stands in quotes.")
    CTE_UNKNOWN = ("cte-unknown", Kind.AMBIGUOUS, "RFC 2045 6.4", "The Content-Transfer-Encoding is unknown; the bytes are left as they are.")

    # Structure
    ALTERNATIVE_CONTAINS_ATTACHMENT = ("alternative-contains-attachment", Kind.AMBIGUOUS, "RFC 2046 5.1.4", "A multipart/alternative offers a file among its texts; readers that choose a text never show it.")
    BOUNDARY_AFTER_CLOSE = ("boundary-after-close", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A delimiter follows the closing delimiter of a multipart.")
    BOUNDARY_BARE_CR = ("boundary-bare-cr", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A bare CR stands where the line of a delimiter would begin or end.")
    BOUNDARY_CASE_MISMATCH = ("boundary-case-mismatch", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A multipart has delimiters that differ from its boundary in the case of letters alone.")
    BOUNDARY_CLOSE_MISSING = ("boundary-close-missing", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "The closing delimiter of a multipart is missing.")
    BOUNDARY_EMPTY = ("boundary-empty", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "The boundary of a multipart is empty.")
    BOUNDARY_ENDS_WITH_DASHES = ("boundary-ends-with-dashes", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A boundary ends in two dashes, so that its delimiter looks like a closing one.")
    BOUNDARY_INVALID_CHAR = ("boundary-invalid-char", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A boundary holds a character at which some readers cut it.")
    BOUNDARY_LEADING_SPACE = ("boundary-leading-space", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A boundary begins with a blank.")
    BOUNDARY_LINE_LEADING_SPACE = ("boundary-line-leading-space", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A blank stands before what would be a delimiter.")
    BOUNDARY_LINE_TRAILING_GARBAGE = ("boundary-line-trailing-garbage", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "Text follows what would be a delimiter.")
    BOUNDARY_MISSING = ("boundary-missing", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A multipart declares no boundary.")
    BOUNDARY_NEAR_MISS = ("boundary-near-miss", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A line is nearly a delimiter.")
    BOUNDARY_NOT_FOUND = ("boundary-not-found", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "No delimiter line with the declared boundary occurs.")
    BOUNDARY_ON_LEAF = ("boundary-on-leaf", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A part that is no multipart declares a boundary.")
    BOUNDARY_PARENT_INTERRUPT = ("boundary-parent-interrupt", Kind.AMBIGUOUS, "RFC 2046 5.1.2", "A delimiter of an outer multipart ends an inner one.")
    BOUNDARY_PREFIX_OVERLAP = ("boundary-prefix-overlap", Kind.AMBIGUOUS, "RFC 2046 5.1.2", "A boundary begins with that of a multipart around it.")
    BOUNDARY_REUSED = ("boundary-reused", Kind.AMBIGUOUS, "RFC 2046 5.1.2", "An inner multipart declares the boundary of an outer one.")
    BOUNDARY_TOO_LONG = ("boundary-too-long", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A boundary is longer than 70 characters.")
    BOUNDARY_TRAILING_SPACE = ("boundary-trailing-space", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "A boundary ends in a blank, which is taken off.")
    BOUNDARY_TRANSPORT_PADDING = ("boundary-transport-padding", Kind.NOTICE, "RFC 2046 5.1.1", "Blanks follow a delimiter.")
    CONTENT_ID_DUPLICATE = ("content-id-duplicate", Kind.AMBIGUOUS, "RFC 2392 2", "Two parts of a multipart have the same Content-ID.")
    EPILOGUE_LOOKS_LIKE_PART = ("epilogue-looks-like-part", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "What follows the closing delimiter of a multipart looks like a part.")
    EPILOGUE_TEXT = ("epilogue-text", Kind.NOTICE, "RFC 2046 5.1.1", "Text follows the closing delimiter of a multipart.")
    MESSAGE_EMPTY = ("message-empty", Kind.NOTICE, "RFC 5322 2.1", "The input holds nothing but line ends, or nothing at all.")
    MESSAGE_EXTERNAL_BODY = ("message-external-body", Kind.AMBIGUOUS, "RFC 2046 5.2.3", "The body of a part is said to be somewhere else.")
    MESSAGE_NOT_MAIL = ("message-not-mail", Kind.NOTICE, "RFC 5322 2.1", "The input is no mail message but another kind of file.")
    MESSAGE_PARTIAL = ("message-partial", Kind.AMBIGUOUS, "RFC 2046 5.2.2", "The message is a fragment of a larger one.")
    MESSAGE_UTF16 = ("message-utf16", Kind.AMBIGUOUS, "RFC 5322 2.1", "The whole message is in UTF-16.")
    MULTIPART_EMPTY = ("multipart-empty", Kind.NOTICE, "RFC 2046 5.1", "A multipart has no parts.")
    PART_EMPTY = ("part-empty", Kind.NOTICE, "RFC 2046 5.1.1", "A part has neither header fields nor a body.")
    PREAMBLE_LOOKS_LIKE_PART = ("preamble-looks-like-part", Kind.AMBIGUOUS, "RFC 2046 5.1.1", "What stands before the first delimiter of a multipart looks like a part.")
    PREAMBLE_TEXT = ("preamble-text", Kind.NOTICE, "RFC 2046 5.1.1", "Text precedes the first delimiter of a multipart.")
    RELATED_START_MISSING = ("related-start-missing", Kind.AMBIGUOUS, "RFC 2387 3.2", "The root that a multipart/related names is none of its parts.")
    SIGNED_EXTRA_PART = ("signed-extra-part", Kind.AMBIGUOUS, "RFC 1847 2.1", "A multipart/signed has more than two parts; what is not signed passes for signed.")

    # Bodies
    BASE64_AFTER_PADDING = ("base64-after-padding", Kind.AMBIGUOUS, "RFC 2045 6.8", "Encoded data goes on after the padding.")
    BASE64_BLANK_LINE = ("base64-blank-line", Kind.NOTICE, "RFC 2045 6.8", "A blank line stands inside the encoded text.")
    BASE64_INVALID_CHAR = ("base64-invalid-char", Kind.AMBIGUOUS, "RFC 2045 6.8", "The encoded text holds characters outside the alphabet.")
    BASE64_LENGTH = ("base64-length", Kind.AMBIGUOUS, "RFC 2045 6.8", "The encoded text ends in a single left-over symbol.")
    BASE64_NONCANONICAL = ("base64-noncanonical", Kind.NOTICE, "RFC 4648 3.5", "The unused bits of the last symbol are not zero.")
    BASE64_PADDING_INTERNAL = ("base64-padding-internal", Kind.AMBIGUOUS, "RFC 2045 6.8", "An equals sign stands where no padding can be.")
    BASE64_PADDING_MISSING = ("base64-padding-missing", Kind.AMBIGUOUS, "RFC 2045 6.8", "The padding at the end of the encoded text is missing.")
    BASE64_URLSAFE = ("base64-urlsafe", Kind.AMBIGUOUS, "RFC 4648 5", "The encoded text holds symbols of the alphabet for URLs, which some readers decode and others skip.")
    BODY_8BIT_IN_7BIT = ("body-8bit-in-7bit", Kind.NOTICE, "RFC 2045 2.7", "A body that is labelled 7bit holds bytes above 127.")
    BODY_BARE_CR = ("body-bare-cr", Kind.AMBIGUOUS, "RFC 2046 4.1.1", "A body holds a CR without LF; some readers end a line there.")
    BODY_BARE_LF = ("body-bare-lf", Kind.AMBIGUOUS, "RFC 2046 4.1.1", "Some lines of a body end in LF and others in CRLF.")
    BODY_LINE_TOO_LONG = ("body-line-too-long", Kind.NOTICE, "RFC 5322 2.1.1", "A line of a body is longer than 998 bytes.")
    BODY_LOOKS_LIKE_MESSAGE = ("body-looks-like-message", Kind.AMBIGUOUS, "RFC 2046 5.2.1", "A body that is not declared as a message begins with the header of one.")
    BODY_LOOKS_LIKE_MULTIPART = ("body-looks-like-multipart", Kind.AMBIGUOUS, "RFC 2046 5.1", "A body that is not declared as a multipart begins with a part of one.")
    BODY_NUL = ("body-nul", Kind.AMBIGUOUS, "RFC 2045 2.7", "A text body holds a NUL.")
    BODY_STARTS_WITH_HEADER = ("body-starts-with-header", Kind.AMBIGUOUS, "RFC 5322 2.1", "A body begins with a field of MIME; to some readers the header has not ended yet.")
    QP_INVALID_ESCAPE = ("qp-invalid-escape", Kind.AMBIGUOUS, "RFC 2045 6.7", "An equals sign is followed by neither two hex digits nor a line end.")
    QP_LINE_TOO_LONG = ("qp-line-too-long", Kind.NOTICE, "RFC 2045 6.7", "A line near the beginning of quoted-printable text is longer than 76 characters.")
    QP_LOWERCASE_HEX = ("qp-lowercase-hex", Kind.NOTICE, "RFC 2045 6.7", "An escape is written in lower-case hex digits.")
    QP_RAW_8BIT = ("qp-raw-8bit", Kind.AMBIGUOUS, "RFC 2045 6.7", "The quoted-printable text holds raw bytes above 127.")
    QP_RAW_CONTROL = ("qp-raw-control", Kind.AMBIGUOUS, "RFC 2045 6.7", "The quoted-printable text holds raw control characters.")
    QP_SOFT_BREAK_BARE = ("qp-soft-break-bare", Kind.AMBIGUOUS, "RFC 2045 6.7", "A soft line break is made with something else than CRLF.")
    QP_SOFT_BREAK_SPACE = ("qp-soft-break-space", Kind.AMBIGUOUS, "RFC 2045 6.7", "Blanks stand between the equals sign of a soft line break and the line end.")
    QP_TRAILING_SPACE = ("qp-trailing-space", Kind.NOTICE, "RFC 2045 6.7", "A line of quoted-printable text ends in blanks, which are taken off.")
    QP_TRUNCATED = ("qp-truncated", Kind.AMBIGUOUS, "RFC 2045 6.7", "The quoted-printable text ends inside an escape.")
    SMTP_END_OF_DATA_SEQUENCE = ("smtp-end-of-data-sequence", Kind.AMBIGUOUS, "RFC 5321 4.1.1.4", "A dot alone on a line between bare line ends: some servers end the mail there and read commands.")
    UU_BAD_LENGTH = ("uu-bad-length", Kind.NOTICE, "POSIX uuencode", "A uuencoded line holds less than its length says.")
    UU_BEGIN_MISSING = ("uu-begin-missing", Kind.NOTICE, "POSIX uuencode", "A body that is labelled as uuencoded has no begin line; it is left as it is.")
    UU_OUTSIDE = ("uu-outside", Kind.AMBIGUOUS, "POSIX uuencode", "Text stands outside the begin and end lines of a uuencoded file.")
    UU_TRUNCATED = ("uu-truncated", Kind.NOTICE, "POSIX uuencode", "A uuencoded file has no end line.")
    BINHEX_INLINE = ("binhex-inline", Kind.AMBIGUOUS, "RFC 1741", "A BinHex file stands in plain text; some readers show it as an attachment.")
    UUENCODE_INLINE = ("uuencode-inline", Kind.AMBIGUOUS, "POSIX uuencode", "A uuencoded file stands in plain text; some readers show it as an attachment.")
    YENC_INLINE = ("yenc-inline", Kind.AMBIGUOUS, "yEnc 1.3", "A yEnc file stands in plain text; some readers show it as an attachment.")

    # Text
    CHARSET_BOM_CONFLICT = ("charset-bom-conflict", Kind.AMBIGUOUS, "RFC 2781 3", "A byte order mark contradicts the declared charset.")
    CHARSET_DANGEROUS = ("charset-dangerous", Kind.AMBIGUOUS, "RFC 7103 7.6", "The declared charset is one that hides text from those who read bytes.")
    CHARSET_ENDIAN = ("charset-endian", Kind.AMBIGUOUS, "RFC 2781 4.3", "The byte order of UTF-16 is not declared; the RFC and browsers differ about it.")
    CHARSET_INVALID_BYTES = ("charset-invalid-bytes", Kind.NOTICE, "RFC 2046 4.1.2", "The bytes do not fit the charset; some characters were replaced.")
    CHARSET_MISMATCH = ("charset-mismatch", Kind.NOTICE, "RFC 2046 4.1.2", "The bytes do not fit the declared charset; another one was used.")
    CHARSET_UNKNOWN = ("charset-unknown", Kind.NOTICE, "RFC 2046 4.1.2", "The declared charset is unknown.")
    HTML_UNCLOSED_ACROSS_PARTS = ("html-unclosed-across-parts", Kind.AMBIGUOUS, "HTML 13.2", "HTML ends inside of a tag; where a reader joins it with the next part, that becomes part of the tag.")

    # Encoded words
    ENCODED_WORD_CHARSET_UNKNOWN = ("encoded-word-charset-unknown", Kind.NOTICE, "RFC 2047 2", "An encoded word names an unknown charset.")
    ENCODED_WORD_DECODED_CONTROL = ("encoded-word-decoded-control", Kind.AMBIGUOUS, "RFC 2047 5", "An encoded word decodes to control characters.")
    ENCODED_WORD_DECODED_SPECIAL = ("encoded-word-decoded-special", Kind.AMBIGUOUS, "RFC 2047 5", "An encoded word of a display name decodes to an address.")
    ENCODED_WORD_GLUED = ("encoded-word-glued", Kind.NOTICE, "RFC 2047 5", "An encoded word touches other text without a blank between them.")
    ENCODED_WORD_IN_ADDR_SPEC = ("encoded-word-in-addr-spec", Kind.AMBIGUOUS, "RFC 2047 5", "An encoded word stands inside an address, where it is not decoded.")
    ENCODED_WORD_IN_QUOTED_STRING = ("encoded-word-in-quoted-string", Kind.NOTICE, "RFC 2047 5", "An encoded word stands inside a quoted string.")
    ENCODED_WORD_MALFORMED = ("encoded-word-malformed", Kind.NOTICE, "RFC 2047 2", "Text looks like an encoded word and is none.")
    ENCODED_WORD_NESTED = ("encoded-word-nested", Kind.NOTICE, "RFC 2047 2", "An encoded word decodes to an encoded word.")
    ENCODED_WORD_SPLIT_CHAR = ("encoded-word-split-char", Kind.NOTICE, "RFC 2047 5", "A character is split over two encoded words.")
    ENCODED_WORD_TOO_LONG = ("encoded-word-too-long", Kind.NOTICE, "RFC 2047 2", "An encoded word is longer than 75 characters.")

    # Addresses, dates and ids
    ADDRESS_COMMENT = ("address-comment", Kind.NOTICE, "RFC 5322 3.2.2", "A comment stands inside an address.")
    ADDRESS_COMMENT_CONTAINS_ADDRESS = ("address-comment-contains-address", Kind.AMBIGUOUS, "RFC 5322 3.2.2", "A comment holds something that looks like an address.")
    ADDRESS_CONTROL_CHAR = ("address-control-char", Kind.AMBIGUOUS, "RFC 5322 3.4.1", "An address holds a control character.")
    ADDRESS_DISPLAY_NAME_IS_ADDRESS = ("address-display-name-is-address", Kind.RISK, "RFC 5322 3.4", "The display name is an address other than the real one.")
    ADDRESS_DISPLAY_NAME_IS_SENDER = ("address-display-name-is-sender", Kind.AMBIGUOUS, "RFC 5322 3.6.2", "The display name of the author is another address, and all that many readers show.")
    ADDRESS_DOMAIN_FWS = ("address-domain-fws", Kind.AMBIGUOUS, "RFC 5322 4.4", "Blanks stand inside an address.")
    ADDRESS_GROUP_IN_FROM = ("address-group-in-from", Kind.AMBIGUOUS, "RFC 6854 2", "A group stands where a mailbox is expected.")
    ADDRESS_GROUP_NESTED = ("address-group-nested", Kind.AMBIGUOUS, "RFC 5322 3.4", "A group stands inside a group.")
    ADDRESS_INVALID = ("address-invalid", Kind.AMBIGUOUS, "RFC 5322 3.4", "An entry of an address field is no address.")
    ADDRESS_INVALID_ALABEL = ("address-invalid-alabel", Kind.AMBIGUOUS, "RFC 5890 2.3.2.1", "A label of a domain begins with xn-- and is no valid punycode.")
    ADDRESS_LEGACY_ROUTING = ("address-legacy-routing", Kind.AMBIGUOUS, "RFC 5321 4.1.2", "The local part of an address holds a route in the style of UUCP or with a percent sign.")
    ADDRESS_MISSING_DOMAIN = ("address-missing-domain", Kind.NOTICE, "RFC 7103 7.1.7", "An address has no domain.")
    ADDRESS_MULTIPLE_AT = ("address-multiple-at", Kind.AMBIGUOUS, "RFC 5322 3.4.1", "An address holds several at signs.")
    ADDRESS_MULTIPLE_FROM = ("address-multiple-from", Kind.AMBIGUOUS, "RFC 5322 3.6.2", "The From field names several mailboxes.")
    ADDRESS_QUOTED_LOCAL_AT = ("address-quoted-local-at", Kind.AMBIGUOUS, "RFC 5322 3.4.1", "The quoted local part of an address holds an at sign.")
    ADDRESS_ROUTE = ("address-route", Kind.AMBIGUOUS, "RFC 5322 4.4", "An address carries a source route, which is dropped.")
    ADDRESS_TRAILING_TEXT = ("address-trailing-text", Kind.AMBIGUOUS, "RFC 5322 3.4", "Text follows the closing bracket of an address.")
    ADDRESS_UNBALANCED = ("address-unbalanced", Kind.AMBIGUOUS, "RFC 7103 7.1", "Brackets or quotes of an address field do not match.")
    ADDRESS_UNICODE_OVERFLOW = ("address-unicode-overflow", Kind.AMBIGUOUS, "RFC 6532 3.1", "A character of a name has the low byte of an at sign; cut to bytes, the name is an address.")
    ADDRESS_UNQUOTED_COMMA = ("address-unquoted-comma", Kind.AMBIGUOUS, "RFC 7103 7.1.5", "A display name holds a comma outside quotes.")
    DATE_INVALID = ("date-invalid", Kind.NOTICE, "RFC 5322 3.3", "The date cannot be read, or is not a date of the standard.")
    MESSAGE_ID_INVALID = ("message-id-invalid", Kind.NOTICE, "RFC 5322 3.6.4", "A message id is not of the form <left@right>.")

    # File names
    FILENAME_ADS = ("filename-ads", Kind.RISK, "Windows file names", "A file name holds a colon, which opens an alternate stream on NTFS.")
    FILENAME_BIDI = ("filename-bidi", Kind.RISK, "Unicode TR 36", "A file name holds characters that reverse the direction of text.")
    FILENAME_CONTROL = ("filename-control", Kind.RISK, "RFC 2183 2.3", "A file name holds control characters.")
    FILENAME_DOUBLE_EXTENSION = ("filename-double-extension", Kind.RISK, "RFC 2183 5", "A file name hides an executable extension behind a harmless one.")
    FILENAME_EMPTY = ("filename-empty", Kind.RISK, "RFC 2183 2.3", "A file name is empty, or nothing is left of it.")
    FILENAME_INVISIBLE = ("filename-invisible", Kind.RISK, "Unicode TR 36", "A file name holds invisible characters.")
    FILENAME_LEADING_DASH = ("filename-leading-dash", Kind.RISK, "RFC 2183 5", "A file name begins with a dash.")
    FILENAME_LEADING_DOT = ("filename-leading-dot", Kind.RISK, "RFC 2183 5", "A file name begins with a dot.")
    FILENAME_NUL = ("filename-nul", Kind.AMBIGUOUS, "RFC 2183 5", "A file name holds a NUL.")
    FILENAME_PADDING = ("filename-padding", Kind.RISK, "RFC 2183 5", "A long run of blanks pushes the end of a file name out of sight.")
    FILENAME_PATH = ("filename-path", Kind.RISK, "RFC 2183 2.3", "A file name holds a path.")
    FILENAME_RESERVED = ("filename-reserved", Kind.RISK, "Windows file names", "A file name is the name of a device.")
    FILENAME_TOO_LONG = ("filename-too-long", Kind.RISK, "RFC 2183 2.3", "A file name is longer than 200 bytes.")
    FILENAME_TRAILING = ("filename-trailing", Kind.RISK, "Windows file names", "A file name ends in a dot or a blank, which Windows drops.")

    # Types of files
    TYPE_ACTIVE = ("type-active", Kind.RISK, "RFC 2854 7", "A file is HTML or SVG, in which a browser runs scripts.")
    TYPE_ARCHIVE_ENCRYPTED = ("type-archive-encrypted", Kind.RISK, "APPNOTE 4.4.4", "An archive or a document is encrypted, so that no scanner can look into it.")
    TYPE_ARCHIVE_EXECUTABLE = ("type-archive-executable", Kind.RISK, "RFC 2183 5", "An archive names a file that runs when it is opened.")
    TYPE_EXECUTABLE = ("type-executable", Kind.RISK, "RFC 2183 5", "A file is a program, or of a kind that runs one when it is opened.")
    TYPE_EXTENSION_MISMATCH = ("type-extension-mismatch", Kind.RISK, "RFC 2183 2.3", "The extension of a file name promises another kind of file than the content or its type.")
    TYPE_MACRO = ("type-macro", Kind.RISK, "MS-OVBA 2.2.1", "A document holds macros, or is of a kind made to hold them.")
    TYPE_MISMATCH = ("type-mismatch", Kind.RISK, "RFC 2046 1", "The content of a part is of another kind than its Content-Type says.")
    TYPE_SMUGGLING = ("type-smuggling", Kind.RISK, "MITRE T1027.006", "HTML or SVG holds script that can put a file together on the reader's disk.")

    # Guardrails
    LIMIT_COMMENT_DEPTH = ("limit-comment-depth", Kind.LIMIT, "-", "The comments of a field nest so deep that readers which follow them by recursion fail.")
    LIMIT_DEFECTS = ("limit-defects", Kind.LIMIT, "-", "More defects were found than are kept; all of them are counted.")
    # fmt: on


class Finding(NamedTuple):
    """Report something odd from inside one field or body; its owner knows where that stands and makes a `Defect` of it."""

    code: DefectCode
    position: int = 0
    """Bytes from the start of what was examined; 0 where it is not known more exactly."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Defect:
    """Say what is wrong (`code`), at which byte of the input (`offset`) and in which part (`path`).

    `detail` is a short printable remark for people; it may change between releases, the rest may not.
    """

    code: DefectCode
    offset: int
    path: tuple[int, ...] = ()
    detail: str = ""

    @property
    def kind(self) -> Kind:
        """Return what kind of trouble this is, by its code."""
        return self.code.kind


_EXCERPT_CHARACTERS = 60  # long enough to recognise the place, too short to carry a payload into a log
_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)}


def excerpt(text: str | bytes) -> str:
    """Return the beginning of `text` as printable ASCII, for a defect's `detail`.

    Input must never reach a log or a terminal as it came: escape sequences and line ends are attacks there.
    """
    if isinstance(text, bytes):
        text = text[: _EXCERPT_CHARACTERS + 1].decode("latin-1")
    shown = text[:_EXCERPT_CHARACTERS].encode("ascii", "backslashreplace").decode("ascii").translate(_ESCAPED)
    return shown + "..." if len(text) > _EXCERPT_CHARACTERS else shown


class DefectLog:
    """Collect defects up to a maximum, and count all of them.

    The first defect of each code is kept even beyond the maximum: a flood of harmless ones must not hide the one that matters.
    """

    __slots__ = ("_kept", "_maximum", "counts")

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._kept: list[Defect] = []
        self.counts: dict[DefectCode, int] = {}
        """How often each code was found, kept or not."""

    def add(self, defect: Defect) -> bool:
        """Count `defect`, keep it if there is room, and return whether it was kept."""
        count = self.counts[defect.code] = self.counts.get(defect.code, 0) + 1
        if len(self._kept) < self._maximum or count == 1:
            self._kept.append(defect)
            return True
        if DefectCode.LIMIT_DEFECTS not in self.counts:
            self.counts[DefectCode.LIMIT_DEFECTS] = 1
            self._kept.append(Defect(DefectCode.LIMIT_DEFECTS, defect.offset, defect.path))
        return False

    @property
    def kept(self) -> tuple[Defect, ...]:
        """Return the defects that were kept, in the order in which they were found."""
        return tuple(self._kept)

    @property
    def ambiguous(self) -> bool:
        """Return whether any defect, kept or only counted, makes the message ambiguous."""
        return any(code.kind is Kind.AMBIGUOUS for code in self.counts)
