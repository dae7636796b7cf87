-- The tokens of an account and what became of them; nobody else may swap them until the transaction ends.
select
    seed,
    tokens,
    access_until,
    state,
    host,
    reason,
    application,
    clock_timestamp() - renewed_at as age
from ops.oauth_token
where target = %(target)s and account = %(account)s
for update;
