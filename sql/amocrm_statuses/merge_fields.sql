-- One row a custom field; a row that is as it was keeps its run.
insert into mart.amocrm_custom_field as kept (
    account, entity_type, field_id, name, code, type, is_computed, sort, is_gone, changed_run_id
)
select distinct on (told.entity_type, told.field_id)
    %(account)s,
    told.entity_type,
    told.field_id,
    told.name,
    told.code,
    told.type,
    told.is_computed,
    told.sort,
    false,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            entity_type text, field_id bigint, name text, code text, type text, is_computed boolean, sort integer
        )
where staged.run_id = %(run_id)s and staged.kind = 'field'
order by told.entity_type, told.field_id, staged.place
on conflict (account, entity_type, field_id) do update
    set
        name = excluded.name,
        code = excluded.code,
        type = excluded.type,
        is_computed = excluded.is_computed,
        sort = excluded.sort,
        is_gone = excluded.is_gone,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.name, kept.code, kept.type, kept.is_computed, kept.sort, kept.is_gone
    ) is distinct from (
        excluded.name, excluded.code, excluded.type, excluded.is_computed, excluded.sort, excluded.is_gone
    );
