-- The shop's catalogue and its image in the CRM: what the shop offers, which material each item is, what was last sent.
create table mart.catalog_item (
    identity text primary key,
    product_id bigint not null,
    option_value_ids bigint[] not null default '{}',
    article text,
    key text,
    title text not null,
    description text,
    price numeric(18, 2),
    currency text,
    special numeric(18, 2),
    special_from date,
    special_to date,
    shop_category_id bigint,
    category_path text[] not null default '{}',
    images text[] not null default '{}',
    link_url text,
    active boolean not null,
    content_hash text not null,
    last_run_id bigint
);
comment on table mart.catalog_item is 'An item of the shop that has to be in the CRM: a product, or one combination of its options';
comment on column mart.catalog_item.identity is 'product_id, and the option values by option: «42», «42#5:39,13:48»';
comment on column mart.catalog_item.product_id is 'The shop''s product';
comment on column mart.catalog_item.option_value_ids is 'The shop''s option values, in order of their options; empty: the product itself';
comment on column mart.catalog_item.article is 'Article as written; null: none';
comment on column mart.catalog_item.key is 'The article normalised, by which items and materials are compared';
comment on column mart.catalog_item.title is 'Name, with the options of a variant';
comment on column mart.catalog_item.description is 'Description, HTML';
comment on column mart.catalog_item.price is 'Regular price with the options'' deltas; null: the shop has none';
comment on column mart.catalog_item.currency is 'ISO 4217';
comment on column mart.catalog_item.special is 'Special price with the options'' deltas; null: none';
comment on column mart.catalog_item.special_from is 'First day of the special; null: no limit';
comment on column mart.catalog_item.special_to is 'Last day on which the special is active; null: no limit';
comment on column mart.catalog_item.shop_category_id is 'The one category it is exported to';
comment on column mart.catalog_item.category_path is 'Names from the root to that category';
comment on column mart.catalog_item.images is 'Addresses of pictures, the main one first';
comment on column mart.catalog_item.link_url is 'The product''s page';
comment on column mart.catalog_item.active is 'The shop shows it';
comment on column mart.catalog_item.content_hash is 'SHA-256 of everything above that is sent';
comment on column mart.catalog_item.last_run_id is 'The run that changed the row last';
create index catalog_item_key_idx on mart.catalog_item (key);
create index catalog_item_product_idx on mart.catalog_item (product_id);

create table mart.catalog_link (
    identity text not null,
    material_id bigint not null,
    key text,
    first_seen_run_id bigint not null,
    last_run_id bigint not null,
    absent_runs integer not null default 0,
    absent_on date,
    primary key (identity, material_id)
);
comment on table mart.catalog_link is 'Which material of the CRM an item of the shop is; twins are several rows';
comment on column mart.catalog_link.identity is 'mart.catalog_item';
comment on column mart.catalog_link.material_id is 'The material''s id in the CRM';
comment on column mart.catalog_link.key is 'The key they met by';
comment on column mart.catalog_link.first_seen_run_id is 'The run that linked them';
comment on column mart.catalog_link.last_run_id is 'The run that changed the row last';
comment on column mart.catalog_link.absent_runs is 'Runs in a row, one a day at most, in which the shop did not offer the item';
comment on column mart.catalog_link.absent_on is 'The local date of the last of them; null: the shop offers it';
create index catalog_link_material_idx on mart.catalog_link (material_id);

create table mart.catalog_category_link (
    shop_category_id bigint primary key,
    crm_category_id bigint not null,
    path text[] not null,
    last_run_id bigint
);
comment on table mart.catalog_category_link is 'Which category of the CRM a category of the shop is';
comment on column mart.catalog_category_link.shop_category_id is 'The shop''s category';
comment on column mart.catalog_category_link.crm_category_id is 'The CRM''s category';
comment on column mart.catalog_category_link.path is 'Names from the root when they were linked';
comment on column mart.catalog_category_link.last_run_id is 'The run that linked them';

create table mart.catalog_sent_value (
    material_id bigint not null,
    field text not null,
    value text,
    sent_at timestamptz not null,
    run_id bigint not null,
    primary key (material_id, field)
);
comment on table mart.catalog_sent_value is 'What a material was last known to hold: tells edits by people, and what the CRM hides';
comment on column mart.catalog_sent_value.material_id is 'The material';
comment on column mart.catalog_sent_value.field is 'title, price, currency, asset_url, named_prices:<name>, custom_fields:<title>, retired';
comment on column mart.catalog_sent_value.value is 'The value; null: it was emptied';
comment on column mart.catalog_sent_value.sent_at is 'When it was sent, or first seen to be the same in the shop and in the CRM';
comment on column mart.catalog_sent_value.run_id is 'The run that sent it';

create table mart.catalog_picture (
    address text primary key,
    validator text not null,
    last_run_id bigint not null
);
comment on table mart.catalog_picture is 'What the file behind a picture''s address was when it was sent (image_check: head)';
comment on column mart.catalog_picture.address is 'The address';
comment on column mart.catalog_picture.validator is 'ETag, Last-Modified and size as the shop''s web server told them';
comment on column mart.catalog_picture.last_run_id is 'The run that saw the file like that first';

create unlogged table stage.opencart_catalog_picture (
    run_id bigint not null,
    address text not null,
    validator text not null,
    primary key (run_id, address)
);
comment on table stage.opencart_catalog_picture is 'Files behind the pictures'' addresses as they are now';
comment on column stage.opencart_catalog_picture.run_id is 'ops.run';
comment on column stage.opencart_catalog_picture.address is 'The address';
comment on column stage.opencart_catalog_picture.validator is 'ETag, Last-Modified and size as the shop''s web server tells them';

create unlogged table stage.opencart_catalog_item (
    run_id bigint not null,
    like mart.catalog_item including comments,
    title_key text not null default '',
    title_shapes text[] not null default '{}',
    key_shape text,
    primary key (run_id, identity)
);
comment on table stage.opencart_catalog_item is 'Items of the shop as it offers them now, active and not';
comment on column stage.opencart_catalog_item.run_id is 'ops.run';
comment on column stage.opencart_catalog_item.title_key is 'The title as titles are compared';
comment on column stage.opencart_catalog_item.title_shapes is 'What titles that look alike share, with and without names of options';
comment on column stage.opencart_catalog_item.key_shape is 'What articles that look alike have in common';
create index opencart_catalog_item_key_idx on stage.opencart_catalog_item (run_id, key);

create unlogged table stage.opencart_catalog_category (
    run_id bigint not null,
    category_id bigint not null,
    parent_id bigint,
    name text not null,
    path text[] not null,
    enabled boolean not null,
    orphan boolean not null,
    primary key (run_id, category_id)
);
comment on table stage.opencart_catalog_category is 'Categories of the shop, with their names from the root';
comment on column stage.opencart_catalog_category.run_id is 'ops.run';
comment on column stage.opencart_catalog_category.category_id is 'The shop''s category';
comment on column stage.opencart_catalog_category.parent_id is 'The category above; null: a root';
comment on column stage.opencart_catalog_category.name is 'Name';
comment on column stage.opencart_catalog_category.path is 'Names from the root, its own the last';
comment on column stage.opencart_catalog_category.enabled is 'The shop shows it';
comment on column stage.opencart_catalog_category.orphan is 'Its parent does not exist';

create unlogged table stage.opencart_catalog_issue (
    run_id bigint not null,
    seq integer not null,
    code text not null,
    identity text,
    product_id bigint,
    material_id bigint,
    details jsonb not null default '{}'
);
comment on table stage.opencart_catalog_issue is 'What deserves a look: no article, unknown price prefixes, orphans, look-alikes';
comment on column stage.opencart_catalog_issue.run_id is 'ops.run';
comment on column stage.opencart_catalog_issue.seq is 'Order in which they were met';
comment on column stage.opencart_catalog_issue.code is 'ops.code';
comment on column stage.opencart_catalog_issue.identity is 'The item, if it is about one';
comment on column stage.opencart_catalog_issue.product_id is 'The product, if it is about one';
comment on column stage.opencart_catalog_issue.material_id is 'The material, if it is about one';
comment on column stage.opencart_catalog_issue.details is 'What exactly';

create unlogged table stage.opencart_catalog_material (
    run_id bigint not null,
    material_id bigint not null,
    sku text,
    key text,
    title text,
    price numeric(18, 2),
    currency text,
    category_id bigint,
    asset_url text,
    irrelevant boolean,
    named_prices jsonb not null default '{}',
    custom_fields jsonb not null default '{}',
    raw_price text,
    title_key text not null default '',
    title_shape text not null default '',
    key_shape text,
    primary key (run_id, material_id)
);
comment on table stage.opencart_catalog_material is 'Materials of the CRM as they are now';
comment on column stage.opencart_catalog_material.run_id is 'ops.run';
comment on column stage.opencart_catalog_material.material_id is 'The CRM''s id';
comment on column stage.opencart_catalog_material.sku is 'Article as written there';
comment on column stage.opencart_catalog_material.key is 'The article normalised; null: none';
comment on column stage.opencart_catalog_material.title is 'Name';
comment on column stage.opencart_catalog_material.price is 'Sale price; null: none, or not readable';
comment on column stage.opencart_catalog_material.currency is 'ISO 4217';
comment on column stage.opencart_catalog_material.category_id is 'Its category there';
comment on column stage.opencart_catalog_material.asset_url is 'Address of its picture, possibly rewritten by the CRM';
comment on column stage.opencart_catalog_material.irrelevant is 'Retired';
comment on column stage.opencart_catalog_material.named_prices is 'Further prices by name';
comment on column stage.opencart_catalog_material.custom_fields is 'Custom fields by title';
comment on column stage.opencart_catalog_material.raw_price is 'The price as the CRM wrote it';
comment on column stage.opencart_catalog_material.title_key is 'The name as titles are compared';
comment on column stage.opencart_catalog_material.title_shape is 'What names that look alike have in common';
comment on column stage.opencart_catalog_material.key_shape is 'What articles that look alike have in common';
create index opencart_catalog_material_key_idx on stage.opencart_catalog_material (run_id, key);

create unlogged table stage.opencart_catalog_crm_category (
    run_id bigint not null,
    crm_category_id bigint not null,
    parent_id bigint,
    name text not null,
    primary key (run_id, crm_category_id)
);
comment on table stage.opencart_catalog_crm_category is 'Categories of the CRM as they are now';
comment on column stage.opencart_catalog_crm_category.run_id is 'ops.run';
comment on column stage.opencart_catalog_crm_category.crm_category_id is 'The CRM''s category';
comment on column stage.opencart_catalog_crm_category.parent_id is 'The category above; null: a root, or not told';
comment on column stage.opencart_catalog_crm_category.name is 'Name';

create unlogged table stage.opencart_catalog_pair (
    run_id bigint not null,
    identity text not null,
    material_id bigint not null,
    rule text not null check (rule in ('key', 'link', 'title')),
    primary key (run_id, material_id)
);
comment on table stage.opencart_catalog_pair is 'Which active item a material is: a material has one item, an item all its twins';
comment on column stage.opencart_catalog_pair.run_id is 'ops.run';
comment on column stage.opencart_catalog_pair.identity is 'stage.opencart_catalog_item';
comment on column stage.opencart_catalog_pair.material_id is 'stage.opencart_catalog_material';
comment on column stage.opencart_catalog_pair.rule is 'key: equal articles; link: known of earlier; title: equal, and the only one';
create index opencart_catalog_pair_item_idx on stage.opencart_catalog_pair (run_id, identity);

create unlogged table stage.opencart_catalog_verdict (
    run_id bigint not null,
    identity text not null,
    outcome text not null,
    codes text[] not null default '{}',
    details jsonb not null default '{}',
    primary key (run_id, identity)
);
comment on table stage.opencart_catalog_verdict is 'What was decided about an item, active or gone, that is not merely unchanged';
comment on column stage.opencart_catalog_verdict.run_id is 'ops.run';
comment on column stage.opencart_catalog_verdict.identity is 'The item';
comment on column stage.opencart_catalog_verdict.outcome is 'What becomes of it: created, updated, quarantined, absent and so on';
comment on column stage.opencart_catalog_verdict.codes is 'ops.code: why';
comment on column stage.opencart_catalog_verdict.details is 'Title, article, materials, fields that change, what else deserves a look';

create unlogged table stage.opencart_catalog_decision (
    run_id bigint not null,
    seq integer not null,
    kind text not null,
    key text not null,
    identity text,
    material_id bigint,
    before jsonb,
    after jsonb not null,
    primary key (run_id, seq)
);
comment on table stage.opencart_catalog_decision is 'Writes that the plan consists of, before they become actions';
comment on column stage.opencart_catalog_decision.run_id is 'ops.run';
comment on column stage.opencart_catalog_decision.seq is 'Order in which they were decided; actions go by kind first';
comment on column stage.opencart_catalog_decision.kind is 'As in ops.action';
comment on column stage.opencart_catalog_decision.key is 'As in ops.action';
comment on column stage.opencart_catalog_decision.identity is 'The item it is about; null: a category';
comment on column stage.opencart_catalog_decision.material_id is 'The material; null: it is yet to be created';
comment on column stage.opencart_catalog_decision.before is 'What the CRM holds';
comment on column stage.opencart_catalog_decision.after is 'What it shall hold';

create unlogged table stage.opencart_catalog_remark (
    run_id bigint not null,
    code text not null,
    record_key text not null,
    details jsonb not null default '{}',
    primary key (run_id, record_key, code)
);
comment on table stage.opencart_catalog_remark is 'What deserves a look besides items: look-alikes, materials, categories';
comment on column stage.opencart_catalog_remark.run_id is 'ops.run';
comment on column stage.opencart_catalog_remark.code is 'ops.code';
comment on column stage.opencart_catalog_remark.record_key is 'What it is about: «lookalike:…», «material:…», «category:…»';
comment on column stage.opencart_catalog_remark.details is 'What exactly';

create unlogged table stage.opencart_catalog_place (
    run_id bigint not null,
    shop_category_id bigint not null,
    crm_category_id bigint not null,
    path text[] not null,
    primary key (run_id, shop_category_id)
);
comment on table stage.opencart_catalog_place is 'Which category of the CRM a category of the shop was found to be';
comment on column stage.opencart_catalog_place.run_id is 'ops.run';
comment on column stage.opencart_catalog_place.shop_category_id is 'The shop''s category';
comment on column stage.opencart_catalog_place.crm_category_id is 'The CRM''s category';
comment on column stage.opencart_catalog_place.path is 'Names from the root in the shop';

create unlogged table stage.opencart_catalog_agreed (
    run_id bigint not null,
    material_id bigint not null,
    field text not null,
    value text,
    primary key (run_id, material_id, field)
);
comment on table stage.opencart_catalog_agreed is 'Fields that are the same on both sides unsent: edits by people show against them';
comment on column stage.opencart_catalog_agreed.run_id is 'ops.run';
comment on column stage.opencart_catalog_agreed.material_id is 'The material';
comment on column stage.opencart_catalog_agreed.field is 'As in mart.catalog_sent_value';
comment on column stage.opencart_catalog_agreed.value is 'What the CRM holds';

insert into ops.code (code, severity, text) values
('CATALOG_NO_ARTICLE', 'warning', 'Немає артикула: у CRM не створюється'),
('CATALOG_NO_PRICE', 'warning', 'Ціни немає або вона нульова: ціну не передано'),
('CATALOG_UNKNOWN_PREFIX', 'warning', 'Невідомий знак надбавки опції: надбавку не враховано'),
('CATALOG_SPECIAL_ZERO', 'warning', 'Акційна ціна нульова: акції ніби немає'),
('CATALOG_SPECIAL_ABOVE_PRICE', 'warning', 'Акційна ціна вища за звичайну: передано як у магазині'),
('CATALOG_BAD_DATE', 'warning', 'Дату в магазині не вдалося прочитати'),
('CATALOG_REPEATED_VALUE', 'warning', 'Значення опції повторюється в товарі'),
('CATALOG_OPTION_ORPHAN', 'warning', 'Опція посилається на те, чого в магазині немає'),
('CATALOG_OPTIONS_IGNORED', 'info', 'Опції, які не утворюють варіантів, не враховано'),
('CATALOG_TOO_MANY_VARIANTS', 'warning', 'Забагато комбінацій опцій: товар передається без варіантів'),
('CATALOG_BAD_VARIANT', 'warning', 'Варіант товару не вдалося пов’язати з його основним товаром'),
('CATALOG_TIERS_IGNORED', 'info', 'Ціни за кілька штук не враховано'),
('CATALOG_CATEGORY_ORPHAN', 'warning', 'Батьківської категорії в магазині немає'),
('CATALOG_CATEGORY_PATH_STALE', 'info', 'Магазин має застарілі шляхи категорій'),
('CATALOG_SHOP_CAN_WRITE', 'warning', 'Користувач бази магазину може не лише читати'),
('CATALOG_SHOP_LOST_SPECIALS', 'warning', 'У базі магазину лишилися акції старої версії: вони не діють'),
('CATALOG_SHOP_MOVED', 'warning', 'Поки читали, у магазині щось змінювали'),
('CATALOG_SHOP_EMPTY', 'error', 'У магазині немає жодного активного товару'),
('CATALOG_SHOP_SHRANK', 'error', 'У магазині набагато менше товарів, ніж минулого разу'),
('CATALOG_FEW_ARTICLES', 'error', 'Забагато товарів без артикула'),
('CATALOG_NEW', 'info', 'У CRM такого артикула немає'),
('CATALOG_CHANGED', 'info', 'CRM відрізняється від магазину'),
('CATALOG_ADOPTED', 'info', 'Товар CRM без артикула впізнано за назвою: він отримує артикул'),
('CATALOG_RECREATED', 'warning', 'Товар CRM видалили, а на сайті він є: створюється знову'),
('CATALOG_DELETED_IN_CRM', 'info', 'Товар CRM видалили: знову не створюється'),
('CATALOG_KEY_CONFLICT', 'warning', 'Той самий артикул мають різні товари магазину: нічого не передається'),
('CATALOG_PASSED_OVER', 'warning', 'Той самий артикул має товар із меншим номером: передається він'),
('CATALOG_SAME_ITEM', 'info', 'Такий самий товар із цим артикулом уже передається'),
('CATALOG_TWINS', 'info', 'У CRM кілька товарів із цим артикулом: оновлюються всі'),
('CATALOG_SNAPSHOT_UNSTABLE', 'warning', 'Поки читали CRM, її змінювали: нове цього разу не створюється'),
('CATALOG_CATEGORY_NEW', 'info', 'Категорії немає в CRM: вона створюється'),
('CATALOG_CATEGORY_RENAMED', 'info', 'Категорію в магазині перейменували: у CRM так само'),
('CATALOG_CATEGORY_MISSING', 'warning', 'Категорії немає в CRM, і створити її не можна'),
('CATALOG_CATEGORY_TWINS', 'warning', 'У CRM кілька однакових категорій: взято найстаршу'),
('CATALOG_LOOKALIKE', 'warning', 'Артикули схожі на вигляд, але різні'),
('CATALOG_TITLE_WITHOUT_SKU', 'info', 'Товар CRM без артикула має назву товару сайту'),
('CATALOG_SIMILAR_TITLE', 'info', 'Товар CRM з іншим артикулом має схожу назву'),
('CATALOG_ABSENT', 'info', 'Товару більше немає в магазині'),
('CATALOG_RETIRED', 'info', 'Товару немає в магазині кілька запусків поспіль'),
('CATALOG_ABSENT_TOO_MANY', 'warning', 'Зникло забагато товарів: on_absent цього разу не діє'),
('CATALOG_REAPPEARED', 'info', 'Товар знову є в магазині'),
('CATALOG_UNLISTED', 'info', 'Налаштування більше не передають цей товар'),
('CATALOG_FIELD_MISSING', 'warning', 'У CRM немає кастомного поля: його треба створити в налаштуваннях CRM'),
('CATALOG_FIELDS_OFF', 'warning', 'CRM не приймає кастомних полів: вони не передаються'),
('CATALOG_NAMED_PRICES_OFF', 'warning', 'CRM не приймає іменованих цін: вони не передаються'),
('CATALOG_CATEGORIES_OFF', 'warning', 'CRM не створює категорій через API'),
('CATALOG_ARTICLE_UNKNOWN', 'warning', 'Такого артикула серед товарів магазину немає'),
('CATALOG_MASS_CREATE', 'error', 'План створює в CRM надто багато нових товарів'),
('CATALOG_MASS_UPDATE', 'error', 'План змінює надто багато товарів CRM'),
('CATALOG_TOO_MANY_FAILED', 'error', 'CRM відхилила забагато записів'),
('CATALOG_REFUSED_BY_CRM', 'error', 'CRM відхилила запис'),
('CATALOG_UNCERTAIN', 'warning', 'Відповідь CRM загубилася: невідомо, чи записано'),
('CATALOG_NOT_SENT', 'warning', 'Не надіслано'),
('FIELD_NOT_ACCEPTED', 'warning', 'CRM відповіла згодою, але значення не зберегла'),
('CAPABILITY_OFF', 'warning', 'CRM не приймає цього через API: вимкнено на 30 днів'),
('CATALOG_DATE_DONE', 'info', 'За цю дату каталог уже передано'),
('CATALOG_PRESENT_ONLY', 'info', 'Запуск за минулу дату передає теперішній каталог');
