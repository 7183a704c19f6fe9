"""What other parts of Portico ask on their own account. Nobody else may."""

from fastapi import Depends

from cases.queries import desk as queries
from cases.schemas.opening import GuestCase, IncomingMailInput, MailOutcome
from cases.schemas.words import GuestCaseOpened, Words
from cases.service import arriving as service
from kit.edge import Caller, Tx, router
from kit.problems import NotFound


async def only_the_system(caller: Caller) -> None:
    """Another part, on its own account."""
    if caller.kind != "system":
        raise NotFound()


api = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])


@api.get("/desk")
async def read_words(tx: Tx) -> Words:
    """F107, F128: what the module and its statuses are called, for whoever draws pages."""
    desk = await queries.desk(tx)
    return Words(alias=desk.alias, status_words=dict(desk.status_words))


@api.post("/cases/from-guest", status_code=201)
async def open_for_guest(wanted: GuestCase, tx: Tx) -> GuestCaseOpened:
    """F054, F129: the case of somebody who proved their address."""
    case = await service.open_for_guest(tx, wanted)
    return GuestCaseOpened(id=case.id, reference=case.reference)


@api.post("/cases/from-mail")
async def take_mail(mail: IncomingMailInput, tx: Tx) -> MailOutcome:
    """A mail that came in; the same one twice (by its message id) becomes nothing twice."""
    return await service.take_mail(tx, mail)
