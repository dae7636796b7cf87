-- What an earlier attempt at this run has worked out is worked out anew.
with utm as (
    delete from stage.amocrm_statuses_utm
    where run_id = %(run_id)s
)

delete from stage.amocrm_statuses_calculated
where run_id = %(run_id)s;
