-- Fields that are not written any more: the portal has them no longer, or the settings do not name them.
update mart.bitrix24_field as field
set is_gone = true
where
    field.account = %(account)s
    and not field.is_gone
    and not exists (
        select 1
        from stage.bitrix24_contact_totals_naming as naming
        inner join stage.bitrix24_field as shown
            on naming.run_id = shown.run_id and shown.entity = 'contact' and naming.field_name = shown.field_name
        where naming.run_id = %(run_id)s and naming.field_name = field.field_name
    );
