"""Articles, and the one function that searches them."""

from alembic import op

from kit.machinery import machinery
from kit.migrations import TENANT, system_function, tenant_table

revision = "0001"
down_revision = None

# Accents do not matter in either; `stems` also finds "printers" by "printing", `words` keeps what English
# takes for noise, so that a title of nothing else is found by its words.
_CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);;
ALTER TEXT SEARCH CONFIGURATION words
    ALTER MAPPING FOR word, hword, hword_part, numword, numhword, hword_numpart WITH unaccent, simple;;
CREATE TEXT SEARCH CONFIGURATION stems (COPY = english);;
ALTER TEXT SEARCH CONFIGURATION stems ALTER MAPPING FOR word, hword, hword_part WITH unaccent, english_stem;;
ALTER TEXT SEARCH CONFIGURATION stems ALTER MAPPING FOR numword, numhword, hword_numpart WITH unaccent, simple
"""

_TABLES = """
CREATE TABLE articles (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    external_id text,
    title text NOT NULL,
    summary text NOT NULL,
    body text NOT NULL,
    plain text NOT NULL,
    category text,
    audience text NOT NULL CHECK (audience IN ('public', 'customers', 'internal')),
    state text NOT NULL CHECK (state IN ('draft', 'published', 'archived')),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    published_at timestamptz,
    tsv tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('public.words', title), 'A') || setweight(to_tsvector('public.stems', title), 'A')
        || setweight(to_tsvector('public.stems', summary), 'C') || to_tsvector('public.stems', plain)
    ) STORED,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, slug),
    UNIQUE (tenant_id, external_id)
);;
CREATE INDEX articles_updated ON articles (tenant_id, updated_at, id);;
CREATE INDEX articles_public ON articles (tenant_id, updated_at, id) WHERE state = 'published' AND audience = 'public';;
CREATE INDEX articles_customers ON articles (tenant_id, updated_at, id)
    WHERE state = 'published' AND audience IN ('public', 'customers');;
CREATE INDEX articles_category ON articles (tenant_id, category, updated_at, id);;
CREATE INDEX articles_tsv ON articles USING gin (tenant_id, tsv);;
CREATE INDEX articles_title ON articles USING gin (tenant_id, title gin_trgm_ops)
"""

# What an excerpt is marked by and a lenient search looks for: any of the words, but for noise.
_ANY_WORD = """
CREATE FUNCTION any_word(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(plainto_tsquery('public.stems', words)::text, ' & ', ' | ')::tsquery
$$
"""

_MINE = f"""
    a.tenant_id = {TENANT} AND a.audience = ANY (audiences) AND a.state = ANY (states)
    AND (within IS NULL OR a.category = within)
"""
_SCOPE = "audiences text[], states text[], within text"

# The newest thousand that match: ranking all that have a common word takes half a second. A word that is
# common among the newest two hundred is found fastest by walking on from there, any other by its index; the
# planner cannot tell, for it takes reading a document's words for free. `+ interval '0'` keeps it from walking.
_NEWEST = f"""
CREATE FUNCTION newest_matches(wanted tsquery, {_SCOPE}) RETURNS TABLE (id uuid, tsv tsvector)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    IF (SELECT count(*) FILTER (WHERE newest.tsv @@ wanted) > 50 FROM
        (SELECT a.tsv FROM articles a WHERE {_MINE} ORDER BY a.updated_at DESC LIMIT 200) newest)
    THEN RETURN QUERY
        SELECT a.id, a.tsv FROM articles a WHERE {_MINE} AND a.tsv @@ wanted
        ORDER BY a.updated_at DESC LIMIT 1000;
    ELSE RETURN QUERY
        SELECT a.id, a.tsv FROM articles a WHERE {_MINE} AND a.tsv @@ wanted
        ORDER BY a.updated_at + interval '0' DESC LIMIT 1000;
    END IF;
END
$$
"""

# T5: takes the tenant from the setting and nothing else; which audiences and states is policy's to say.
# First all words as written. When that finds little and nothing was quoted or excluded, also any of the
# words, and titles with words like them: trigrams find "Printer offline" for "prnter ofline".
_SEARCH = f"""
#variable_conflict use_column
DECLARE
    exactly tsquery := websearch_to_tsquery('public.words', query) || websearch_to_tsquery('public.stems', query);
    loosely tsquery := public.any_word(query);
    few CONSTANT integer := CASE WHEN query ~ '"|(^|\\s)-' THEN 0 ELSE 10 END;
BEGIN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.45', true);
    RETURN QUERY
    WITH exact AS MATERIALIZED (
        SELECT id, 1 + ts_rank(tsv, exactly) AS rank FROM public.newest_matches(exactly, audiences, states, within)
    ), lenient AS MATERIALIZED (
        SELECT FROM exact HAVING count(*) < few
    ), loose AS (
        SELECT found.id, ts_rank(found.tsv, loosely) AS rank
        FROM lenient CROSS JOIN LATERAL public.newest_matches(loosely, audiences, states, within) found
    ), guesses AS MATERIALIZED (
        SELECT word, count(*) OVER () AS many
        FROM lenient CROSS JOIN regexp_split_to_table(lower(query), '[^[:alnum:]]+') word
        WHERE length(word) >= 3 AND to_tsvector('public.stems', word) <> ''
        GROUP BY word ORDER BY length(word) DESC, word LIMIT 6
    ), alike AS (
        SELECT newest.id, word_similarity(guesses.word, newest.title) / guesses.many AS rank
        FROM guesses CROSS JOIN LATERAL (
            SELECT a.id, a.title FROM articles a WHERE {_MINE} AND a.title %> guesses.word
            ORDER BY a.updated_at DESC LIMIT 1000
        ) newest
    )
    SELECT hits.id, sum(hits.rank)::real
    FROM (SELECT * FROM exact UNION ALL SELECT * FROM loose UNION ALL SELECT * FROM alike) hits
    GROUP BY hits.id ORDER BY 2 DESC, 1 DESC LIMIT most;
END
"""


def upgrade() -> None:
    for statement in (_CONFIGURATIONS + ";;" + _TABLES).split(";;"):
        op.execute(statement)
    tenant_table("knowledge", "articles", system=True)
    op.execute(_ANY_WORD)
    op.execute(_NEWEST)
    signature, returns = f"article_search(query text, {_SCOPE}, most integer)", "TABLE (id uuid, rank real)"
    system_function("knowledge", signature, returns, _SEARCH, language="plpgsql")
    # How common the words are decides between two indexes, and a generic plan does not know.
    op.execute("ALTER FUNCTION article_search SET plan_cache_mode = force_custom_plan")
    machinery("knowledge")
