-- What became of an account's tokens.
update ops.oauth_token
set state = %(state)s, reason = %(reason)s, application = coalesce(%(application)s, application)
where target = %(target)s and account = %(account)s;
