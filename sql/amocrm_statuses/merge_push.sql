-- Leads whose posting is planned: one row a lead and funnel, whatever became of an earlier posting.
insert into mart.amocrm_sdh_push as kept (account, lead_id, funnel_id, state, outer_id, remote_pipeline_id, payload_hash, attempts, run_id)
select
    %(account)s,
    planned.lead_id,
    planned.funnel_id,
    'new',
    planned.outer_id,
    planned.remote_pipeline_id,
    planned.payload_hash,
    0,
    %(run_id)s
from
    unnest(
        %(lead_ids)s::bigint[], %(funnel_ids)s::text[], %(outer_ids)s::text[], %(pipeline_ids)s::text[], %(payload_hashes)s::text[]
    )
        as planned (lead_id, funnel_id, outer_id, remote_pipeline_id, payload_hash)
on conflict (account, lead_id, funnel_id) do update
    set
        state = excluded.state,
        remote_pipeline_id = excluded.remote_pipeline_id,
        payload_hash = excluded.payload_hash,
        run_id = excluded.run_id;
