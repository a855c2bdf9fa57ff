from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_withdrawal_downloads'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshot',
            name='purpose',
            field=models.CharField(blank=True, choices=[('research', 'Research'), ('commercial', 'Commercial use')], default='', max_length=10),
            preserve_default=False,
        ),
    ]
