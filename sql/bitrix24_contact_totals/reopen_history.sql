-- What it has ended holds again.
update mart.contact_year_total_history
set valid_to = null
where account = %(account)s and valid_to = %(moment)s;
