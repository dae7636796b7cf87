-- Fields that a total needs and the portal has not, nor shall get.
select naming.field_name
from stage.bitrix24_contact_totals_naming as naming
where
    naming.run_id = %(run_id)s
    and naming.in_scope
    and naming.standing = 'absent'
    and naming.kind = 'total'
    and exists (
        select 1
        from stage.bitrix24_contact_totals_total as total
        where
            total.run_id = %(run_id)s
            and total.category_id = naming.category_id
            and total.year = naming.year
            and total.amount_minor <> 0
    )
order by naming.field_name;
