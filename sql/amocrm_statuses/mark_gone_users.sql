-- What the account showed before and shows no longer is marked; nothing is, when nothing of the kind was read.
update mart.amocrm_user as kept
set is_listed = false, changed_run_id = %(run_id)s
where
    kept.account = %(account)s
    and kept.is_listed
    and exists (
        select from stage.amocrm_statuses_dictionary as staged
        where staged.run_id = %(run_id)s and staged.kind = 'user'
    )
    and not exists (
        select from stage.amocrm_statuses_dictionary as staged
        cross join lateral jsonb_to_record(staged.item) as told (user_id bigint)
        where
            staged.run_id = %(run_id)s
            and staged.kind = 'user'
            and told.user_id = kept.user_id
    );
