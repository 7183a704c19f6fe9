"""Routes of what a desk offers in lists. Nothing is deleted: `archived` takes it off the lists."""

from typing import Any
from uuid import UUID

from fastapi import Response

from cases import service
from cases.models import Category, Department, Group, Product, RequestTemplate
from cases.schemas.listed import (
    CategoryChange,
    CategoryPage,
    CategoryView,
    GroupChange,
    GroupPage,
    Listed,
    ListedChange,
    ListedPage,
    NewCategory,
    NewGroup,
    NewListed,
    NewTemplate,
    TemplateChange,
    TemplatePage,
    TemplateView,
)
from kit.edge import Caller, Tx, router
from kit.versions import IfMatch

api = router(tags=["desk"], prefix="/api/v1/desk")


@api.get("/categories")
async def list_categories(caller: Caller, tx: Tx) -> CategoryPage:
    """F094: the categories, their groups, and what they ask."""
    return CategoryPage.model_validate({"items": await service.list_nouns(tx, caller, Category)})


@api.post("/categories", status_code=201)
async def make_category(new: NewCategory, caller: Caller, tx: Tx, response: Response) -> CategoryView:
    """Add a category."""
    return CategoryView.model_validate(_made(await service.make_noun(tx, caller, Category, new), response))


@api.patch("/categories/{category_id}")
async def change_category(
    category_id: UUID, change: CategoryChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> CategoryView:
    """Change a category, its group or its form, or archive it."""
    row = await service.change_noun(tx, caller, Category, category_id, change, version)
    return CategoryView.model_validate(_made(row, response))


@api.get("/departments")
async def list_departments(caller: Caller, tx: Tx) -> ListedPage:
    """F095: the departments."""
    return ListedPage.model_validate({"items": await service.list_nouns(tx, caller, Department)})


@api.post("/departments", status_code=201)
async def make_department(new: NewListed, caller: Caller, tx: Tx, response: Response) -> Listed:
    """Add a department."""
    return Listed.model_validate(_made(await service.make_noun(tx, caller, Department, new), response))


@api.patch("/departments/{department_id}")
async def change_department(
    department_id: UUID, change: ListedChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> Listed:
    """Change a department, or archive it."""
    row = await service.change_noun(tx, caller, Department, department_id, change, version)
    return Listed.model_validate(_made(row, response))


@api.get("/products")
async def list_products(caller: Caller, tx: Tx) -> ListedPage:
    """F095: the products that cases are about."""
    return ListedPage.model_validate({"items": await service.list_nouns(tx, caller, Product)})


@api.post("/products", status_code=201)
async def make_product(new: NewListed, caller: Caller, tx: Tx, response: Response) -> Listed:
    """Add a product."""
    return Listed.model_validate(_made(await service.make_noun(tx, caller, Product, new), response))


@api.patch("/products/{product_id}")
async def change_product(
    product_id: UUID, change: ListedChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> Listed:
    """Change a product, or archive it."""
    row = await service.change_noun(tx, caller, Product, product_id, change, version)
    return Listed.model_validate(_made(row, response))


@api.get("/groups")
async def list_groups(caller: Caller, tx: Tx) -> GroupPage:
    """F101: the groups and who is in them."""
    return GroupPage.model_validate({"items": await service.list_nouns(tx, caller, Group)})


@api.post("/groups", status_code=201)
async def make_group(new: NewGroup, caller: Caller, tx: Tx, response: Response) -> Listed:
    """Add a group with its members."""
    return Listed.model_validate(_made(await service.make_noun(tx, caller, Group, new), response))


@api.patch("/groups/{group_id}")
async def change_group(
    group_id: UUID, change: GroupChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> Listed:
    """Change a group or who is in it, or archive it."""
    row = await service.change_noun(tx, caller, Group, group_id, change, version)
    return Listed.model_validate(_made(row, response))


@api.get("/templates")
async def list_templates(caller: Caller, tx: Tx) -> TemplatePage:
    """F096: the templates of requests."""
    return TemplatePage.model_validate({"items": await service.list_nouns(tx, caller, RequestTemplate)})


@api.post("/templates", status_code=201)
async def make_template(new: NewTemplate, caller: Caller, tx: Tx, response: Response) -> TemplateView:
    """Add a template."""
    return TemplateView.model_validate(_made(await service.make_noun(tx, caller, RequestTemplate, new), response))


@api.patch("/templates/{template_id}")
async def change_template(
    template_id: UUID, change: TemplateChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> TemplateView:
    """Change a template, or archive it."""
    row = await service.change_noun(tx, caller, RequestTemplate, template_id, change, version)
    return TemplateView.model_validate(_made(row, response))


def _made(row: Any, response: Response) -> Any:
    response.headers["etag"] = f'"{row.version}"'
    return row
