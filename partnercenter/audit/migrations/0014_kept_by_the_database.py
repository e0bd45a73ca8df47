"""Triggers: records and seals are written once, and a seal joins its chain. The reasons stand in docs/adr/0020.

A row in `audit_permit`, which no transaction but its own ever sees, lets records be removed.
"""

from django.db import migrations

PERMIT = "CREATE TABLE audit_permit (reason varchar(200) NOT NULL)"
REFUSED = "Audit records are written once; nothing changes or removes them."

SQLITE = [
    PERMIT,
    *(
        f"""
        CREATE TRIGGER {table}_{event.lower()}_refused BEFORE {event} ON {table}
        WHEN {condition} NOT EXISTS (SELECT 1 FROM audit_permit)
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """
        for table, event, condition in (
            ("audit_auditrecord", "UPDATE", ""),
            ("audit_auditrecord", "DELETE", ""),
            ("audit_auditseal", "UPDATE", "OLD.number IS NOT NULL AND"),
            ("audit_auditseal", "DELETE", ""),
        )
    ),
    # INSERT OR REPLACE removes rows without asking the trigger above.
    *(
        f"""
        CREATE TRIGGER {table}_replace_refused BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """
        for table in ("audit_auditrecord", "audit_auditseal")
    ),
    # One writer at a time, so the end of the chain is what it was when the transaction began, or its own.
    # SHA256 is a function that Django brings along.
    """
    CREATE TRIGGER audit_auditseal_joins AFTER INSERT ON audit_auditseal WHEN NEW.number IS NULL
    BEGIN
        INSERT INTO audit_auditchain (id, number, hash, cut_number, cut_hash) VALUES (NEW.chain, 0, '', 0, '')
            ON CONFLICT (id) DO NOTHING;
        UPDATE audit_auditchain SET
            number = number + 1,
            hash = SHA256(hash || '|' || NEW.chain || '|' || (number + 1) || '|' || NEW.members)
            WHERE id = NEW.chain;
        UPDATE audit_auditseal SET
            number = (SELECT number FROM audit_auditchain WHERE id = NEW.chain),
            hash = (SELECT hash FROM audit_auditchain WHERE id = NEW.chain)
            WHERE id = NEW.id;
    END
    """,
]

POSTGRESQL = [
    PERMIT,
    f"""
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM audit_permit) THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_{name}_refused BEFORE {event} ON {table} {rest} EXECUTE FUNCTION audit_refuse()"
        for table, name, event, rest in (
            ("audit_auditrecord", "change", "UPDATE OR DELETE", "FOR EACH ROW"),
            ("audit_auditrecord", "truncate", "TRUNCATE", "FOR EACH STATEMENT"),
            ("audit_auditseal", "update", "UPDATE", "FOR EACH ROW WHEN (OLD.number IS NOT NULL)"),
            ("audit_auditseal", "delete", "DELETE", "FOR EACH ROW"),
            ("audit_auditseal", "truncate", "TRUNCATE", "FOR EACH STATEMENT"),
        )
    ),
    # At the commit, so that the row of the chain is locked for no longer than that. A transaction that writes to
    # several chains locks them all in one order before it joins the first.
    """
    CREATE FUNCTION audit_join_chain() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        waits audit_auditseal;
        joined audit_auditchain;
    BEGIN
        SELECT * INTO waits FROM audit_auditseal WHERE id = NEW.id AND number IS NULL;
        IF NOT FOUND THEN
            RETURN NULL;  -- removed again by the same transaction
        END IF;
        INSERT INTO audit_auditchain (id, number, hash, cut_number, cut_hash)
            SELECT DISTINCT chain, 0, '', 0, '' FROM audit_auditseal WHERE number IS NULL ORDER BY chain
            ON CONFLICT (id) DO NOTHING;
        PERFORM 1 FROM audit_auditchain
            WHERE id IN (SELECT chain FROM audit_auditseal WHERE number IS NULL) ORDER BY id FOR UPDATE;
        UPDATE audit_auditchain SET
            number = number + 1,
            hash = encode(sha256(convert_to(
                hash || '|' || replace(waits.chain::text, '-', '') || '|' || (number + 1) || '|' || waits.members,
                'UTF8')), 'hex')
            WHERE id = waits.chain
            RETURNING * INTO joined;
        UPDATE audit_auditseal SET number = joined.number, hash = joined.hash WHERE id = waits.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER audit_auditseal_joins AFTER INSERT ON audit_auditseal
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number IS NULL)
        EXECUTE FUNCTION audit_join_chain()
    """,
]

UNDO_SQLITE = [
    *(
        f"DROP TRIGGER {name}"
        for name in (
            "audit_auditseal_joins", "audit_auditseal_replace_refused", "audit_auditrecord_replace_refused",
            "audit_auditseal_delete_refused", "audit_auditseal_update_refused",
            "audit_auditrecord_delete_refused", "audit_auditrecord_update_refused",
        )
    ),
    "DROP TABLE audit_permit",
]  # fmt: skip
UNDO_POSTGRESQL = [
    "DROP FUNCTION audit_join_chain() CASCADE",
    "DROP FUNCTION audit_refuse() CASCADE",
    "DROP TABLE audit_permit",
]


def protect(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def unprotect(apps, schema_editor):
    _run(schema_editor, UNDO_SQLITE, UNDO_POSTGRESQL)


def _run(schema_editor, on_sqlite, on_postgresql):
    statements = on_sqlite if schema_editor.connection.vendor == "sqlite" else on_postgresql
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_seal_what_is_there")]
    operations = [migrations.RunPython(protect, unprotect)]
