-- One row a contact as last read. One that is as it was keeps its run; an older reading of what has
-- just changed never wins; what was put under an older date, or one that lies ahead, does.
insert into mart.amocrm_contact as kept (
    account, contact_id, name, phones, emails, responsible_user_id, created_at, updated_at, fingerprint, first_run_id,
    changed_run_id
)
select distinct on (staged.contact_id)
    %(account)s,
    staged.contact_id,
    staged.name,
    staged.phones,
    staged.emails,
    staged.responsible_user_id,
    staged.created_at,
    staged.updated_at,
    staged.fingerprint,
    %(run_id)s as first_run_id,
    %(run_id)s as changed_run_id
from stage.amocrm_statuses_contact as staged
where staged.run_id = %(run_id)s
order by staged.contact_id asc, staged.read_no desc
on conflict (account, contact_id) do update
    set
        name = excluded.name,
        phones = excluded.phones,
        emails = excluded.emails,
        responsible_user_id = excluded.responsible_user_id,
        created_at = excluded.created_at,
        updated_at = excluded.updated_at,
        fingerprint = excluded.fingerprint,
        changed_run_id = excluded.changed_run_id
    where
    kept.fingerprint <> excluded.fingerprint
    and (
        excluded.updated_at >= kept.updated_at
        or kept.updated_at not between %(now)s - interval '10 minutes' and %(now)s
    );
