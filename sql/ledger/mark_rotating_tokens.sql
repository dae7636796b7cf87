-- What became of an account's tokens.
update ops.oauth_token
set state = %(state)s, reason = %(reason)s
where target = %(target)s and account = %(account)s;
