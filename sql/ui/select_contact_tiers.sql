-- One row a tier that each of some contacts has reached: the best of a year, and the best over all years.
select
    contact_id,
    year,
    tier_no,
    tier,
    threshold,
    amount,
    benefit
from mart.v_contact_tier
where account = %(account)s and contact_id = any(%(contacts)s)
order by contact_id asc, year desc nulls first, tier_no desc;
