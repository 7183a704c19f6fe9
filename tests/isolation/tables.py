"""What in a service's database breaks the rules T1 to T3 and T5, read from PostgreSQL's own catalog.

Whatever an extension brought along is its own affair; everything else that is not PostgreSQL's is looked at.
"""

from collections.abc import Iterable
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NOT_A_TENANTS = {
    "alembic_version": "holds the number of the newest migration, and the app role may not even read it",
}
"""Tables without row-level security, each with its reason."""

UNIQUE_OVER_ALL_TENANTS = {
    ("identity", "tenants_slug"): "an address leads to one portal, whoever asks for it first",
    ("identity", "hosts_verified"): "a proven host name leads to one portal",
}
"""Unique keys that tenant_id does not lead, each with its reason."""

INSIDE = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)"
"""The one condition of every tenant policy (T2), as PostgreSQL prints it."""

ROWS_ONLY = {"SELECT", "INSERT", "UPDATE", "DELETE"}
"""What the app role may be granted on a table: TRUNCATE and REFERENCES do not ask row-level security."""

_OURS = """n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"""
_RELATIONS = "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + _OURS.format(catalog="pg_class", oid="c.oid")

_TABLES = f"""
SELECT c.relname AS name, c.relkind::text AS kind, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
    pg_get_userbyid(c.relowner) AS owner, coalesce(c.reloptions, '{{}}') AS options,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull
        AND a.atttypid = 'uuid'::regtype) AS has_tenant
FROM pg_class c {_RELATIONS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
"""
_POLICIES = f"""
SELECT c.relname AS table, p.polname AS name, p.polpermissive AS permissive, p.polcmd::text AS command,
    pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS checked,
    ARRAY(SELECT coalesce(pg_get_userbyid(nullif(r, 0)), 'PUBLIC') FROM unnest(p.polroles) AS r)::text[] AS roles
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid {_RELATIONS} ORDER BY 1, 2
"""
_UNIQUE = f"""
SELECT c.relname AS table, i.relname AS name, a.attname AS leads
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0] AND a.attnum > 0
{_RELATIONS} AND (x.indisunique OR x.indisexclusion) ORDER BY 1, 2
"""
_FOREIGN = f"""
SELECT c.relname AS table, k.conname AS name, a.attname AS leads, b.attname AS target
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
{_RELATIONS} AND k.contype = 'f' ORDER BY 1, 2
"""
_FUNCTIONS = f"""
SELECT p.proname AS name, pg_get_userbyid(p.proowner) AS owner,
    coalesce((SELECT split_part(s, '=', 2) FROM unnest(p.proconfig) AS s WHERE s LIKE 'search_path=%'), '') AS path,
    ARRAY(SELECT coalesce(pg_get_userbyid(nullif(g.grantee, 0)), 'PUBLIC')
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g)::text[] AS callers
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS.format(catalog="pg_proc", oid="p.oid")} AND p.prosecdef ORDER BY 1
"""
_GRANTS = f"""
SELECT c.relname AS table, coalesce(pg_get_userbyid(nullif(g.grantee, 0)), 'PUBLIC') AS role,
    array_agg(g.privilege_type)::text[] AS rights
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS g {_RELATIONS} AND g.grantee <> c.relowner
GROUP BY 1, 2 ORDER BY 1, 2
"""
_ROLES = """
SELECT rolname AS name, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication AS mighty,
    rolcanlogin AS login, has_schema_privilege(oid, 'public', 'CREATE') AS makes,
    (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) AS member_of,
    (SELECT count(*) FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
        AND d.deptype = 'o' AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS owns
FROM pg_roles r WHERE rolname = ANY ($1::text[]) ORDER BY 1
"""


async def faults(connection: Connection, service: str) -> list[str]:
    """Everything that breaks a rule, a sentence each; `service` as its package is called."""
    return [
        *_of_relations(service, await connection.fetch(_TABLES)),
        *_of_policies(service, await connection.fetch(_POLICIES)),
        *_of_unique_keys(service, await connection.fetch(_UNIQUE)),
        *_of_foreign_keys(await connection.fetch(_FOREIGN)),
        *_of_functions(service, await connection.fetch(_FUNCTIONS)),
        *_of_grants(service, await connection.fetch(_GRANTS)),
        *_of_roles(service, await connection.fetch(_ROLES, [f"{service}_{r}" for r in ("app", "migrator", "system")])),
    ]


def _of_relations(service: str, rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        if row["owner"] != f"{service}_migrator":
            yield f"{row['name']} belongs to {row['owner']}, not to {service}_migrator"
        if row["kind"] == "v" and not {"security_invoker=true", "security_invoker=on"} & set(row["options"]):
            yield f"view {row['name']} is not security_invoker"
        if row["kind"] in ("m", "f"):
            yield f"{row['name']} is a materialised view or foreign table, which know no row-level security"
        if row["kind"] in ("r", "p") and row["name"] not in NOT_A_TENANTS:
            yield from _of_table(row)


def _of_table(row: asyncpg.Record) -> Iterable[str]:
    if not row["has_tenant"]:
        yield f"table {row['name']} has no tenant_id uuid NOT NULL"
    if not row["enabled"]:
        yield f"table {row['name']} has row-level security not enabled"
    if not row["forced"]:
        yield f"table {row['name']} has row-level security not forced"


def _of_policies(service: str, rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        of_system = row["roles"] == [f"{service}_system"]
        if not of_system and (row["using"] != INSIDE or row["checked"] != INSIDE):
            yield f"policy {row['name']} on {row['table']} does not hold to the tenant's setting"


def _of_unique_keys(service: str, rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        known = row["table"] in NOT_A_TENANTS or (service, row["name"]) in UNIQUE_OVER_ALL_TENANTS
        if row["leads"] != "tenant_id" and not known:
            yield f"unique key {row['name']} on {row['table']} is not led by tenant_id"


def _of_foreign_keys(rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        if (row["leads"], row["target"]) != ("tenant_id", "tenant_id"):
            yield f"foreign key {row['name']} on {row['table']} is not led by tenant_id"


def _of_functions(service: str, rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        if row["owner"] != f"{service}_system":
            yield f"SECURITY DEFINER function {row['name']} belongs to {row['owner']}, not to {service}_system"
        if row["path"].replace(" ", "").strip('"') != "pg_catalog,public,pg_temp":
            yield f"SECURITY DEFINER function {row['name']} does not pin its search_path"
        for role in set(row["callers"]) - {row["owner"], f"{service}_app"}:
            yield f"SECURITY DEFINER function {row['name']} may be called by {role}"


def _of_grants(service: str, rows: Iterable[asyncpg.Record]) -> Iterable[str]:
    for row in rows:
        allowed = ROWS_ONLY if row["role"] in (f"{service}_app", f"{service}_system") else set()
        if row["table"] in NOT_A_TENANTS:
            allowed = set()
        for right in sorted(set(row["rights"]) - allowed):
            yield f"{row['role']} may {right} on {row['table']}"


def _of_roles(service: str, rows: list[asyncpg.Record]) -> Iterable[str]:
    if len(rows) != 3:
        yield f"there are {len(rows)} of the three roles of {service}"
    for row in rows:
        if row["mighty"]:
            yield f"role {row['name']} may more than log in"
        if row["name"].endswith("_system") and row["login"]:
            yield f"role {row['name']} can log in"
        if row["name"].endswith("_app") and (row["owns"] or row["makes"] or row["member_of"]):
            yield f"role {row['name']} owns something, may make something, or is a member of another role"
