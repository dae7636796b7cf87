-- One row a tier: how many contacts have it as their best of a year; without a year, as their best over all years.
select
    tier_no,
    count(*) as contacts
from mart.v_contact_tier
where account = %(account)s and (year = %(year)s::integer or (%(year)s::integer is null and year is null))
group by tier_no;
