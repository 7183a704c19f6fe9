"""What can be done to cases. The only place that writes them, and the only one that says so."""

from cases.service.changing import change_case
from cases.service.closing import close_case, reopen_case
from cases.service.files import note_file
from cases.service.notes import add_note
from cases.service.opening import open_case

__all__ = ["add_note", "change_case", "close_case", "note_file", "open_case", "reopen_case"]
