"""What Alembic runs for each command: one connection, one lock, one transaction a file."""

from alembic import context
from alembic.script.revision import RevisionMap
from sqlalchemy import NullPool, create_engine, text

from sql.alembic.numbered import assert_unedited, revisions, schema_files

LOCK = 0x6465616C666C6F77  # "dealflow" in ASCII: any number that nobody else takes

files = schema_files(context.config.attributes["schema"])
context.script.revision_map = RevisionMap(lambda: revisions(files))
engine = create_engine(context.config.attributes["url"], poolclass=NullPool)

with engine.connect() as connection:
    connection.execute(
        text("select pg_advisory_lock(:lock)"), {"lock": LOCK}
    )  # held until the connection closes
    # A table in long use stops the migration, rather than the migration stopping everybody behind it.
    connection.execute(text("set lock_timeout = '30s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True, version_table_schema="public")
    assert_unedited(connection, files, context.get_context().get_current_revision())
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()
