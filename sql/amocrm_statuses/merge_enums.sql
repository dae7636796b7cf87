-- One row what may be chosen in a custom field; a row that is as it was keeps its run.
insert into mart.amocrm_custom_field_enum as kept (
    account, entity_type, field_id, enum_id, value, code, sort, is_gone, changed_run_id
)
select distinct on (told.entity_type, told.field_id, told.enum_id)
    %(account)s,
    told.entity_type,
    told.field_id,
    told.enum_id,
    told.value,
    told.code,
    told.sort,
    false,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            entity_type text, field_id bigint, enum_id bigint, value text, code text, sort integer
        )
where staged.run_id = %(run_id)s and staged.kind = 'enum'
order by told.entity_type, told.field_id, told.enum_id, staged.place
on conflict (account, entity_type, field_id, enum_id) do update
    set
        value = excluded.value,
        code = excluded.code,
        sort = excluded.sort,
        is_gone = excluded.is_gone,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.value, kept.code, kept.sort, kept.is_gone
    ) is distinct from (
        excluded.value, excluded.code, excluded.sort, excluded.is_gone
    );
