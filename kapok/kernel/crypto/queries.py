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

SPEND = """
insert into crypto_spent_authorisation (nonce, key, document_sm3, signed_sm3, person, spent_at) values (%s, %s, %s, %s, %s, %s)
on conflict do nothing
"""
"""No row written: the leave was spent with this key before."""

FORGET_SPENT = "delete from crypto_spent_authorisation where spent_at < %s"
"""What is long stale needs no memory; now and then, by who spends."""

PKI_LOCK = "select pg_advisory_xact_lock(hashtext('kapok.crypto.pki'))"
"""One process at a time makes authorities in this database."""

OWN_AUTHORITIES = """
select id, algorithm, role, generation, label, certificate, issuer_id, valid_from, valid_to, retired_at is not null
from crypto_authority order by made_at, id
"""

OWN_SERVICES = """
select distinct on (c.purpose) c.id, c.purpose, c.label, c.certificate, c.authority_id, c.serial, c.valid_to
from crypto_certificate c where c.label <> '' and not exists (select from crypto_revoked r where r.certificate_id = c.id)
order by c.purpose, c.made_at desc, c.id desc
"""
"""The newest certificate of the node itself for each purpose, leaving out revoked ones."""

TRUSTED_ROOTS = "select purpose, certificate from crypto_trust_root where removed_at is null order by added_at, id"

RETIRE_OLDER = """
update crypto_authority a set retired_at = %s where a.retired_at is null
and exists (select from crypto_authority n where (n.algorithm, n.role) = (a.algorithm, a.role) and n.generation > a.generation)
"""

REVOKE = """
insert into crypto_revoked (certificate_id, authority_id, at, reason, invalid_since, recorded_at)
select c.id, c.authority_id, %s, %s, %s, %s from crypto_certificate c where c.serial = %s
on conflict (certificate_id) do nothing returning authority_id
"""
"""Nothing returned: unknown, or revoked before (the first revocation stands)."""

REVOKED_BY = """
select c.serial, r.at, r.reason, r.invalid_since from crypto_revoked r join crypto_certificate c on c.id = r.certificate_id
where r.authority_id = %s
"""

NEWEST_LIST = """
select l.number, l.this_update, l.next_update, l.entries, (select count(*) from crypto_revoked r where r.authority_id = %s)
from crypto_revocation_list l where l.authority_id = %s order by l.number desc limit 1
"""
"""With how many are revoked by now: more than the list holds means that it is old."""

KEEP_LIST = """
insert into crypto_revocation_list (id, authority_id, number, this_update, next_update, entries, content)
values (%s, %s, %s, %s, %s, %s, %s) on conflict (authority_id, number) do nothing
"""
"""No row written: another process published this number meanwhile."""

STATES_OF = """
select c.serial, r.at, r.reason, r.invalid_since from crypto_certificate c left join crypto_revoked r on r.certificate_id = c.id
where c.authority_id = %s and c.serial = any(%s)
"""

ENDING = """
select c.serial, c.purpose, c.subject, c.label <> '', c.valid_to from crypto_certificate c
where c.valid_to >= %s and c.valid_to < %s and not exists (select from crypto_revoked r where r.certificate_id = c.id)
and (c.label = '' or c.id = any(%s)) order by c.valid_to
"""
"""Certificates that end between two moments; of the node's own, only those in use."""

IS_OURS = "select from crypto_certificate where serial = %s"
