"""Articles that help with a case: staff name them, and whoever reads the case finds them beside it."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import CaseClosed, MayNotDoThat, UnknownArticle
from cases.models import CaseArticle, KnownArticle
from cases.policy import can
from cases.service.found import Found, Standing, find
from cases.service.timeline import say_changed, touch
from kit.caller import Caller


async def name_article(tx: AsyncSession, caller: Caller, key: str, article_id: UUID) -> Standing:
    """Name a published article on a case; to name it twice changes nothing. Raises UnknownArticle."""
    found = await _find(tx, caller, key)
    known = select(KnownArticle.tenant_id, literal(found.case.id), KnownArticle.id, func.now())
    known = known.where(KnownArticle.id == article_id, KnownArticle.state == "published")
    named = insert(CaseArticle).from_select(["tenant_id", "case_id", "article_id", "created_at"], known)
    # What is there already is answered too, so that it is told from what is not known.
    named = named.on_conflict_do_update(
        index_elements=["tenant_id", "case_id", "article_id"], set_={"created_at": CaseArticle.created_at}
    )
    told: Any = named.returning(literal_column("xmax = 0"))
    was_new = (await tx.execute(told)).scalar_one_or_none()
    if was_new is None:
        raise UnknownArticle(errors=[{"field": "article_id", "detail": UnknownArticle.title}])
    return _changed(tx, caller, found) if was_new else found.standing


async def drop_article(tx: AsyncSession, caller: Caller, key: str, article_id: UUID) -> Standing:
    """Name it there no more."""
    found = await _find(tx, caller, key)
    which = CaseArticle.case_id == found.case.id, CaseArticle.article_id == article_id
    dropped = await tx.execute(delete(CaseArticle).where(*which).returning(CaseArticle.article_id))
    return _changed(tx, caller, found) if dropped.scalar_one_or_none() else found.standing


async def _find(tx: AsyncSession, caller: Caller, key: str) -> Found:
    found = await find(tx, caller, key)
    if not can(caller, "name_articles", found.case):
        closed = caller.kind == "staff" and found.case.status == "closed"
        raise CaseClosed() if closed else MayNotDoThat("Articles are named by those who answer.")
    return found


def _changed(tx: AsyncSession, caller: Caller, found: Found) -> Standing:
    touch(found.case)
    say_changed(tx, caller, found.case, ["articles"], found.member_ids)
    return found.standing
