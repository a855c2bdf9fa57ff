from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_audit_append_only")]

    operations = [
        migrations.AddField(model_name="sample", name="spreads", field=models.JSONField(null=True)),
    ]
