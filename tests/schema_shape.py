"""What the warehouse's schema is, as PostgreSQL tells it, so that two databases can be compared."""

from typing import Any

from sqlalchemy import Engine, text

_OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
_QUERIES = {
    "schemas": f"SELECT n.nspname, n.nspacl::text FROM pg_namespace n WHERE {_OURS} AND n.nspname !~ '^pg_'",
    "relations": "SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relacl::text,"
    f" obj_description(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}",
    "columns": "SELECT n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),"
    " a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),"
    " a.attcollation::regcollation::text, a.attacl::text, col_description(c.oid, a.attnum)"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    f" WHERE {_OURS} AND a.attnum > 0 AND NOT a.attisdropped",
    "constraints": "SELECT n.nspname, k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid)"
    f" FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE {_OURS}",
    "indexes": "SELECT n.nspname, c.relname, pg_get_indexdef(c.oid) FROM pg_class c"
    f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND c.relkind = 'i'",
    "views": "SELECT n.nspname, c.relname, pg_get_viewdef(c.oid) FROM pg_class c"
    f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND c.relkind = 'v'",
    "triggers": "SELECT n.nspname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE {_OURS} AND NOT t.tgisinternal",
    "functions": "SELECT n.nspname, pg_get_functiondef(p.oid), p.proacl::text, obj_description(p.oid)"
    f" FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS} AND p.prokind = 'f'",
    "types": "SELECT n.nspname, t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod) FROM pg_type t"
    f" JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {_OURS} AND t.typtype IN ('e', 'd')",
}

Rows = list[tuple[Any, ...]]
#: table → its rows, each column → value as text
Contents = dict[str, list[dict[str, Any]]]


def shape(engine: Engine) -> dict[str, Rows]:
    """Schemas, relations, columns, constraints, indexes, views, triggers, functions and types; with rights."""
    with engine.connect() as connection:
        found = {kind: [tuple(row) for row in connection.execute(text(query))] for kind, query in _QUERIES.items()}
    return {kind: sorted(rows, key=str) for kind, rows in found.items()}


def contents(engine: Engine) -> Contents:
    """Every row of every table of the warehouse."""
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('control', 'nucleo')"
    with engine.connect() as connection:
        names = [".".join(row) for row in connection.execute(text(tables))]
        return {
            name: [row.content for row in connection.execute(text(f"SELECT to_jsonb(t) AS content FROM {name} t"))]
            for name in sorted(names)
        }
