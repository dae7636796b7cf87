-- What contacts hold was in doubt, or is no more for the field is gone: what the portal has said since is all we know.
delete from mart.bitrix24_written_total as written
using stage.bitrix24_contact_totals_naming as naming
where
    naming.run_id = %(run_id)s
    and written.account = %(account)s
    and written.field_name = naming.field_name
    and not (written.was_written and written.run_id = %(run_id)s)
    and (
        naming.standing <> 'there'
        or exists (
            select 1
            from stage.bitrix24_contact_totals_wanted as wanted
            inner join stage.bitrix24_contact_totals_contact as asked
                on
                    wanted.run_id = asked.run_id
                    and wanted.contact_id = asked.contact_id
                    and asked.wants_values
            where
                wanted.run_id = %(run_id)s
                and wanted.contact_id = written.contact_id
                and wanted.field_name = written.field_name
                and wanted.is_doubted
        )
    );
