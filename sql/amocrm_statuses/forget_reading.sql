-- A reading that cannot be believed is forgotten with all it has staged: leads.
with forgotten_leads as (
    delete from stage.amocrm_statuses_lead
    where run_id = %(run_id)s
),

forgotten_values as (
    delete from stage.amocrm_statuses_value
    where run_id = %(run_id)s
),

forgotten_tags as (
    delete from stage.amocrm_statuses_tag
    where run_id = %(run_id)s
),

forgotten_contacts as (
    delete from stage.amocrm_statuses_lead_contact
    where run_id = %(run_id)s
),

forgotten_pages as (
    delete from stage.amocrm_statuses_page
    where run_id = %(run_id)s and stream = %(stream)s
)

delete from stage.amocrm_statuses_gone
where run_id = %(run_id)s;
