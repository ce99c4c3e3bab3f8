"""The warehouse: engine, migrations, snapshots, bulk load."""
