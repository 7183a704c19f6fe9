"""What can go wrong with a document."""

from kit.problems import Conflict, Invalid, NotAllowed, NotFound, Unavailable

AGAIN = "Try again, and contact us if it keeps happening."


class DocumentNotFound(NotFound):
    """No such document, or not for this caller."""

    title = "There is no such document, or it is not yours to see."


class CaseNotFound(NotFound):
    """No such case, or not for this caller, or so new that this service has not heard of it."""

    title = "There is no such case, or it is not yours to see. If you have only just opened it, try again in a moment."


class MayNotDoThat(NotAllowed):
    """The caller sees the document but lacks the right for this verb."""


class MayNotFeed(NotAllowed):
    """Only a key with the right crm.write brings files by external id."""

    title = "Only a key with the right crm.write can bring files."


class FileNeeded(Invalid):
    """A file to come is announced with its name and its size."""

    title = "Say what the file is called and how many bytes it has."


class UnknownRecord(Invalid):
    """A case or project that the CRM names for a file, and that is not here, or not here yet."""

    title = "There is no such record. If it is new, try again in a moment."


class BroughtAtTheSameMoment(Conflict):
    """Two requests brought a file of one name at once."""

    title = "A file with this external id was announced at the same moment. Send this again."


class MayNotPublish(NotAllowed):
    """F141: without Edit Customer Documents - Portal Availability nobody changes what customers see."""

    title = "Only staff with the permission for portal availability can show a file to customers or hide it."


class RecordNotFound(NotFound):
    """No such project, or not for this caller, or so new that this service has not heard of it."""

    title = "There is no such record, or it is not yours to see. If it is new, try again in a moment."


class CaseClosed(Conflict):
    """F125: nothing is added to a closed case."""

    title = "This case is closed, so no file can be added to it. Open a new case if you still need help."


class BeingChecked(Conflict):
    """Somebody else's commit of the same file is at work."""

    title = "This file is being checked. Ask again in a moment."


class UploadOver(Conflict):
    """What was committed is not given up or added to."""

    title = "This upload is over: its file is being checked, or has been."


class NotReady(Conflict):
    """Only a checked file is linked or downloaded."""

    title = "This file has not been checked yet, or was refused."


class OnLegalHold(Conflict):
    """What is held stays, whoever asks."""

    title = "This file is on legal hold, so it stays. Lift the hold first."


class WouldBeEverybodys(Conflict):
    """A public file that is for one company would be for every customer without it."""

    title = (
        "Without this company every customer would see the file. Hide it, or take it out of the public folder first."
    )


class RequestNotFound(NotFound):
    """No such request, or not for this caller."""

    title = "There is no such request, or it is not yours to see."


class RequestOver(Conflict):
    """What was asked for has come, or is needed no longer, or has not come yet."""

    title = "This request is no longer as you saw it. Look at it again."


class EmptyFile(Invalid):
    """F147: no bytes, no file."""

    title = f"The file is empty. {AGAIN}"


class FileTooLarge(Invalid):
    """More bytes than this portal takes."""

    title = "The file is too large."


class OverQuota(Invalid):
    """F147: the tenant's files take all the room they may."""

    title = "There is no room left for this file. Contact us, and we make some."


class SettingsNotFound(NotFound):
    """Settings are seen by those who set the portal up."""


class FileMismatch(Invalid):
    """F147: what arrived is not what was announced; the same upload may be tried again."""

    title = f"The file did not arrive whole. {AGAIN}"


class NotInParts(Invalid):
    """Parts of a file that comes in one piece, or parts it does not have."""

    title = "This file does not come in such parts. Ask for numbers from 1 to the count that was announced."


class TypeRefused(Invalid):
    """The content is of a kind that is not taken, whatever its name says."""

    title = "Files of this kind are not accepted. Send a picture, a PDF, an office document, a text or a ZIP archive."


class FileInfected(Invalid):
    """The virus scanner knows this file."""

    title = "The virus scanner found something harmful in this file, so it was removed."


class TooLargeToScan(Invalid):
    """More bytes than the scanner takes, at a tenant that takes nothing unscanned."""

    title = "The file is larger than our virus scanner takes, so it is refused. Make it smaller, or contact us."


REFUSALS = {refusal.slug(): refusal for refusal in (TypeRefused, FileInfected, TooLargeToScan)}
"""What rejects a file for good, by the name its row keeps."""


class TooMuchToZip(Invalid):
    """One ZIP holds so many files and no more."""

    title = "These are too many files for one ZIP. Narrow the list down, or download them one by one."


class StorageAway(Unavailable):
    """The object storage does not answer, or not as it should."""

    title = f"The file storage is away for the moment. {AGAIN}"


class ScannerAway(Unavailable):
    """A scanner is configured and does not answer: nothing passes unscanned."""

    title = f"The virus scanner is away for the moment. {AGAIN}"
