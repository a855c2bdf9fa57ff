import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Samples that were routed before are in the order of their disagreement until they are routed again."""
    samples = apps.get_model("projects", "Sample").objects.filter(disagreement__isnull=False)
    samples.update(look=models.F("disagreement"))


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0012_raters"),
    ]

    operations = [
        migrations.CreateModel(
            name='Aggregate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=140)),
                ('question', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=400)),
                ('shape', models.CharField(choices=[('labels', 'One answer out of several'), ('sets', 'A set of options out of several'), ('shares', 'The distribution of the answers'), ('scores', 'Scores without severity'), ('strengths', 'Strengths out of comparisons')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('facts', models.JSONField(default=dict)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('position', models.PositiveSmallIntegerField()),
                ('current', models.BooleanField(default=False)),
                ('computed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['project', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Aggregated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(blank=True, max_length=200)),
                ('answers', models.PositiveIntegerField(help_text="people's answers; of a source its comparisons")),
                ('sort', models.FloatField()),
                ('figures', models.JSONField()),
            ],
            options={
                'ordering': ['aggregate', '-sort', 'id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='sample',
            name='sample_worst_first',
        ),
        migrations.AddField(
            model_name='sample',
            name='look',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='sample',
            name='look_parts',
            field=models.JSONField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(fields=['project', 'state', '-look'], name='sample_worst_first'),
        ),
        migrations.AddField(
            model_name='aggregate',
            name='job',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.job'),
        ),
        migrations.AddField(
            model_name='aggregate',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aggregates', to='projects.project'),
        ),
        migrations.AddField(
            model_name='aggregated',
            name='aggregate',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='units', to='projects.aggregate'),
        ),
        migrations.AddField(
            model_name='aggregated',
            name='sample',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='aggregated', to='projects.sample'),
        ),
        migrations.AddConstraint(
            model_name='aggregate',
            constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('project', 'series'), name='aggregate_once_per_series'),
        ),
        migrations.AddIndex(
            model_name='aggregated',
            index=models.Index(fields=['aggregate', '-sort', 'id'], name='aggregated_least_certain'),
        ),
    ]
