"""Decisions for many samples at once say so in a column; until now the beginning of their reason told it."""

from typing import Any

from django.db import migrations, models

TOGETHER = "Approved with others: "


def mark(apps: Any, schema_editor: Any) -> None:
    made = apps.get_model("projects", "Adjudication").objects.using(schema_editor.connection.alias)
    made.filter(origin="reviewer", reason__startswith=TOGETHER).update(in_bulk=True)


class Migration(migrations.Migration):
    dependencies = [("projects", "0017_screening")]

    operations = [
        migrations.AddField(
            model_name="adjudication",
            name="in_bulk",
            field=models.BooleanField(default=False, help_text="made for many samples at once, unseen"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
