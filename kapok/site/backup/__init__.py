"""Backups that have been tried: made encrypted, restored to a second place, compared by digest."""
