"""What can be done to cases. The only place that writes them, and the only one that says so."""

from cases.service.articles import drop_article, name_article
from cases.service.bulk import change_many
from cases.service.canned import change_canned, drop_canned, fill_canned, write_canned
from cases.service.changing import change_case
from cases.service.closing import close_case, rate_case, reopen_case
from cases.service.desk import change_desk, read_desk, undo_desk
from cases.service.fed_notes import write_notes
from cases.service.files import note_file
from cases.service.following import follow, unfollow
from cases.service.holidays import read_holidays, set_holidays
from cases.service.listed import change_noun, list_nouns, make_noun
from cases.service.merging import merge_case, split_case
from cases.service.missed import miss
from cases.service.naming import NamedNote, name_case, name_note
from cases.service.notes import add_note
from cases.service.opening import open_case
from cases.service.presence import begin_reply, forget_writers
from cases.service.records import write_cases
from cases.service.saved import change_view, drop_view, save_view

__all__ = [
    "NamedNote",
    "add_note",
    "begin_reply",
    "change_canned",
    "change_case",
    "change_desk",
    "change_many",
    "change_noun",
    "change_view",
    "close_case",
    "drop_article",
    "drop_canned",
    "drop_view",
    "fill_canned",
    "follow",
    "forget_writers",
    "list_nouns",
    "make_noun",
    "merge_case",
    "miss",
    "name_article",
    "name_case",
    "name_note",
    "note_file",
    "open_case",
    "rate_case",
    "read_desk",
    "read_holidays",
    "reopen_case",
    "save_view",
    "set_holidays",
    "split_case",
    "undo_desk",
    "unfollow",
    "write_canned",
    "write_cases",
    "write_notes",
]
