"""What a bridge may choose, noted down: a MAY of RFC 7643 or RFC 7644 in each row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Recorded
from harness.checks.noting import (
    Note,
    address_of_schemes,
    alphabet,
    anonymous,
    bearer,
    breach,
    broad_filter,
    capitals,
    configuration_id,
    discovery,
    display_name,
    display_of,
    entity_tag,
    errors_in_bulk,
    extension_used,
    extensions,
    external_id,
    fate_of,
    further_services,
    immutable_set,
    kinds_of_membership,
    lines,
    manager_name,
    membership_method,
    name_of_the_nameless,
    name_parts,
    nested_group,
    number_of_photos,
    odd_address,
    one_value_twice,
    only_locality,
    other_type,
    own_resource,
    password_filter,
    photos,
    references,
    sensitive,
    status_of,
    too_many,
    underscored_locale,
    unknown_member,
    unpadded,
    unusual_type,
    updated,
    valueless_member,
    versioned,
    without_extension,
    without_external_id,
)
from harness.checks.once import once
from harness.checks.registry import Outcome, check
from harness.record.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a bridge may do or leave; `note` says what it chose, or None where nothing tells."""

    requirement: str
    name: str
    sentence: str
    note: Note
    is_about_load: bool = False


CHOICES: tuple[Choice, ...] = (
    Choice(
        "RFC7643-2.3.1-02",
        "a_format_may_be_demanded",
        "Whether an address without an at sign is accepted.",
        fate_of("emails", "value", odd_address),
    ),
    Choice(
        "RFC7643-2.3.1-03",
        "values_may_be_restricted",
        "What becomes of a type that is not canonical.",
        unusual_type("emails"),
    ),
    Choice(
        "RFC7643-7-17",
        "canonical_values_may_be_all",
        "What becomes of a type of another kind.",
        unusual_type("phoneNumbers"),
    ),
    Choice(
        "RFC7643-4.1.2-03",
        "further_email_types",
        "Whether e-mail addresses have further types.",
        unusual_type("emails"),
    ),
    Choice(
        "RFC7643-4.1.2-06",
        "further_phone_types",
        "Whether phone numbers have further types.",
        unusual_type("phoneNumbers"),
    ),
    Choice("RFC7643-2.3.6-02", "the_alphabet_of_binaries", "Which alphabet binary values are shown in.", alphabet),
    Choice(
        "RFC7643-2.3.6-03",
        "padding_may_be_left_off",
        "What becomes of a binary value without padding.",
        fate_of("x509Certificates", "value", unpadded),
    ),
    Choice(
        "RFC7643-2.3.7-06",
        "references_may_be_checked",
        "Whether a member whom nobody knows is accepted.",
        unknown_member,
    ),
    Choice("RFC7643-2.3.7-07", "references_may_lack_an_address", "Whether members and groups have a $ref.", references),
    Choice(
        "RFC7643-2.4-09", "one_value_under_two_types", "Whether one address is kept under two types.", one_value_twice
    ),
    Choice(
        "RFC7643-3-02",
        "one_resource_type_may_be_read",
        "Whether one resource type is read by itself.",
        status_of("GET", "ResourceTypes", single=True),
    ),
    Choice("RFC7643-3.1-11", "external_ids_may_be_kept", "Which resource types keep an externalId.", external_id),
    Choice("RFC7643-3.1-12", "external_ids_may_be_missing", "A create without an externalId.", without_external_id),
    Choice("RFC7643-3.3-01", "extensions_may_be_named", "Which extensions schemas names.", extensions),
    Choice(
        "RFC7643-3.3-04",
        "extensions_in_use_may_be_named",
        "Whether schemas names an extension that was sent.",
        extension_used,
    ),
    Choice("RFC7643-6-14", "optional_extensions_may_be_missing", "A create without any extension.", without_extension),
    Choice("RFC7643-4.1.1-08", "names_come_in_two_forms", "Which forms of a name come back.", name_parts),
    Choice(
        "RFC7643-4.1.1-10",
        "a_display_name_may_be_shown",
        "Whether a displayName is made where none was sent.",
        display_name,
    ),
    Choice(
        "RFC7643-4.1.1-27",
        "a_display_name_may_be_a_handle",
        "The displayName of whom only a userName is known.",
        name_of_the_nameless,
    ),
    Choice(
        "RFC7643-4.1.1-15",
        "underscores_in_languages",
        "What becomes of a language tag with an underscore.",
        underscored_locale,
    ),
    Choice("RFC7643-4.1.1-23", "passwords_may_be_compared", "Whether a search compares passwords.", password_filter),
    Choice(
        "RFC7643-7-28",
        "what_is_never_shown_may_be_searched",
        "Whether a search takes what is never shown.",
        password_filter,
    ),
    Choice(
        "RFC7643-4.1.2-02",
        "emails_may_have_a_display",
        "Whether an e-mail address gets a display.",
        display_of("emails"),
    ),
    Choice(
        "RFC7643-4.1.2-05",
        "phones_may_have_a_display",
        "Whether a phone number gets a display.",
        display_of("phoneNumbers"),
    ),
    Choice("RFC7643-4.1.2-09", "further_messaging_services", "Which further services ims has.", further_services),
    Choice("RFC7643-4.1.2-10", "types_of_photos", "Which types photos have.", photos),
    Choice("RFC7643-4.1.2-11", "photos_in_several_sizes", "How many photos a user has.", number_of_photos),
    Choice(
        "RFC7643-4.1.2-12",
        "parts_of_addresses_are_optional",
        "What becomes of an address of a locality alone.",
        fate_of("addresses", "locality", only_locality),
    ),
    Choice(
        "RFC7643-4.1.2-13",
        "addresses_may_have_lines",
        "What becomes of line breaks in an address.",
        fate_of("addresses", "formatted", lines),
    ),
    Choice(
        "RFC7643-4.1.2-21", "memberships_may_be_indirect", "Which kinds of membership are shown.", kinds_of_membership
    ),
    Choice("RFC7643-4.2-02", "members_may_change", "By which methods members change.", membership_method),
    Choice(
        "RFC7643-4.2-06",
        "members_may_need_a_value",
        "A group that is created with a member without a value.",
        valueless_member,
    ),
    Choice("RFC7643-4.2-07", "groups_may_be_nested", "A group that is created with a group as a member.", nested_group),
    Choice("RFC7643-4.3-04", "the_manager_may_have_a_name", "Whether the manager's name is shown.", manager_name),
    Choice("RFC7643-5-03", "the_configuration_needs_no_id", "Whether the configuration has an id.", configuration_id),
    Choice(
        "RFC7643-5-26", "schemes_may_name_their_text", "Whether schemes have a specUri.", address_of_schemes("specUri")
    ),
    Choice(
        "RFC7643-5-27",
        "schemes_may_be_documented",
        "Whether schemes have a documentationUri.",
        address_of_schemes("documentationUri"),
    ),
    Choice("RFC7643-7-20", "letter_case_may_change", "The letter case in which a userName comes back.", capitals),
    Choice("RFC7643-7-22", "what_may_be_written_is_updated", "Which texts a PUT stores as they were sent.", updated),
    Choice(
        "RFC7643-7-23", "immutable_values_may_be_set", "Whether members are set when a group is created.", immutable_set
    ),
    Choice("RFC7643-7-31", "a_breach_of_uniqueness", "How a change to a value that is taken is refused.", breach),
    Choice("RFC7644-2-02", "bearer_tokens_may_be_used", "Whether a bearer token works.", bearer),
    Choice("RFC7644-2.2-01", "strangers_may_be_let_in", "What somebody without a token is told.", anonymous),
    Choice("RFC7644-3.1-03", "schemas_may_be_offered", "Whether /Schemas is there.", status_of("GET", "Schemas")),
    Choice("RFC7644-3.2-11", "bulk_may_be_offered", "How a Bulk request is answered.", status_of("POST", "Bulk")),
    Choice("RFC7644-3.8-03", "further_media_types", "What is answered to a wish for XML.", other_type),
    Choice("RFC7644-3.11-02", "me_may_redirect", "Whether /Me redirects.", own_resource),
    Choice("RFC7644-3.11-03", "me_may_answer", "Whether /Me answers by itself.", own_resource),
    Choice(
        "RFC7644-3.12-19",
        "a_filter_may_yield_too_much",
        "What is answered to a filter that matches everybody.",
        broad_filter,
    ),
    Choice("RFC7644-3.12-21", "entries_of_bulk_may_say_why", "Which error types entries of Bulk have.", errors_in_bulk),
    Choice(
        "RFC7644-3.13-01", "the_address_may_name_a_version", "Whether the service's address names a version.", versioned
    ),
    Choice("RFC7644-3.14-01", "tags_may_be_weak", "Which form entity tags have.", entity_tag),
    Choice("RFC7644-4-02", "documents_may_be_read", "Which of the three documents can be read.", discovery),
    Choice(
        "RFC7644-7.5.2-02", "a_sensitive_filter_may_say_so", "Which error type a filter that is refused has.", sensitive
    ),
    Choice("RFC7644-7.6-02", "requests_may_be_limited", "How a bridge limits requests.", too_many, True),
)


def _register(choice: Choice) -> None:
    note = once(choice.note)

    def is_case(exchange: Exchange) -> bool:
        return note(exchange) is not None

    def recorded(exchange: Exchange) -> Iterator[Outcome]:
        yield Recorded(note(exchange) or "")

    recorded.__name__, recorded.__doc__ = choice.name, choice.sentence
    check(choice.requirement, over=is_case, is_about_load=choice.is_about_load)(recorded)


for _choice in CHOICES:
    _register(_choice)
