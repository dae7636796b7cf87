-- What the portal is no longer known to hold: the contact is gone, or the field holds something that is no sum of ours.
delete from mart.bitrix24_written_total as written
using stage.bitrix24_contact_totals_contact as asked
where
    asked.run_id = %(run_id)s
    and asked.wants_values
    and written.account = %(account)s
    and written.contact_id = asked.contact_id
    and not (written.was_written and written.run_id = %(run_id)s)
    and (
        not asked.is_found
        or exists (
            select 1
            from stage.bitrix24_contact_totals_held as held
            where
                held.run_id = %(run_id)s
                and held.contact_id = written.contact_id
                and held.field_name = written.field_name
                and (
                    held.amount is null
                    or held.amount * %(units)s <> trunc(held.amount * %(units)s)
                    or abs(held.amount * %(units)s) > 9007199254740991
                )
        )
    );
