-- Offered tokens become those of the account.
update ops.oauth_token
set account = %(new_account)s
where target = %(target)s and account = %(account)s;
