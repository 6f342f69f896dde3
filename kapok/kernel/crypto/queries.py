"""Named SQL of the key table."""

INSERT_KEY = "insert into crypto_subject_key (subject, wrapped, made_at) values (%s, %s, %s)"
"""For `new_key`: never with `on conflict do nothing`, or data is sealed with a key that was not kept."""

INSERT_MISSING_KEYS = """
insert into crypto_subject_key (subject, wrapped, made_at)
select * from unnest(%s::uuid[], %s::bytea[], %s::timestamptz[])
on conflict (subject) do nothing returning subject
"""
"""One statement for any number of subjects; answers those that really got the key offered."""

READ_KEYS = "select subject, wrapped from crypto_subject_key where subject = any(%s::uuid[])"

KEY_OF = "(select k.wrapped from crypto_subject_key k where k.subject = {subject})"
"""As a column of another statement, for `take_key`; `{subject}` is an expression there."""

DESTROY_KEY = """
insert into crypto_subject_key as k (subject, wrapped, made_at, destroyed_at) values (%s, null, %s, %s)
on conflict (subject) do update set wrapped = null, destroyed_at = coalesce(k.destroyed_at, excluded.destroyed_at)
"""
"""Also for a subject that never had a key: it shall not get one later."""
