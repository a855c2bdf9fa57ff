"""Every table of the first release, and the audit log that can only grow: the database itself refuses to change or
delete a row."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import projects.workspace.models
import uuid
from django.conf import settings
from django.db import migrations, models


SQLITE = [
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON projects_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON projects_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON projects_auditentry
       FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
]


def add(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_append_only ON projects_auditentry")
        schema_editor.execute("DROP FUNCTION audit_append_only()")
    else:
        schema_editor.execute("DROP TRIGGER audit_no_update")
        schema_editor.execute("DROP TRIGGER audit_no_delete")


class Migration(migrations.Migration):

    replaces = [('projects', '0001_initial'), ('projects', '0002_audit_append_only'), ('projects', '0003_sample_spreads'), ('projects', '0004_reliability'), ('projects', '0005_user_placeholder'), ('projects', '0006_withdrawal_downloads'), ('projects', '0007_snapshot_purpose'), ('projects', '0008_datasheet'), ('projects', '0009_delivery'), ('projects', '0010_pseudonym_epochs'), ('projects', '0011_taste')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('fields', models.JSONField()),
                ('metadata', models.JSONField(default=dict)),
                ('gold', models.JSONField(null=True)),
                ('content_sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('imported', 'Imported'), ('quarantined', 'Quarantined'), ('ready', 'To label'), ('labeled', 'To review'), ('disputed', 'Disputed'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='imported', max_length=12)),
                ('open_slots', models.SmallIntegerField(default=0)),
                ('answered', models.SmallIntegerField(default=0)),
                ('awaited', models.SmallIntegerField(default=0)),
                ('position', models.BigIntegerField()),
                ('disagreement', models.FloatField(null=True)),
                ('spreads', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['project', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('is_placeholder', models.BooleanField(default=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Interface',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('document', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['project', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('guidelines', models.TextField(blank=True)),
                ('overlap', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('policy', models.JSONField(blank=True, default=dict)),
                ('sample_count', models.PositiveIntegerField(default=0)),
                ('pseudonym_key', models.CharField(default=projects.workspace.models.new_pseudonym_key, editable=False, max_length=64)),
                ('pseudonym_epoch', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interface', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.interface')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('args', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('unique_key', models.CharField(blank=True, max_length=120)),
                ('run_after', models.DateTimeField(default=django.utils.timezone.now)),
                ('woken_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('lease_until', models.DateTimeField(null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(null=True)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('checkpoint', models.JSONField(default=dict)),
                ('result', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['run_after'], name='job_open'), models.Index(fields=['project', 'kind', '-id'], name='job_of_project')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'queued'), models.Q(('unique_key', ''), _negated=True)), fields=('unique_key',), name='one_waiting_job_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('reviewer', 'Reviewer'), ('annotator', 'Annotator')], max_length=10)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='projects.project')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.AddField(
            model_name='interface',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interfaces', to='projects.project'),
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('samples', 'Samples'), ('annotations', 'Annotations')], max_length=12)),
                ('filename', models.CharField(max_length=255)),
                ('upload', models.CharField(max_length=500)),
                ('errors', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='source', to='projects.job')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Destination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('directory', 'Folder of the server'), ('s3', 'S3'), ('hub', 'Hugging Face Hub')], max_length=10)),
                ('address', models.CharField(max_length=500)),
                ('revision', models.CharField(blank=True, max_length=100)),
                ('private', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('removed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='destinations', to='projects.project')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('project', 'name'), name='destination_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Datasheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='datasheet', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='Creator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('credit', models.CharField(blank=True, help_text='The credit line, where it differs from the name.', max_length=300)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='creators', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'name'), name='creator_once')],
            },
        ),
        migrations.CreateModel(
            name='ContaminationList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(help_text='of the texts, one a line', max_length=64)),
                ('texts', models.PositiveIntegerField()),
                ('n', models.PositiveSmallIntegerField()),
                ('ngrams', models.PositiveIntegerField(help_text='different ones')),
                ('path', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contamination_lists', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'name'],
                'constraints': [models.UniqueConstraint(fields=('project', 'name'), name='contamination_list_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('given', 'In force'), ('ended', 'Ended')], default='given', max_length=5)),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('note', models.TextField(blank=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'reference'), name='consent_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'given')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='consent_ended_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='AuditChain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('project', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_chain', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('project', None)), name='one_audit_chain_for_the_site')],
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('width', models.PositiveIntegerField(help_text='pixels', null=True)),
                ('height', models.PositiveIntegerField(help_text='pixels', null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('doomed', models.BooleanField(default=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'sha256'), name='asset_once')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=140)),
                ('question', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=400)),
                ('coefficient', models.CharField(max_length=40)),
                ('value', models.FloatField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('units', models.PositiveIntegerField()),
                ('raters', models.PositiveIntegerField()),
                ('answers', models.PositiveIntegerField()),
                ('single_units', models.PositiveIntegerField(help_text='samples with fewer than two answers, not counted in units')),
                ('extras', models.JSONField(default=dict)),
                ('distribution', models.JSONField(default=list)),
                ('position', models.PositiveSmallIntegerField()),
                ('computed_at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreement', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'position'],
                'constraints': [models.UniqueConstraint(fields=('project', 'series'), name='agreement_once_per_series')],
            },
        ),
        migrations.CreateModel(
            name='Provenance',
            fields=[
                ('sample', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='provenance', serialize=False, to='projects.sample')),
                ('origin', models.CharField(choices=[('human', 'Made by a person'), ('ai-assisted', 'Made with AI help'), ('ai', 'Made by a model'), ('synthetic', 'Synthetic'), ('unknown', 'Not stated')], default='unknown', max_length=12)),
                ('model', models.CharField(blank=True, max_length=200)),
                ('prompt', models.TextField(blank=True)),
                ('licence', models.CharField(blank=True, help_text='SPDX id or LicenseRef-…', max_length=200)),
                ('source', models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name='sample',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='projects.project'),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('leased', 'Being labelled'), ('submitted', 'Submitted'), ('skipped', 'Skipped'), ('expired', 'Lease ended'), ('returned', 'Returned by review')], default='leased', max_length=10)),
                ('leased_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deadline', models.DateTimeField()),
                ('shown', models.JSONField(default=dict)),
                ('draft', models.JSONField(null=True)),
                ('revision', models.PositiveIntegerField(default=0, help_text='counts the saved drafts')),
                ('skip_reason', models.CharField(blank=True, max_length=500)),
                ('note', models.TextField(blank=True)),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='projects.interface')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='projects.project')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='projects.sample')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['leased', 'returned'])), fields=['annotator', 'project'], name='assignment_mine'), models.Index(condition=models.Q(('state', 'leased')), fields=['deadline'], name='assignment_deadline')],
                'constraints': [models.UniqueConstraint(fields=('sample', 'annotator'), name='assigned_once_to_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('current', models.BooleanField(default=True)),
                ('answers', models.JSONField()),
                ('comments', models.JSONField(default=dict)),
                ('origin', models.CharField(choices=[('labeled', 'Given here'), ('imported', 'Imported')], default='labeled', max_length=8)),
                ('submission', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('duration_ms', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to=settings.AUTH_USER_MODEL)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='projects.assignment')),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='projects.interface')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='projects.project')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='projects.sample')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('current', True)), fields=['project', 'sample'], name='annotation_by_sample'), models.Index(fields=['annotator', 'project', '-id'], name='annotation_history')],
                'constraints': [models.UniqueConstraint(fields=('assignment', 'version'), name='annotation_version_once'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('assignment',), name='one_current_annotation')],
            },
        ),
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('approve', 'Approved'), ('plural', 'Plural'), ('reject', 'Rejected'), ('return', 'Returned')], max_length=8)),
                ('origin', models.CharField(choices=[('reviewer', 'Decided by a reviewer'), ('agreement', 'Approved by rule: the answers agree'), ('overlap', 'Approved by rule: overlap reached')], max_length=10)),
                ('answers', models.JSONField(default=dict)),
                ('distribution', models.JSONField(default=dict)),
                ('reason', models.TextField(blank=True)),
                ('policy', models.JSONField()),
                ('current', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.interface')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='projects.project')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='projects.sample')),
            ],
            options={
                'ordering': ['sample', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('sample',), name='one_decision_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'reviewer'), ('reviewer__isnull', False)), ('reviewer', None), _connector='OR'), name='only_reviewers_have_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Reliability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('annotations', models.PositiveIntegerField(help_text='samples annotated')),
                ('median_ms', models.PositiveIntegerField(help_text='milliseconds for one sample', null=True)),
                ('agreement', models.FloatField(help_text='with others, 0 to 1, not corrected for chance', null=True)),
                ('pairs', models.PositiveBigIntegerField(help_text='pairs of answers that agreement is over')),
                ('severity', models.FloatField(help_text="in parts of the scale's length, -1 to 1", null=True)),
                ('shared', models.PositiveIntegerField(help_text='answers on scales that severity is over')),
                ('series', models.JSONField(default=dict)),
                ('computed_at', models.DateTimeField()),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reliability', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'annotator'],
                'constraints': [models.UniqueConstraint(fields=('project', 'annotator'), name='reliability_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='RetiredPseudonymKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('epoch', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=64)),
                ('retired_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retired_pseudonym_keys', to='projects.project')),
                ('retired_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['project', 'epoch'],
                'constraints': [models.UniqueConstraint(fields=('project', 'epoch'), name='pseudonym_epoch_once')],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('off', 'Off'), ('daily', 'Every day'), ('weekly', 'Every week')], default='off', max_length=6)),
                ('hour', models.PositiveSmallIntegerField(default=3)),
                ('weekday', models.PositiveSmallIntegerField(default=0, help_text='0 is Monday')),
                ('filter', models.JSONField(default=dict)),
                ('split', models.JSONField(null=True)),
                ('purpose', models.CharField(blank=True, max_length=10)),
                ('keep', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('ran_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=300)),
                ('destination', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.destination')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='schedule', to='projects.project')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('hour__lt', 24), ('weekday__lt', 7)), name='schedule_at_a_time_of_the_week'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('rhythm', 'off')), models.Q(models.Q(('rhythm', 'off'), _negated=True), ('due_at__isnull', False)), _connector='OR'), name='schedule_is_due_unless_off')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('note', models.TextField(blank=True)),
                ('filter', models.JSONField(default=dict)),
                ('purpose', models.CharField(blank=True, choices=[('research', 'Research'), ('commercial', 'Commercial use')], max_length=10)),
                ('split', models.JSONField(null=True)),
                ('contamination', models.JSONField(null=True)),
                ('pseudonym_epoch', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('building', 'Building'), ('ready', 'Ready'), ('superseded', 'Superseded'), ('erased', 'Erased'), ('failed', 'Failed'), ('removed', 'Removed')], default='building', max_length=10)),
                ('manifest', models.JSONField(null=True)),
                ('root', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='snapshot', to='projects.job')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='projects.project')),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='projects.snapshot')),
            ],
            options={
                'ordering': ['project', '-number'],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='snapshot_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'superseded'), _negated=True), ('superseded_at__isnull', False), _connector='OR'), name='superseded_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='ScheduledVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('settled_at', models.DateTimeField(db_index=True, null=True)),
                ('destination', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.destination')),
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='scheduled', to='projects.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('removed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('cleared_at', models.DateTimeField(db_index=True, null=True)),
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='removal', to='projects.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='Push',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('place', models.CharField(blank=True, max_length=700)),
                ('sent', models.PositiveIntegerField(default=0, help_text='files')),
                ('kept', models.PositiveIntegerField(default=0, help_text='files that were there already')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('destination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pushes', to='projects.destination')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='push', to='projects.job')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='projects.snapshot')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DownloadLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('export_format', models.CharField(max_length=20)),
                ('note', models.CharField(blank=True, help_text='who it is for', max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='projects.snapshot')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('export_format', models.CharField(max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='projects.downloadlink')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downloads', to='projects.snapshot')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('user__isnull', False), ('link__isnull', False), _connector='XOR'), name='downloaded_by_a_person_or_a_link')],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='projects.snapshot')),
            ],
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=64)),
                ('value', models.JSONField()),
                ('source', models.CharField(max_length=200)),
                ('score', models.FloatField(null=True)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suggestions', to='projects.sample')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sample', 'question', 'source'), name='suggestion_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Taste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=140)),
                ('question', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=400)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('parts', models.JSONField(default=dict)),
                ('groups', models.JSONField(default=list)),
                ('units', models.PositiveIntegerField(help_text='samples with two answers or more that it rests on')),
                ('thinned', models.BooleanField(help_text='only a part of the samples was looked at')),
                ('position', models.PositiveSmallIntegerField()),
                ('computed_at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taste', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'position'],
                'constraints': [models.UniqueConstraint(fields=('project', 'series'), name='taste_once_per_series')],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('problems', models.JSONField(default=list)),
                ('problem_count', models.PositiveIntegerField(default=0)),
                ('files', models.PositiveIntegerField(default=0)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('root', models.CharField(blank=True, max_length=64)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='verification', to='projects.job')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verifications', to='projects.snapshot')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('reason', models.TextField()),
                ('samples', models.PositiveIntegerField(help_text='how many left')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('media_files', models.PositiveIntegerField(default=0)),
                ('media_bytes', models.PositiveBigIntegerField(default=0)),
                ('media_done_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='projects.project')),
            ],
            options={
                'ordering': ['project', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('content_sha256', models.CharField(max_length=64)),
                ('media', models.JSONField(default=list)),
                ('erased_at', models.DateTimeField(null=True)),
                ('sample', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tombstone', to='projects.sample')),
                ('versions', models.ManyToManyField(related_name='tombstones', to='projects.snapshot')),
                ('withdrawal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='projects.withdrawal')),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=60)),
                ('object_type', models.CharField(blank=True, max_length=40)),
                ('object_id', models.CharField(blank=True, max_length=64)),
                ('data', models.TextField(default='{}')),
                ('previous_sha256', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='projects.auditchain')),
            ],
            options={
                'ordering': ['chain', 'seq'],
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='audit_object')],
                'constraints': [models.UniqueConstraint(fields=('chain', 'seq'), name='audit_seq_once')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('request_sha256', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='idempotency_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('reviewer', 'Reviewer'), ('annotator', 'Annotator')], max_length=10)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('cursor', models.BigIntegerField(default=0)),
                ('submitted', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'user'],
                'constraints': [models.UniqueConstraint(fields=('project', 'user'), name='one_role_in_a_project')],
            },
        ),
        migrations.AddConstraint(
            model_name='interface',
            constraint=models.UniqueConstraint(fields=('project', 'version'), name='interface_version_once'),
        ),
        migrations.AddField(
            model_name='provenance',
            name='consent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='works', to='projects.consent'),
        ),
        migrations.AddField(
            model_name='provenance',
            name='creator',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='works', to='projects.creator'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(('open_slots__gt', 0), ('state', 'ready')), fields=['project', 'position'], name='sample_queue'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(fields=['project', 'state', '-disagreement'], name='sample_worst_first'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('project', 'key'), name='sample_key_once'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('open_slots__gte', 0)), name='sample_never_given_too_often'),
        ),
        migrations.RunPython(add, remove),
    ]
