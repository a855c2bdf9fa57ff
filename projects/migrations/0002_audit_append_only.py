"""The audit log can only grow: the database itself refuses to change or delete a row."""

from django.db import migrations

from projects.migrations._append_only import add, remove


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
