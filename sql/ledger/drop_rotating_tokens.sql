-- An account's tokens are forgotten.
delete from ops.oauth_token
where target = %(target)s and account = %(account)s;
