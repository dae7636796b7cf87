-- What a plan of the catalogue changes, for people to read: kept when the staged rows are long gone.
create table mart.catalog_difference (
    run_id bigint not null,
    row_no integer not null,
    identity text,
    product_id bigint,
    article text,
    key text,
    title text not null,
    image_url text,
    link_url text,
    category_path text[] not null default '{}',
    price numeric(18, 2),
    currency text,
    special numeric(18, 2),
    special_from date,
    special_to date,
    outcome text,
    facets text[] not null default '{}',
    codes text[] not null default '{}',
    details jsonb not null default '{}',
    material_ids bigint[] not null default '{}',
    materials jsonb not null default '[]',
    action_seqs integer[] not null default '{}',
    primary key (run_id, row_no)
);
comment on table mart.catalog_difference is 'One row an item or category that a plan changes, or that deserves a look; of the last runs';
comment on column mart.catalog_difference.run_id is 'ops.run';
comment on column mart.catalog_difference.row_no is 'Order in which people read it: categories, then items by category and title';
comment on column mart.catalog_difference.identity is 'The item, as in mart.catalog_item; null: a category';
comment on column mart.catalog_difference.product_id is 'The shop''s product';
comment on column mart.catalog_difference.article is 'Article as the shop writes it';
comment on column mart.catalog_difference.key is 'The article normalised';
comment on column mart.catalog_difference.title is 'Name of the item or of the category';
comment on column mart.catalog_difference.image_url is 'Address of the main picture';
comment on column mart.catalog_difference.link_url is 'The product''s page';
comment on column mart.catalog_difference.category_path is 'Names from the root to its category';
comment on column mart.catalog_difference.price is 'Regular price in the shop';
comment on column mart.catalog_difference.currency is 'ISO 4217';
comment on column mart.catalog_difference.special is 'Special price in the shop; null: none';
comment on column mart.catalog_difference.special_from is 'First day of the special';
comment on column mart.catalog_difference.special_to is 'Last day of the special';
comment on column mart.catalog_difference.outcome is 'What the plan makes of the item, as in ops.run_log; null: a category';
comment on column mart.catalog_difference.facets is 'What it is found by: new, price, special, text, picture, twins and so on';
comment on column mart.catalog_difference.codes is 'All codes that apply (ops.code)';
comment on column mart.catalog_difference.details is 'What the codes say';
comment on column mart.catalog_difference.material_ids is 'All materials of the CRM it is, also twins that stay as they are';
comment on column mart.catalog_difference.materials is 'The same with article and title as the CRM writes them';
comment on column mart.catalog_difference.action_seqs is 'Planned writes about it: ops.action.seq of the same run';
