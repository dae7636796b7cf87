-- What the files behind pictures are: of those met first, once everything that shows them has got them; of those replaced since, once
-- their address was really sent again.
insert into mart.catalog_picture as kept (account, address, validator, last_run_id)
select
    %(account)s,
    file.address,
    file.validator,
    file.run_id
from stage.opencart_catalog_picture as file
where
    file.run_id = %(run_id)s
    and not exists (
        select 1
        from ops.action
        where action.run_id = %(run_id)s and action.after ->> 'asset_url' = file.address and action.state <> 'done'
    )
on conflict (account, address) do update
    set validator = excluded.validator, last_run_id = excluded.last_run_id
    where
    kept.validator <> excluded.validator
    and exists (
        select 1
        from ops.action
        where
            action.run_id = excluded.last_run_id
            and action.state = 'done'
            and action.kind in ('create_material', 'update_material')
            and action.after ->> 'asset_url' = excluded.address
            and not coalesce(action.response -> 'unsent' ? 'asset_url', false)
    );
