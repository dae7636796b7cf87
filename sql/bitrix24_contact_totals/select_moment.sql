-- From when on the totals of this run hold: since it began, unless another run has found something since.
select
    coalesce(
        max(valid_from) filter (where run_id = %(run_id)s),
        greatest(%(now)s::timestamptz, max(valid_from) + interval '1 microsecond')
    ) as moment
from mart.contact_year_total_history
where account = %(account)s;
