-- What the account showed before and shows no longer is marked; nothing is, when nothing of the kind was read.
update mart.amocrm_loss_reason as kept
set is_gone = true, changed_run_id = %(run_id)s
where
    kept.account = %(account)s
    and not kept.is_gone
    and exists (
        select from stage.amocrm_statuses_dictionary as staged
        where staged.run_id = %(run_id)s and staged.kind = 'loss_reason'
    )
    and not exists (
        select from stage.amocrm_statuses_dictionary as staged
        cross join lateral jsonb_to_record(staged.item) as told (loss_reason_id bigint)
        where
            staged.run_id = %(run_id)s
            and staged.kind = 'loss_reason'
            and told.loss_reason_id = kept.loss_reason_id
    );
