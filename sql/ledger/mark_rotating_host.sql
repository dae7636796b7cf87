-- Where an account was found, other than its connection says.
update ops.oauth_token
set host = %(host)s
where target = %(target)s and account = %(account)s and host is distinct from %(host)s;
