-- Materials whose item is offered and which are in use again, by us or by people: what was done to them is over.
delete from mart.catalog_sent_value as sent
using stage.opencart_catalog_pair as pair, stage.opencart_catalog_material as material
where
    pair.run_id = %(run_id)s
    and material.run_id = %(run_id)s
    and sent.account = %(account)s
    and sent.material_id = pair.material_id
    and material.material_id = pair.material_id
    and sent.field = 'retired'
    and case
        when sent.value = 'irrelevant' then material.irrelevant is not true
        else split_part(sent.value, ':', 3) is distinct from material.category_id::text
    end;
