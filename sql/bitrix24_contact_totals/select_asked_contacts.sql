-- The next contacts to ask about, in order: for their values, or for their names and keys.
select
    row_no,
    contact_id
from stage.bitrix24_contact_totals_contact
where
    run_id = %(run_id)s
    and row_no > %(after)s
    and case %(what)s when 'values' then wants_values else wants_keys end
order by row_no
limit %(most)s;
