"""Certificates, lists of revoked ones, status answers and time stamps: reading, judging and making them, without database.

Written by `encode`, read by `decode`: two halves that share nothing, so that what one writes wrongly the other refuses.
"""
