-- Fields that are to be created for what is about to be written, newest year first; the one for the moment goes last.
select
    naming.field_name,
    naming.kind,
    naming.category_id,
    naming.year,
    coalesce(staged.name, kept.name, naming.category_id::text) as direction
from stage.bitrix24_contact_totals_naming as naming
left join stage.bitrix24_funnel as staged
    on staged.run_id = %(run_id)s and naming.category_id = staged.category_id
left join mart.bitrix24_funnel as kept on kept.account = %(account)s and naming.category_id = kept.category_id
where
    naming.run_id = %(run_id)s
    and naming.standing = 'new'
    and naming.in_scope
    and exists (
        select 1
        from stage.bitrix24_contact_totals_decision as decision
        where
            decision.run_id = %(run_id)s
            and decision.outcome = 'updated'
            and decision.after <> '{}'
            and (naming.kind = 'changed_at' or decision.after ? naming.field_name)
    )
order by (naming.kind = 'changed_at') asc, naming.year desc nulls last, naming.category_id asc nulls last;
