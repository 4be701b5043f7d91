"""Decision points: the defects at which readers part, and the other answers that there are to the question behind each."""

from __future__ import annotations

from mimeparse.defects import DefectCode
from mimeparse.reading import (
    Base64Rules,
    Comments,
    Contents,
    Delimiters,
    EncodedWords,
    Encodings,
    Extended,
    Folds,
    HeaderEnd,
    LineEnds,
    Names,
    Nuls,
    Outside,
    QuotedPrintableRules,
    Reading,
    Repeats,
    Scan,
    Values,
)

_C = DefectCode
_LAST_FIELD = (Reading(repeated_fields=Repeats.LAST),)
_OF_LINE_ENDS = (
    Reading(line_ends=LineEnds.CR),
    Reading(line_ends=LineEnds.WITHOUT_CR),
)
_OF_VALUES = (
    Reading(values=Values.LITERAL),
    Reading(values=Values.JOINED),
    Reading(values=Values.CUT),
)
_OF_ENCODINGS = (
    Reading(encodings=Encodings.FIRST_KNOWN),
    Reading(encodings=Encodings.LAST_KNOWN),
    Reading(encodings=Encodings.SNIFFED),
)
_OF_PARAMETERS = (Reading(repeated_parameters=Repeats.LAST), Reading(extended=Extended.UNKNOWN))

OTHER_ANSWERS: dict[DefectCode, tuple[Reading, ...]] = {
    _C.HEADER_BARE_CR: _OF_LINE_ENDS,
    _C.HEADER_BARE_LF: (Reading(line_ends=LineEnds.CRLF),),
    _C.HEADER_BODY_SEPARATOR: (
        Reading(header_end=HeaderEnd.FIRST_JUNK),
        Reading(header_end=HeaderEnd.LATE),
    ),
    _C.HEADER_MISSING_COLON: (
        Reading(header_end=HeaderEnd.FIRST_JUNK),
        Reading(folds=Folds.JOINED),
    ),
    _C.HEADER_NAME_INVALID: (Reading(header_end=HeaderEnd.FIRST_JUNK),),
    _C.HEADER_NAME_SPACE: (Reading(names=Names.STRICT),),
    _C.HEADER_FOLD_EMPTY: (Reading(header_end=HeaderEnd.BLANK_FOLD),),
    _C.HEADER_FOLD_IN_TOKEN: (Reading(folds=Folds.JOINED),),
    _C.HEADER_FOLD_LOOKS_LIKE_HEADER: (Reading(folds=Folds.FIELDS),),
    _C.HEADER_LEADING_FOLD: (Reading(folds=Folds.FIELDS),),
    _C.HEADER_LEADING_BLANK: (Reading(header_end=HeaderEnd.LATE),),
    _C.HEADER_NUL: (
        Reading(nuls=Nuls.DROPPED),
        Reading(nuls=Nuls.END),
    ),
    _C.HEADER_CONTROL_CHAR: (Reading(values=Values.CUT),),
    _C.HEADER_CONFLICT_CONTENT_TYPE: _LAST_FIELD,
    _C.HEADER_CONFLICT_CTE: (*_LAST_FIELD, *_OF_ENCODINGS),
    _C.HEADER_CONFLICT_DISPOSITION: _LAST_FIELD,
    _C.HEADER_CONFLICT_FROM: _LAST_FIELD,
    _C.PARAM_CONFLICT: _OF_PARAMETERS,
    _C.BOUNDARY_CONFLICT: _OF_PARAMETERS,
    _C.CHARSET_CONFLICT: _OF_PARAMETERS,
    _C.FILENAME_CONFLICT: _OF_PARAMETERS,
    _C.FILENAME_NUL: (
        Reading(nuls=Nuls.DROPPED),
        Reading(nuls=Nuls.END),
    ),
    _C.FILENAME_SUSPICIOUS_QUOTE: _OF_VALUES,
    _C.PARAM_COMMENT: (*(Reading(comments=Comments.NOTHING),), *_OF_VALUES),
    _C.COMMENT_UNTERMINATED: _OF_VALUES,
    _C.PARAM_FOLD_IN_QUOTES: (Reading(folds=Folds.JOINED),),
    _C.PARAM_INVALID: _OF_VALUES,
    _C.PARAM_MISSING_SEPARATOR: _OF_VALUES,
    _C.PARAM_SINGLE_QUOTED: (
        Reading(values=Values.LITERAL),
        Reading(values=Values.JOINED),
    ),
    _C.PARAM_SPACE: _OF_VALUES,
    _C.PARAM_TRAILING_GARBAGE: _OF_VALUES,
    _C.PARAM_UNQUOTED_SPECIAL: _OF_VALUES,
    _C.PARAM_UNTERMINATED_QUOTE: _OF_VALUES,
    _C.PARAM_RFC2231_CHARSET: (Reading(extended=Extended.UNKNOWN),),
    _C.PARAM_RFC2231_DUPLICATE: (
        Reading(repeated_parameters=Repeats.LAST),
        Reading(extended=Extended.UNKNOWN),
        Reading(extended=Extended.TEXTUAL),
    ),
    _C.PARAM_RFC2231_GAP: (
        Reading(extended=Extended.UNKNOWN),
        Reading(extended=Extended.TEXTUAL),
    ),
    _C.PARAM_RFC2231_INDEX: (
        Reading(extended=Extended.UNKNOWN),
        Reading(extended=Extended.TEXTUAL),
    ),
    _C.PARAM_RFC2231_ORDER: (
        Reading(extended=Extended.TEXTUAL),
        Reading(extended=Extended.UNKNOWN),
    ),
    _C.BOUNDARY_RFC2231: (
        Reading(extended=Extended.UNKNOWN),
        Reading(contents=Contents.SNIFFED),
    ),
    _C.BOUNDARY_EMPTY: (*_OF_VALUES, *(Reading(contents=Contents.SNIFFED),)),
    _C.BOUNDARY_INVALID_CHAR: _OF_VALUES,
    _C.BOUNDARY_LEADING_SPACE: _OF_VALUES,
    _C.BOUNDARY_TRAILING_SPACE: _OF_VALUES,
    _C.BOUNDARY_ENCODED_WORD: (Reading(encoded_words=EncodedWords.EVERYWHERE),),
    _C.CTE_ENCODED_WORD: (Reading(encoded_words=EncodedWords.EVERYWHERE),),
    _C.DISPOSITION_ENCODED_WORD: (Reading(encoded_words=EncodedWords.EVERYWHERE),),
    _C.CTE_COMMENT: (*(Reading(comments=Comments.NOTHING),), *_OF_ENCODINGS),
    _C.CTE_MISMATCH: (Reading(encodings=Encodings.SNIFFED),),
    _C.CTE_MULTIPLE_VALUES: _OF_ENCODINGS,
    _C.CTE_NONSTANDARD: (*_OF_ENCODINGS, *(Reading(encodings=Encodings.IDENTITY),)),
    _C.CTE_QUOTED: (Reading(encodings=Encodings.IDENTITY),),
    _C.CTE_UNKNOWN: _OF_ENCODINGS,
    _C.CTE_ON_COMPOSITE: (Reading(encodings=Encodings.IDENTITY),),
    _C.CONTENT_TYPE_INVALID: (*(Reading(contents=Contents.SNIFFED),), *_OF_VALUES),
    _C.CONTENT_TYPE_MULTIPLE_VALUES: (Reading(contents=Contents.SNIFFED),),
    _C.BOUNDARY_MISSING: (Reading(contents=Contents.SNIFFED),),
    _C.BOUNDARY_NOT_FOUND: (
        Reading(contents=Contents.SNIFFED),
        Reading(delimiters=Delimiters.LOOSE),
    ),
    _C.BOUNDARY_ON_LEAF: (Reading(contents=Contents.SNIFFED),),
    _C.BODY_LOOKS_LIKE_MESSAGE: (Reading(contents=Contents.SNIFFED),),
    _C.BODY_LOOKS_LIKE_MULTIPART: (Reading(contents=Contents.SNIFFED),),
    _C.BODY_STARTS_WITH_HEADER: (Reading(header_end=HeaderEnd.LATE),),
    _C.MESSAGE_PARTIAL: (Reading(contents=Contents.SNIFFED),),
    _C.MESSAGE_EXTERNAL_BODY: (Reading(contents=Contents.SNIFFED),),
    _C.BOUNDARY_CASE_MISMATCH: (Reading(delimiters=Delimiters.LOOSE),),
    _C.BOUNDARY_NEAR_MISS: (Reading(delimiters=Delimiters.LOOSE),),
    _C.BOUNDARY_LINE_LEADING_SPACE: (Reading(delimiters=Delimiters.LOOSE),),
    _C.BOUNDARY_LINE_TRAILING_GARBAGE: (Reading(delimiters=Delimiters.LOOSE),),
    _C.BOUNDARY_BARE_CR: (*_OF_LINE_ENDS, *(Reading(delimiters=Delimiters.LOOSE),)),
    _C.BOUNDARY_PREFIX_OVERLAP: (
        Reading(delimiters=Delimiters.LOOSE),
        Reading(scan=Scan.INNERMOST),
    ),
    _C.BOUNDARY_REUSED: (Reading(scan=Scan.INNERMOST),),
    _C.BOUNDARY_PARENT_INTERRUPT: (Reading(scan=Scan.INNERMOST),),
    _C.BOUNDARY_CLOSE_MISSING: (Reading(scan=Scan.INNERMOST),),
    _C.BOUNDARY_ENDS_WITH_DASHES: (Reading(delimiters=Delimiters.LOOSE),),
    _C.BOUNDARY_TOO_LONG: (Reading(contents=Contents.SNIFFED),),
    _C.BOUNDARY_AFTER_CLOSE: (Reading(outside=Outside.PARTS),),
    _C.EPILOGUE_LOOKS_LIKE_PART: (Reading(outside=Outside.PARTS),),
    _C.PREAMBLE_LOOKS_LIKE_PART: (Reading(outside=Outside.PARTS),),
    _C.BODY_BARE_CR: _OF_LINE_ENDS,
    _C.BODY_BARE_LF: (Reading(line_ends=LineEnds.CRLF),),
    _C.SMTP_END_OF_DATA_SEQUENCE: _OF_LINE_ENDS,
    _C.BASE64_AFTER_PADDING: (Reading(base64=Base64Rules.UP_TO_PADDING),),
    _C.BASE64_PADDING_INTERNAL: (Reading(base64=Base64Rules.UP_TO_PADDING),),
    _C.BASE64_INVALID_CHAR: (Reading(base64=Base64Rules.WHOLE_LINES),),
    _C.BASE64_URLSAFE: (Reading(base64=Base64Rules.URL),),
    _C.QP_INVALID_ESCAPE: (
        Reading(quoted_printable=QuotedPrintableRules.DROPPED),
        Reading(quoted_printable=QuotedPrintableRules.JOINED),
    ),
    _C.QP_RAW_8BIT: (Reading(quoted_printable=QuotedPrintableRules.PRINTABLE),),
    _C.QP_RAW_CONTROL: (Reading(quoted_printable=QuotedPrintableRules.PRINTABLE),),
    _C.QP_SOFT_BREAK_BARE: (
        Reading(quoted_printable=QuotedPrintableRules.JOINED),
        Reading(line_ends=LineEnds.CRLF),
    ),
    _C.QP_SOFT_BREAK_SPACE: (Reading(quoted_printable=QuotedPrintableRules.DROPPED),),
}
"""What other readers make of each decision point. Codes that are not here change no part, payload, name or sender."""
