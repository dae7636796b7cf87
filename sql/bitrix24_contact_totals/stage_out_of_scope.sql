-- One row a contact that would be written to, were it among those that were asked for.
insert into stage.bitrix24_contact_totals_decision (
    run_id, contact_id, outcome, codes, before, after, details, is_logged
)
select
    run_id,
    contact_id,
    'out_of_scope',
    '{}',
    '{}',
    '{}',
    '{}',
    false
from stage.bitrix24_contact_totals_wanted
where
    run_id = %(run_id)s
    and %(contact_ids)s::bigint[] is not null
    and contact_id <> all(%(contact_ids)s)
    and amount_minor <> coalesce(confirmed_minor, 0)
group by run_id, contact_id
on conflict (run_id, contact_id) do nothing;
