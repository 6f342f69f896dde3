"""Notices of regions, times without new applications, and how often a word is searched."""

import django.db.models.deletion
import kapok.kernel.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('items', '0002_guards'),
        ('portal', '0001_initial'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('word', models.CharField(max_length=16)),
                ('count', models.IntegerField()),
            ],
            options={
                'db_table': 'portal_search_count',
                'constraints': [models.UniqueConstraint(fields=('day', 'word'), name='portal_search_count_once')],
            },
        ),
        migrations.CreateModel(
            name='Maintenance',
            fields=[
                ('id', models.UUIDField(default=kapok.kernel.common.ids.uuid7, primary_key=True, serialize=False)),
                ('scope', models.IntegerField()),
                ('channel', models.CharField(blank=True, max_length=1)),
                ('reason', models.CharField(max_length=300)),
                ('alternatives', models.CharField(max_length=300)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='items.item')),
                ('region', models.ForeignKey(db_column='region', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
            ],
            options={
                'db_table': 'portal_maintenance',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['ends'], name='portal_maintenance_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='portal_maintenance_sound')],
            },
        ),
        migrations.CreateModel(
            name='RegionNotice',
            fields=[
                ('id', models.UUIDField(default=kapok.kernel.common.ids.uuid7, primary_key=True, serialize=False)),
                ('scope', models.IntegerField()),
                ('channel', models.CharField(blank=True, max_length=1)),
                ('title', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=1000)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('region', models.ForeignKey(db_column='region', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
            ],
            options={
                'db_table': 'portal_notice',
                'indexes': [models.Index(condition=models.Q(('withdrawn_at', None)), fields=['ends'], name='portal_notice_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='portal_notice_sound')],
            },
        ),
    ]
