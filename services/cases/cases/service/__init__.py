"""What can be done to cases. The only place that writes them, and the only one that says so."""

from cases.service.changing import change_case
from cases.service.closing import close_case, reopen_case
from cases.service.desk import change_desk, read_desk, undo_desk
from cases.service.files import note_file
from cases.service.listed import change_noun, list_nouns, make_noun
from cases.service.notes import add_note
from cases.service.opening import open_case
from cases.service.records import write_cases

__all__ = [
    "add_note",
    "change_case",
    "change_desk",
    "change_noun",
    "close_case",
    "list_nouns",
    "make_noun",
    "note_file",
    "open_case",
    "read_desk",
    "reopen_case",
    "undo_desk",
    "write_cases",
]
