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


class UnknownGroup(Invalid):
    """A case goes to a group of this desk only."""

    title = "There is no such group."


class NothingToUndo(Conflict):
    """The desk was never changed, so there is nothing to go back to."""

    title = "There is nothing to undo."


class ReopenNotPossible(Conflict):
    """What a desk allows after the end of a case does not include opening it again, or not any more."""

    title = "This case cannot be opened again. Open a new case if you still need help."


class CaseWasMerged(Conflict):
    """A case that went into another one stays closed: it goes on there."""

    title = "This case was merged into another one. Go on there."


class FieldNotYours(NotAllowed):
    """F120: customers change only what their desk lets them."""

    title = "You cannot change this about the case."


class UnknownFollower(Invalid):
    """Only active people who may follow a case are added to those who do."""

    title = "Choose somebody who may follow this case."


class NotRatedHere(Conflict):
    """Only a closed case is rated, and a rating is changed for a week."""

    title = "A case is rated once it is closed, and a rating can be changed for seven days."


class AnsweredMeanwhile(Conflict):
    """Somebody else answered since the writer opened the page: nothing was sent yet."""

    title = "Somebody else wrote on this case after you opened it. Read it first; then send yours, or leave it."


class MergeNotPossible(Conflict):
    """Two cases become one only where both are the same customer's, and neither went elsewhere already."""

    title = "These two cannot become one: they must be different cases of one customer, the other one open."


class NoteNotFound(NotFound):
    """No such note on this case."""

    title = "There is no such note on this case."


class CannedReplyNotFound(NotFound):
    """No such ready-made reply."""

    title = "There is no such reply."


class CannotBePrinted(Invalid):
    """What is on a case, or the logo that came with it, cannot be drawn within what one print may cost."""

    title = "This case could not be printed. Try it without the logo, or read it on its page."


class ViewNotFound(NotFound):
    """No such view, or not one's own to change."""

    title = "There is no such view of yours."


class ViewNameTaken(Conflict):
    """One's views are told apart by their names."""

    title = "You have a view of this name already. Choose another name."


class TooManyViews(Conflict):
    """What somebody keeps is bounded."""

    title = "You have 30 views, and more cannot be kept. Take one away first."


class NotListed(NotFound):
    """No such category, department, product, group or template at this desk."""


class UnknownOfDesk(Invalid):
    """A category, department, product or template that is not this desk's, or is offered no more."""

    title = "This is not offered here. Choose another one."


class UnknownMember(Invalid):
    """Groups are of active staff."""

    title = "Only active staff can be in a group."


class WrongAnswers(Invalid):
    """Answers that do not fit the category's questions; `errors` names each as fields.<key>."""

    title = "Some answers are not right."


class PriorityNotOffered(Invalid):
    """Customers choose among the priorities that the desk offers them, if any."""

    title = "This priority is not offered here. Leave it out."


class UnknownPlaceholder(Invalid):
    """A ready-made reply names a place that nothing fills."""

    title = "This reply has a placeholder that is not known."


class UnknownContact(Invalid):
    """The CRM brings cases of contacts it has brought."""

    title = "There is no contact with this external id."


class OtherContacts(Conflict):
    """A case stays with the contact it was opened for."""

    title = "This case is another contact's. A case stays with the contact it was opened for."


class UnknownCase(Invalid):
    """The CRM brings notes on cases it has brought."""

    title = "There is no case with this external id."


class NoteOfAnotherCase(Conflict):
    """A note stays on the case it was written on."""

    title = "This note is on another case. A note stays on the case it was written on."


class WrittenHere(Conflict):
    """The CRM has a name for a note that somebody wrote in the portal or in the console."""

    title = "This note was written here. Its words, and who reads them, stay as they are."


class UnknownArticle(Invalid):
    """No published article of this tenant is known by that id."""

    title = "There is no published article of this id. One that was published a moment ago is known in a few seconds."


class NotYet(Invalid):
    """What was said was said before now."""

    title = "This moment has not come yet."


class ClosedTooEarly(Invalid):
    """A case ends after it began."""

    title = "A case is not closed before it is opened."


class BodyNeeded(Invalid):
    """A new case says what it is about."""

    title = "A new case needs a text."


class NotContinued(Conflict):
    """F125: only a closed case of one's own goes on in a new one, where the desk has it so."""

    title = "A new case cannot go on from that one. Open it without naming the other."


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
