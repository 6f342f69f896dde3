"""The journal keeps monthly partitions."""

from kapok.kernel.common.partitions import partitioned

partitioned("journal_entry")
