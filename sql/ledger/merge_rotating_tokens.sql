-- One row an account: the tokens that hold now. Where it was found is kept.
insert into ops.oauth_token (target, account, seed, tokens, access_until, renewed_at)
values (%(target)s, %(account)s, %(seed)s, %(tokens)s, %(access_until)s, clock_timestamp())
on conflict (target, account) do update
    set
        seed = excluded.seed,
        tokens = excluded.tokens,
        access_until = excluded.access_until,
        renewed_at = excluded.renewed_at,
        state = 'good',
        reason = null;
