"""What can be wrong with a file that is to be imported. Only staff and the CRM are told these."""

from kit.problems import Conflict, Invalid, NotFound, Problem


class ImportNotFound(NotFound):
    """No such import, or not for this caller."""

    title = "There is no such import, or it is not yours to see."


class FileTooLarge(Problem):
    """More than what is taken at once."""

    status, title = 413, "This file is too large. Send at most 10 MB and 50,000 rows at once."


class FileNotRead(Invalid):
    """The file is no table of text; `detail` says why."""

    title = "This file cannot be read as a table."


class ColumnsWrong(Invalid):
    """What was chosen for the columns does not fit the file or the kind."""

    title = "The columns do not fit yet."


class ImportBusy(Conflict):
    """It is being checked or run just now, or it was run already."""

    title = "This import cannot do that now. Load the page again to see how far it is."


class TooManyImports(Conflict):
    """Files are looked at one after the other."""

    title = "Several files are being checked or imported already. Wait until one of them is done."
