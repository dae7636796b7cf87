-- Fields that the portal has not and a total needs, newest year first.
with nonzero as (
    select distinct
        category_id,
        year
    from stage.bitrix24_contact_totals_total
    where run_id = %(run_id)s and amount_minor <> 0
)

select
    naming.field_name,
    naming.kind,
    naming.category_id,
    naming.year
from stage.bitrix24_contact_totals_naming as naming
where
    naming.run_id = %(run_id)s
    and naming.in_scope
    and naming.standing = 'new'
    and exists (
        select 1
        from nonzero
        where
            case naming.kind
                when 'total' then nonzero.category_id = naming.category_id and nonzero.year = naming.year
                when 'year' then nonzero.year = naming.year
                else true
            end
    )
order by naming.year desc nulls first, naming.category_id asc nulls first, naming.field_name asc;
