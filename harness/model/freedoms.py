"""What a server may choose, by name: each freedom in our words, with the sentence's place in the RFCs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Freedom:
    """One thing that a server may do in several ways; once done, it is to be done alike."""

    name: str
    grants: str
    source: str


_TABLE = (
    Freedom(
        "unknown-attributes", "what no schema of the type has is dropped, kept or refused", "RFC7644 3.3, RFC7643 2.2"
    ),
    Freedom("read-only-ignored", "a readOnly value in a body is passed over", "RFC7644 3.3, 3.5.1"),
    Freedom("read-only-refused", "a readOnly value in a body is refused where it differs", "RFC7644 3.5.2, 3.12"),
    Freedom("letter-case", "a value that is not caseExact changes its letter case", "RFC7643 7"),
    Freedom(
        "text-spelling",
        "a text loses blanks at its ends, or takes the composed form of Unicode",
        "RFC7644 3.3, 7.8, RFC7643 2.3.1",
    ),
    Freedom("email-spelling", "an e-mail address is spelt its canonical way", "RFC7643 4.1.2"),
    Freedom("phone-spelling", "a phone number is spelt its canonical way", "RFC7643 4.1.2"),
    Freedom("im-spelling", "an instant messaging address loses blanks and capitals", "RFC7643 4.1.2"),
    Freedom(
        "language-spelling", "a language tag takes hyphens for underscores, and its usual letter case", "RFC7643 4.1.1"
    ),
    Freedom(
        "uri-spelling", "a URI is normalised: letter case of scheme and host, port, empty path", "RFC7643 4.1.1, 2.3.7"
    ),
    Freedom("instant-spelling", "a dateTime is spelt in another zone or precision", "RFC7643 2.3.5"),
    Freedom("number-spelling", "a decimal is spelt with or without a fraction of zero", "RFC7643 2.3.3"),
    Freedom("base64-spelling", "a binary value changes its padding or alphabet", "RFC7643 2.3.6"),
    Freedom(
        "reference-spelling", "a reference is absolute or relative, and with or without a version", "RFC7643 2.3.7, 2.4"
    ),
    Freedom("defaults", "what the client did not send gets a value from the server", "RFC7644 3.3, 3.5.1"),
    Freedom("labels-added", "display, type, primary or $ref is added to a value", "RFC7643 2.4"),
    Freedom("composed-name", "a formatted text follows from its components", "RFC7643 4.1.1, 4.1.2"),
    Freedom("primary-false-left-out", "a primary that is false is shown or left out", "RFC7643 2.4"),
    Freedom("order-of-values", "the values of an attribute come in any order", "RFC7643 2.4, 3"),
    Freedom("repeats-joined", "the same type and value is kept once", "RFC7643 2.4"),
    Freedom(
        "canonical-values-only", "a value outside of the canonical ones is refused or passed over", "RFC7643 2.3.1, 7"
    ),
    Freedom("empty-text", "an empty text counts as no value", "RFC7644 3.4.2.2, RFC7643 2.5"),
    Freedom("omitted-cleared-or-kept", "what a PUT leaves out is cleared, kept or defaulted", "RFC7644 3.5.1"),
    Freedom("schemas-in-use", "schemas names an extension that the type has, with or without data", "RFC7643 3.3"),
    Freedom("one-value-for-a-list", "one value where several could stand is taken or refused", "RFC7644 3.5.2.1"),
    Freedom("record-merged", "a replace of chosen records keeps their other sub-attributes, or not", "RFC7644 3.5.2.3"),
    Freedom(
        "record-made", "an add to chosen values makes one where none matches, or is refused", "RFC7644 3.5.2.1, 3.12"
    ),
    Freedom(
        "nothing-to-remove",
        "a remove of what is not there succeeds or is refused with noTarget",
        "RFC7644 3.5.2.2, 3.12",
    ),
    Freedom(
        "value-added-again",
        "an add of a value that differs in its labels is joined with it, or stands beside it",
        "RFC7644 3.5.2.1",
    ),
    Freedom("null-added", "an add of null is refused, passed over, or clears", "RFC7644 3.5.2.1, RFC7643 2.5"),
)

FREEDOMS = MappingProxyType({each.name: each for each in _TABLE})
