from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crypto', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpentAuthorisation',
            fields=[
                ('pk', models.CompositePrimaryKey('nonce', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('nonce', models.BinaryField(max_length=16)),
                ('key', models.CharField(max_length=600)),
                ('document_sm3', models.BinaryField(max_length=32)),
                ('signed_sm3', models.BinaryField(max_length=32)),
                ('person', models.CharField(max_length=200)),
                ('spent_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'crypto_spent_authorisation',
            },
        ),
    ]
