"""What was suggested to people is kept with assignments and annotations; what becomes of it is counted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0018_in_bulk")]

    operations = [
        migrations.AddField(
            model_name="annotation",
            name="suggested",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="suggested",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[
                    ("samples", "Samples"),
                    ("annotations", "Annotations"),
                    ("suggestions", "Suggestions for samples that are there"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="SuggestionUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=400)),
                ("source", models.CharField(max_length=200)),
                (
                    "how",
                    models.CharField(
                        help_text="prefilled, beside, after; withheld where nobody ever saw them", max_length=10
                    ),
                ),
                ("shown", models.PositiveIntegerField(help_text="answers of people who saw it")),
                ("withheld", models.PositiveIntegerField(help_text="answers of people from whom it was withheld")),
                ("taken", models.JSONField()),
                ("agree_shown", models.JSONField()),
                ("agree_withheld", models.JSONField()),
                ("moved", models.JSONField()),
                ("changed", models.JSONField()),
                ("position", models.PositiveSmallIntegerField()),
                ("computed_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestion_uses",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "question", "source", "how"), name="suggestion_use_once")
                ],
            },
        ),
    ]
