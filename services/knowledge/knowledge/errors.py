"""What can go wrong with an article."""

from kit.problems import Conflict, Invalid, NotAllowed, NotFound


class ArticleNotFound(NotFound):
    """No such article, or not for this caller."""

    title = "There is no such article, or it is not yours to read."


class MayNotWrite(NotAllowed):
    """Writing takes articles.write; changing what readers see takes articles.publish besides."""

    title = "You may not write articles."


class MayNotPublish(NotAllowed):
    """What readers see is decided by who may publish."""

    title = "You may not publish or archive articles, nor change one that readers see."


class MayNotFeed(NotAllowed):
    """Only a key of the CRM feeds articles."""

    title = "Only a key with the right crm.write can feed articles."


class WrittenAtTheSameMoment(Conflict):
    """Two requests made an article with the same address or external id at once; the other one won."""

    title = "An article with this address or external id was made at the same moment. Send this again."


class SearchHasOnePage(Invalid):
    """A search answers the best matches and no further pages."""

    title = "A search answers one page of at most 50 best matches: leave out the cursor and lower the limit."


class AnnouncementNotFound(NotFound):
    """No such announcement."""

    title = "There is no such announcement."


class MayNotAnnounce(NotAllowed):
    """What customers are told is decided by who may publish."""

    title = "You may not publish announcements."
