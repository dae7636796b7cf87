-- One row a user; a row that is as it was keeps its run.
insert into mart.amocrm_user as kept (
    account, user_id, name, group_id, is_admin, is_active, is_listed, changed_run_id
)
select distinct on (told.user_id)
    %(account)s,
    told.user_id,
    told.name,
    told.group_id,
    told.is_admin,
    told.is_active,
    true,
    %(run_id)s
from stage.amocrm_statuses_dictionary as staged
cross join
    lateral jsonb_to_record(staged.item)
        as told (
            user_id bigint, name text, group_id bigint, is_admin boolean, is_active boolean
        )
where staged.run_id = %(run_id)s and staged.kind = 'user'
order by told.user_id, staged.place
on conflict (account, user_id) do update
    set
        name = excluded.name,
        group_id = excluded.group_id,
        is_admin = excluded.is_admin,
        is_active = excluded.is_active,
        is_listed = excluded.is_listed,
        changed_run_id = excluded.changed_run_id
    where
    (
        kept.name, kept.group_id, kept.is_admin, kept.is_active, kept.is_listed
    ) is distinct from (
        excluded.name, excluded.group_id, excluded.is_admin, excluded.is_active, excluded.is_listed
    );
