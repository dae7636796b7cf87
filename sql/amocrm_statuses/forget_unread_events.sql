-- Windows of which all events read by now are not asked for any more.
delete from mart.amocrm_unread_events as kept
using stage.amocrm_statuses_unread as asked
where
    kept.account = %(account)s and asked.run_id = %(run_id)s
    and kept.from_at = asked.from_at and kept.to_at = asked.to_at
    and kept.types = asked.types and kept.lead_ids = asked.lead_ids
    and asked.problem is null
returning kept.from_at;
