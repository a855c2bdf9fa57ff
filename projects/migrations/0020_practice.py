

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0019_suggestions'),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keys",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='membership',
            name='practice',
            field=models.CharField(blank=True, choices=[('', 'Has not practised'), ('sent_back', 'Sent back to practice'), ('passed', 'Passed practice'), ('admitted', 'Admitted by an owner')], default='', max_length=10),
        ),
        migrations.CreateModel(
            name='PracticeRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('wanted', models.PositiveSmallIntegerField()),
                ('threshold', models.FloatField()),
                ('state', models.CharField(choices=[('open', 'Under way'), ('passed', 'Passed'), ('failed', 'Not passed'), ('ended', 'Ended by an owner')], default='open', max_length=6)),
                ('right', models.PositiveIntegerField(default=0)),
                ('asked', models.PositiveIntegerField(default=0)),
                ('answered', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_rounds', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_rounds', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'annotator', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField()),
                ('known', models.JSONField()),
                ('right', models.PositiveSmallIntegerField()),
                ('asked', models.PositiveSmallIntegerField()),
                ('submission', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('duration_ms', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='projects.interface')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='projects.sample')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='projects.practiceround')),
            ],
        ),
        migrations.CreateModel(
            name='PracticeSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('explanations', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_samples', to='projects.project')),
                ('sample', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='practice_sample', to='projects.sample')),
            ],
        ),
        migrations.AddConstraint(
            model_name='practiceround',
            constraint=models.UniqueConstraint(fields=('project', 'annotator', 'number'), name='practice_round_once'),
        ),
        migrations.AddConstraint(
            model_name='practiceround',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('project', 'annotator'), name='one_open_practice_round'),
        ),
        migrations.AddConstraint(
            model_name='practiceanswer',
            constraint=models.UniqueConstraint(fields=('round', 'sample'), name='practised_once_in_a_round'),
        ),
    ]
