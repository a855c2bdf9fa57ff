"""Every table as it is after the migrations that this one replaces, and the audit log that can only grow: the database
itself refuses to change or delete a row."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import projects.workspace.models
import projects.workspace.notice_models
import uuid
from django.conf import settings
from django.db import migrations, models

from projects.migrations._tables import CreateTables


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
    replaces = [
        ("projects", "0001_initial"),
        ("projects", "0002_audit_append_only"),
        ("projects", "0003_sample_spreads"),
        ("projects", "0004_reliability"),
        ("projects", "0005_user_placeholder"),
        ("projects", "0006_withdrawal_downloads"),
        ("projects", "0007_snapshot_purpose"),
        ("projects", "0008_datasheet"),
        ("projects", "0009_delivery"),
        ("projects", "0010_pseudonym_epochs"),
        ("projects", "0011_taste"),
        ("projects", "0012_raters"),
        ("projects", "0013_aggregation"),
        ("projects", "0014_hidden_samples"),
        ("projects", "0015_review_layers"),
        ("projects", "0016_comments_webhooks"),
        ("projects", "0017_screening"),
        ("projects", "0018_in_bulk"),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='Sample',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=200)),
                        ('fields', models.JSONField()),
                        ('metadata', models.JSONField(default=dict)),
                        ('gold', models.JSONField(null=True)),
                        ('content_sha256', models.CharField(max_length=64)),
                        ('state', models.CharField(choices=[('imported', 'Imported'), ('quarantined', 'Quarantined'), ('ready', 'To label'), ('hidden', 'Hidden check'), ('labeled', 'To review'), ('disputed', 'Disputed'), ('reviewed', 'To confirm'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='imported', max_length=12)),
                        ('open_slots', models.SmallIntegerField(default=0)),
                        ('answered', models.SmallIntegerField(default=0)),
                        ('awaited', models.SmallIntegerField(default=0)),
                        ('position', models.BigIntegerField()),
                        ('disagreement', models.FloatField(null=True)),
                        ('spreads', models.JSONField(null=True)),
                        ('look', models.FloatField(null=True)),
                        ('look_parts', models.JSONField(null=True)),
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
                        ('digest', models.CharField(choices=[('off', 'Never'), ('hourly', 'Every hour'), ('daily', 'Every day')], default='daily', max_length=6)),
                        ('digested_at', models.DateTimeField(blank=True, editable=False, null=True)),
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
                    name='Overview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('figures', models.JSONField(default=dict)),
                        ('closed', models.JSONField(default=dict)),
                        ('step', models.CharField(help_text='how long a piece of time is: day, week or month', max_length=5)),
                        ('timeline', models.JSONField(default=list)),
                        ('marks', models.JSONField(default=list)),
                        ('disputes', models.JSONField(default=dict)),
                        ('compared', models.JSONField(default=list, help_text='ids of the people whom the likenesses are about')),
                        ('computed_at', models.DateTimeField()),
                        ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='overview', to='projects.project')),
                    ],
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
                ),
                migrations.CreateModel(
                    name='AuditChain',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('seq', models.PositiveBigIntegerField(default=0)),
                        ('sha256', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                        ('project', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_chain', to='projects.project')),
                    ],
                ),
                migrations.CreateModel(
                    name='Assignment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('purpose', models.CharField(choices=[('label', 'A label'), ('gold', 'A hidden check: the answers are known'), ('repeat', 'A blind repeat of what the person answered before')], default='label', max_length=6)),
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
                    ],
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
                ),
                migrations.CreateModel(
                    name='Annotation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('purpose', models.CharField(choices=[('label', 'A label'), ('gold', 'A hidden check: the answers are known'), ('repeat', 'A blind repeat of what the person answered before')], default='label', max_length=6)),
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
                    ],
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
                    },
                ),
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
                        ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.job')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aggregates', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'position'],
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
                        ('layer', models.CharField(choices=[('rule', 'Rule'), ('reviewer', 'Reviewer'), ('second', 'Second reviewer'), ('owner', "Owner's sign-off")], default='reviewer', max_length=8)),
                        ('awaits', models.CharField(blank=True, choices=[('rule', 'Rule'), ('reviewer', 'Reviewer'), ('second', 'Second reviewer'), ('owner', "Owner's sign-off")], max_length=8)),
                        ('confirms', models.BooleanField(default=False, help_text='says the same as the one before')),
                        ('in_bulk', models.BooleanField(default=False, help_text='made for many samples at once, unseen')),
                        ('current', models.BooleanField(default=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.adjudication')),
                        ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.interface')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='projects.project')),
                    ],
                    options={
                        'ordering': ['sample', '-id'],
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
                migrations.CreateModel(
                    name='Screening',
                    fields=[
                        ('sample', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='screening', serialize=False, to='projects.sample')),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('open', models.PositiveIntegerField(default=0)),
                        ('screened_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.AddField(
                    model_name='sample',
                    name='project',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='projects.project'),
                ),
                migrations.CreateModel(
                    name='Overruling',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('questions', models.JSONField()),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('reply', models.TextField(blank=True)),
                        ('replied_at', models.DateTimeField(null=True)),
                        ('outcome', models.CharField(blank=True, choices=[('upheld', 'The decision stands'), ('changed', 'The decision was changed')], max_length=8)),
                        ('settled_reason', models.TextField(blank=True)),
                        ('settled_at', models.DateTimeField(null=True)),
                        ('adjudication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrulings', to='projects.adjudication')),
                        ('annotation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='overruling', to='projects.annotation')),
                        ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('settlement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.adjudication')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrulings', to='projects.project')),
                        ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrulings', to='projects.sample')),
                    ],
                    options={
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Finding',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('field', models.CharField(max_length=200)),
                        ('kind', models.CharField(max_length=20)),
                        ('count', models.PositiveIntegerField()),
                        ('cleared_at', models.DateTimeField(null=True)),
                        ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='projects.project')),
                        ('sample', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='projects.sample')),
                    ],
                ),
                migrations.CreateModel(
                    name='Comment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('as_annotator', models.BooleanField(default=False)),
                        ('text', models.TextField(blank=True)),
                        ('question', models.BooleanField(default=False)),
                        ('resolved_at', models.DateTimeField(null=True)),
                        ('client_id', models.UUIDField(default=uuid.uuid4)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited_at', models.DateTimeField(null=True)),
                        ('removed_at', models.DateTimeField(null=True)),
                        ('annotator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='projects.comment')),
                        ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='projects.project')),
                        ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discussion', to='projects.sample')),
                    ],
                    options={
                        'ordering': ['sample', 'id'],
                    },
                ),
                migrations.AddField(
                    model_name='assignment',
                    name='sample',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='projects.sample'),
                ),
                migrations.AddField(
                    model_name='annotation',
                    name='sample',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='projects.sample'),
                ),
                migrations.CreateModel(
                    name='Aggregated',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('item', models.CharField(blank=True, max_length=200)),
                        ('answers', models.PositiveIntegerField(help_text="people's answers; of a source its comparisons")),
                        ('sort', models.FloatField()),
                        ('figures', models.JSONField()),
                        ('aggregate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='units', to='projects.aggregate')),
                        ('sample', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='aggregated', to='projects.sample')),
                    ],
                    options={
                        'ordering': ['aggregate', '-sort', 'id'],
                    },
                ),
                migrations.AddField(
                    model_name='adjudication',
                    name='sample',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='projects.sample'),
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
                        ('gold_right', models.PositiveIntegerField(default=0, help_text='known answers that were given rightly')),
                        ('gold_asked', models.PositiveIntegerField(default=0, help_text='answers that were held against known ones')),
                        ('series', models.JSONField(default=dict)),
                        ('figures', models.JSONField(default=dict)),
                        ('closed', models.JSONField(default=dict)),
                        ('computed_at', models.DateTimeField()),
                        ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reliability', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'annotator'],
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
                    },
                ),
                migrations.CreateModel(
                    name='ReviewerAgreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('series', models.CharField(max_length=140)),
                        ('title', models.CharField(max_length=400)),
                        ('coefficient', models.CharField(max_length=40)),
                        ('value', models.FloatField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=200)),
                        ('low', models.FloatField(null=True)),
                        ('high', models.FloatField(null=True)),
                        ('interval_reason', models.CharField(blank=True, max_length=200)),
                        ('units', models.PositiveIntegerField(help_text='decided twice')),
                        ('raters', models.PositiveIntegerField(help_text='reviewers')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('computed_at', models.DateTimeField()),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviewer_agreement', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'position'],
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
                ),
                migrations.CreateModel(
                    name='SecondLook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('open', 'Waits for the second reviewer'), ('agreed', 'Both decided alike'), ('differs', 'Waits for a third person'), ('settled', 'Settled by a third person'), ('void', 'The answers changed meanwhile')], default='open', max_length=8)),
                        ('seen', models.BigIntegerField()),
                        ('compared_at', models.DateTimeField(null=True)),
                        ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.adjudication')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='second_looks', to='projects.project')),
                        ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_looks', to='projects.sample')),
                        ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.adjudication')),
                    ],
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
                    name='Webhook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('url', models.CharField(max_length=500)),
                        ('events', models.JSONField()),
                        ('secret', models.CharField(editable=False, max_length=80)),
                        ('state', models.CharField(choices=[('on', 'On'), ('off', 'Switched off'), ('failed', 'Switched off after failures')], default='on', max_length=6)),
                        ('failures', models.PositiveSmallIntegerField(default=0)),
                        ('held_until', models.DateTimeField(null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event', models.CharField(max_length=40)),
                        ('message_id', models.CharField(default=projects.workspace.notice_models.new_message_id, max_length=40, unique=True)),
                        ('body', models.TextField()),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Given up')], default='waiting', max_length=7)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('claimed_until', models.DateTimeField(null=True)),
                        ('status', models.PositiveSmallIntegerField(help_text='HTTP status of the last answer', null=True)),
                        ('error', models.CharField(blank=True, max_length=300)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='projects.webhook')),
                    ],
                    options={
                        'verbose_name_plural': 'deliveries',
                        'ordering': ['webhook', '-id'],
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
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('mention', 'Mentioned'), ('reply', 'Answered'), ('returned', 'Returned'), ('webhook', 'Webhook')], max_length=10)),
                        ('title', models.CharField(max_length=300)),
                        ('address', models.TextField()),
                        ('key', models.CharField(max_length=120)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('read_at', models.DateTimeField(null=True)),
                        ('mailed_at', models.DateTimeField(null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['user', '-id'], name='notification_of_user'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notification_unread')],
                        'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='notified_once')],
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
                        ('given', models.PositiveIntegerField(default=0)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'user'],
                        'constraints': [models.UniqueConstraint(fields=('project', 'user'), name='one_role_in_a_project')],
                    },
                ),
                migrations.CreateModel(
                    name='Likeness',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('alike', models.FloatField(help_text='0 to 1, not corrected for chance')),
                        ('answers', models.PositiveBigIntegerField(help_text='pairs of answers that it is over')),
                        ('samples', models.PositiveIntegerField()),
                        ('one', models.ForeignKey(help_text='the one with the lower id', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='likeness', to='projects.project')),
                    ],
                    options={
                        'ordering': ['project', 'one', 'other'],
                        'constraints': [models.UniqueConstraint(fields=('project', 'one', 'other'), name='likeness_once_for_two')],
                    },
                ),
                migrations.AddIndex(
                    model_name='job',
                    index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['run_after'], name='job_open'),
                ),
                migrations.AddIndex(
                    model_name='job',
                    index=models.Index(fields=['project', 'kind', '-id'], name='job_of_project'),
                ),
                migrations.AddConstraint(
                    model_name='job',
                    constraint=models.UniqueConstraint(condition=models.Q(('state', 'queued'), models.Q(('unique_key', ''), _negated=True)), fields=('unique_key',), name='one_waiting_job_of_a_name'),
                ),
                migrations.AddConstraint(
                    model_name='interface',
                    constraint=models.UniqueConstraint(fields=('project', 'version'), name='interface_version_once'),
                ),
                migrations.AddConstraint(
                    model_name='destination',
                    constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('project', 'name'), name='destination_name_once'),
                ),
                migrations.AddConstraint(
                    model_name='creator',
                    constraint=models.UniqueConstraint(fields=('project', 'name'), name='creator_once'),
                ),
                migrations.AddConstraint(
                    model_name='contaminationlist',
                    constraint=models.UniqueConstraint(fields=('project', 'name'), name='contamination_list_name_once'),
                ),
                migrations.AddConstraint(
                    model_name='consent',
                    constraint=models.UniqueConstraint(fields=('project', 'reference'), name='consent_once'),
                ),
                migrations.AddConstraint(
                    model_name='consent',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'given')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='consent_ended_has_a_date'),
                ),
                migrations.AddConstraint(
                    model_name='auditchain',
                    constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('project', None)), name='one_audit_chain_for_the_site'),
                ),
                migrations.AddConstraint(
                    model_name='asset',
                    constraint=models.UniqueConstraint(fields=('project', 'sha256'), name='asset_once'),
                ),
                migrations.AddConstraint(
                    model_name='agreement',
                    constraint=models.UniqueConstraint(fields=('project', 'series'), name='agreement_once_per_series'),
                ),
                migrations.AddConstraint(
                    model_name='aggregate',
                    constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('project', 'series'), name='aggregate_once_per_series'),
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
                migrations.AddField(
                    model_name='screening',
                    name='duplicate_of',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='duplicates', to='projects.sample'),
                ),
                migrations.AddField(
                    model_name='screening',
                    name='project',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='screenings', to='projects.project'),
                ),
                migrations.AddIndex(
                    model_name='sample',
                    index=models.Index(condition=models.Q(('open_slots__gt', 0), ('state', 'ready')), fields=['project', 'position'], name='sample_queue'),
                ),
                migrations.AddIndex(
                    model_name='sample',
                    index=models.Index(fields=['project', 'state', '-look'], name='sample_worst_first'),
                ),
                migrations.AddIndex(
                    model_name='sample',
                    index=models.Index(condition=models.Q(('state', 'hidden')), fields=['project', 'content_sha256'], name='sample_hidden'),
                ),
                migrations.AddConstraint(
                    model_name='sample',
                    constraint=models.UniqueConstraint(fields=('project', 'key'), name='sample_key_once'),
                ),
                migrations.AddConstraint(
                    model_name='sample',
                    constraint=models.CheckConstraint(condition=models.Q(('open_slots__gte', 0)), name='sample_never_given_too_often'),
                ),
                migrations.AddIndex(
                    model_name='overruling',
                    index=models.Index(fields=['annotator', 'project', '-id'], name='overruling_mine'),
                ),
                migrations.AddIndex(
                    model_name='overruling',
                    index=models.Index(condition=models.Q(('outcome', ''), ('replied_at__isnull', False)), fields=['project'], name='overruling_answered'),
                ),
                migrations.AddIndex(
                    model_name='finding',
                    index=models.Index(condition=models.Q(('cleared_at', None)), fields=['project', 'kind', 'id'], name='finding_open'),
                ),
                migrations.AddIndex(
                    model_name='finding',
                    index=models.Index(fields=['project', 'cleared_at'], name='finding_cleared'),
                ),
                migrations.AddConstraint(
                    model_name='finding',
                    constraint=models.UniqueConstraint(fields=('sample', 'field', 'kind'), name='finding_once'),
                ),
                migrations.AddIndex(
                    model_name='comment',
                    index=models.Index(condition=models.Q(('question', True), ('removed_at', None), ('resolved_at', None)), fields=['project', '-id'], name='comment_open_questions'),
                ),
                migrations.AddConstraint(
                    model_name='comment',
                    constraint=models.UniqueConstraint(fields=('author', 'client_id'), name='comment_sent_once'),
                ),
                migrations.AddIndex(
                    model_name='assignment',
                    index=models.Index(condition=models.Q(('state__in', ['leased', 'returned'])), fields=['annotator', 'project'], name='assignment_mine'),
                ),
                migrations.AddIndex(
                    model_name='assignment',
                    index=models.Index(condition=models.Q(('state', 'leased')), fields=['deadline'], name='assignment_deadline'),
                ),
                migrations.AddIndex(
                    model_name='assignment',
                    index=models.Index(condition=models.Q(('purpose', 'repeat')), fields=['annotator', 'project'], name='assignment_repeats'),
                ),
                migrations.AddConstraint(
                    model_name='assignment',
                    constraint=models.UniqueConstraint(fields=('sample', 'annotator', 'purpose'), name='assigned_once_for_a_purpose'),
                ),
                migrations.AddIndex(
                    model_name='annotation',
                    index=models.Index(condition=models.Q(('current', True)), fields=['project', 'sample'], name='annotation_by_sample'),
                ),
                migrations.AddIndex(
                    model_name='annotation',
                    index=models.Index(fields=['annotator', 'project', '-id'], name='annotation_history'),
                ),
                migrations.AddIndex(
                    model_name='annotation',
                    index=models.Index(condition=models.Q(('purpose', 'label'), _negated=True), fields=['project', 'purpose'], name='annotation_hidden'),
                ),
                migrations.AddConstraint(
                    model_name='annotation',
                    constraint=models.UniqueConstraint(fields=('assignment', 'version'), name='annotation_version_once'),
                ),
                migrations.AddConstraint(
                    model_name='annotation',
                    constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('assignment',), name='one_current_annotation'),
                ),
                migrations.AddIndex(
                    model_name='aggregated',
                    index=models.Index(fields=['aggregate', '-sort', 'id'], name='aggregated_least_certain'),
                ),
                migrations.AddConstraint(
                    model_name='adjudication',
                    constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('sample',), name='one_decision_in_force'),
                ),
                migrations.AddConstraint(
                    model_name='adjudication',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin', 'reviewer'), ('reviewer__isnull', False)), ('reviewer', None), _connector='OR'), name='only_reviewers_have_a_name'),
                ),
                migrations.AddConstraint(
                    model_name='reliability',
                    constraint=models.UniqueConstraint(fields=('project', 'annotator'), name='reliability_once_per_person'),
                ),
                migrations.AddConstraint(
                    model_name='retiredpseudonymkey',
                    constraint=models.UniqueConstraint(fields=('project', 'epoch'), name='pseudonym_epoch_once'),
                ),
                migrations.AddConstraint(
                    model_name='revieweragreement',
                    constraint=models.UniqueConstraint(fields=('project', 'series'), name='reviewer_agreement_once'),
                ),
                migrations.AddConstraint(
                    model_name='schedule',
                    constraint=models.CheckConstraint(condition=models.Q(('hour__lt', 24), ('weekday__lt', 7)), name='schedule_at_a_time_of_the_week'),
                ),
                migrations.AddConstraint(
                    model_name='schedule',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('rhythm', 'off')), models.Q(models.Q(('rhythm', 'off'), _negated=True), ('due_at__isnull', False)), _connector='OR'), name='schedule_is_due_unless_off'),
                ),
                migrations.AddIndex(
                    model_name='secondlook',
                    index=models.Index(fields=['project', 'state'], name='second_look_state'),
                ),
                migrations.AddConstraint(
                    model_name='secondlook',
                    constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'differs'))), fields=('sample',), name='one_second_look_at_a_time'),
                ),
                migrations.AddConstraint(
                    model_name='snapshot',
                    constraint=models.UniqueConstraint(fields=('project', 'number'), name='snapshot_number_once'),
                ),
                migrations.AddConstraint(
                    model_name='snapshot',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'superseded'), _negated=True), ('superseded_at__isnull', False), _connector='OR'), name='superseded_has_a_date'),
                ),
                migrations.AddConstraint(
                    model_name='download',
                    constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('link__isnull', False), _connector='XOR'), name='downloaded_by_a_person_or_a_link'),
                ),
                migrations.AddConstraint(
                    model_name='suggestion',
                    constraint=models.UniqueConstraint(fields=('sample', 'question', 'source'), name='suggestion_once_per_source'),
                ),
                migrations.AddConstraint(
                    model_name='taste',
                    constraint=models.UniqueConstraint(fields=('project', 'series'), name='taste_once_per_series'),
                ),
                migrations.AddIndex(
                    model_name='delivery',
                    index=models.Index(condition=models.Q(('state', 'waiting')), fields=['webhook', 'next_at'], name='delivery_waiting'),
                ),
                migrations.AddIndex(
                    model_name='delivery',
                    index=models.Index(fields=['webhook', '-id'], name='delivery_log'),
                ),
                migrations.AddIndex(
                    model_name='screening',
                    index=models.Index(fields=['project', 'digest'], name='screening_same_text'),
                ),
                migrations.AddIndex(
                    model_name='screening',
                    index=models.Index(condition=models.Q(('duplicate_of__isnull', False)), fields=['project', 'sample'], name='screening_duplicates'),
                ),
            ]
        ),
        migrations.RunPython(add, remove),
    ]
