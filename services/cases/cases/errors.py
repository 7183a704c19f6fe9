"""What can go wrong with a case."""

from kit.problems import Conflict, Invalid, NotAllowed, NotFound


class CaseNotFound(NotFound):
    """No such case, or not for this caller."""

    title = "There is no such case, or it is not yours to see."


class CaseClosed(Conflict):
    """F125: nothing can be written on a closed case."""

    title = "This case is closed, so nothing more can be written on it. Open a new case if you still need help."


class MayNotClose(NotAllowed):
    """F123: only who opened a case, or staff, closes it."""

    title = "Only the person who opened this case can mark it as closed."


class MayNotDoThat(NotAllowed):
    """The caller sees the case but lacks the right for this verb."""


class NobodyToOpenFor(Invalid):
    """Staff open a case for a contact, and this one is not known or not active."""

    title = "Choose the contact this case is for."


class UnknownAssignee(Invalid):
    """A case is assigned to active staff only."""

    title = "This is not an active member of staff."


class ProjectNotFound(NotFound):
    """No such project, task or milestone, or not for this caller."""

    title = "There is no such project, or it is not yours to see."


class MayNotWriteProjects(NotAllowed):
    """Projects are written by staff and keys with the right."""

    title = "Only staff or a key with the right projects.write can change projects."


class NothingAddedToArchived(Conflict):
    """An archived project is only looked at."""

    title = "This project is archived, so nothing more can be written on it."


class NotThisProjects(Invalid):
    """A project names organisation, contacts, owner and milestones that are known here and belong together."""

    title = "Something this project names is not known here, or belongs to somebody else."


class FedAtTheSameMoment(Conflict):
    """Two requests made the same project at once."""

    title = "This project is being written by another request at this moment. Send it again."
