-- The tokens of an account, which nobody else may swap until the transaction ends.
select
    seed,
    tokens,
    access_until
from ops.oauth_token
where target = %(target)s and account = %(account)s
for update;
