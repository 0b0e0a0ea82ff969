"""What becomes of each mail of tests/foundation/mail/mails, written by hand.

They come to a desk where ticket 2026-000123 is Anna Kurz's, anna.kurz@beispielheim.example, and was answered by <unser@zentrale.example>.
"""

from __future__ import annotations

# A new request, whose sender gets an acknowledgement.
TICKETS = """
absent_only_by_subject address_with_umlauts ascii_declared_8bit_sent bare_cr bare_lf base64_broken base64_declared_text_sent
begin_in_a_sentence both_forms both_forms_text_empty boundary_not_closed boundary_not_declared boundary_nowhere
boundary_with_blanks_behind boundary_wrong calendar codec_that_is_no_charset content_type_of_nonsense cr_cr_lf date_1970 date_none
date_nonsense date_tomorrow date_without_zone date_year_60000 date_zone_of_nonsense digest direction_marks_in_text duplicate_headers
eight_bit_subject encoded_word_broken encoded_word_cut_in_a_letter file_name_300 file_name_dots file_name_nul file_name_path
file_name_raw_utf8 file_name_rfc2231 file_name_right_to_left file_name_script file_name_windows_path file_with_content_id
file_without_name folded_with_tabs form_is_no_quotation_reply forwarded_attached forwarded_attached_with_a_name forwarded_inline
forwarded_without_a_word greeting_at_the_beginning group_addresses html_conditional_of_office html_inline_image html_links
html_lists_and_tables html_reply_gmail html_reply_outlook html_script html_tracking html_tricks ids_as_encoded_words_reply
ids_without_brackets iso2022_jp latin1_with_windows_letters line_that_is_no_header loop_header_of_others mbox_line mixed_line_ends
only_headers ordinary pgp_encrypted pgp_inline pgp_signed quoted_printable_broken references_empty reply_below reply_english
reply_gmail_german reply_outlook reply_thanks_in_a_sentence reply_thunderbird_german script_in_sender_name script_in_subject
sender_instead_of_from sender_name_is_an_address signature_and_list signature_gruesse_early signature_of_a_phone smime_encrypted
smime_signed text_as_file token_in_lookalikes two_bodies two_tokens undeclared_8bit_utf8 undeclared_8bit_windows unknown_charset
unknown_encoding utf16_body utf16_undeclared utf7_is_refused utf8_declared_as_latin1 uuencoded winmail_broken x_unknown_charset
"""

# name → outcome, reason, number of the request that it is on or names, whether a machine answers
OUTCOMES: dict[str, tuple[str, str, str, bool]] = {
    **dict.fromkeys(TICKETS.split(), ("ticket", "", "", True)),
    "answer_to_an_absence_note": ("answer", "", "2026-000123", False),
    "stranger_quotes_token": ("ticket", "stranger", "2026-000123", True),
    "mailing_list": ("ticket", "", "", False),
    "absent_by_subject_and_answering": ("parked", "auto_reply", "2026-000123", False),
    "absent_english": ("parked", "auto_reply", "", False),
    "absent_german": ("parked", "auto_reply", "2026-000123", False),
    "absent_gmail_like": ("parked", "auto_reply", "2026-000123", False),
    "absent_outlook": ("parked", "auto_reply", "2026-000123", False),
    "absent_with_null_sender": ("parked", "auto_reply", "", False),
    "broken_from": ("parked", "no_sender", "", False),
    "delivery_report": ("parked", "bounce", "", False),
    "empty": ("parked", "empty", "", False),
    "from_postmaster": ("parked", "bounce", "", False),
    "no_from": ("parked", "no_sender", "", False),
    "null_sender": ("parked", "bounce", "", False),
    "only_body": ("parked", "no_sender", "", False),
    "only_line_ends": ("parked", "empty", "", False),
    "our_own_mail_back": ("parked", "loop", "2026-000123", False),
    "precedence_junk": ("parked", "auto_reply", "", False),
    "read_receipt": ("parked", "auto_reply", "", False),
    "several_from": ("parked", "several_senders", "", False),
    "suppress_alone": ("parked", "auto_reply", "", False),
    "two_from_headers": ("parked", "several_senders", "", False),
}
