-- Fields that hold totals and are no longer kept by the settings, though the portal still has them. ``is_emptied``: they are set to 0.
select
    written.field_name,
    naming.field_name is not null as is_emptied
from mart.bitrix24_written_total as written
inner join stage.bitrix24_field as field
    on field.run_id = %(run_id)s and field.entity = 'contact' and written.field_name = field.field_name
left join stage.bitrix24_contact_totals_naming as naming
    on naming.run_id = %(run_id)s and written.field_name = naming.field_name
where
    written.account = %(account)s
    and written.amount_minor <> 0
    and (
        naming.field_name is null
        or naming.kind = 'total' and naming.category_id = any(%(exclude_funnels)s::integer[])
        or naming.kind = 'total' and %(funnels)s::integer[] <> '{}' and naming.category_id <> all(%(funnels)s)
    )
group by written.field_name, naming.field_name
order by written.field_name;
