-- One row a tier: how many contacts have it as their best of the year, or over all years.
select
    tier_no,
    count(*) as contacts
from mart.v_contact_tier
where account = %(account)s and (year = %(year)s or year is null)
group by tier_no;
