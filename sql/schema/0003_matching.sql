-- Staging that every pipeline shares: keys of rows in, clients and deals out. A run's rows carry its run_id.
create schema stage;
comment on schema stage is 'Working tables of runs: unlogged, replaced by each run';

-- Make room for a run: its own rows go, and those of runs that have ended. Nobody stages before having passed here, so that
-- whoever finds no other run going may truncate instead of deleting row by row.
create function stage.make_room(for_run bigint) returns void language plpgsql as $$
declare
    going bigint[];
    staged regclass;
begin
    perform pg_advisory_xact_lock(hashtext('dealflow stage.make_room'));
    going := array(select run_id from ops.run where state = 'running' and run_id <> for_run);
    for staged in
        select relid from pg_catalog.pg_stat_user_tables where schemaname = 'stage' order by relname
    loop
        if going = '{}' then
            execute format('truncate %s', staged);
        else
            execute format('delete from %s where run_id <> all($1)', staged) using going;
        end if;
    end loop;
end
$$;

create unlogged table stage.client_rule (
    run_id bigint not null,
    rank smallint not null,
    rule text not null,
    kind text not null,
    primary key (run_id, rank),
    unique (run_id, kind)
);
comment on table stage.client_rule is 'How a run looks for clients: keys in order of preference';
comment on column stage.client_rule.run_id is 'ops.run';
comment on column stage.client_rule.rank is 'The smaller is tried first';
comment on column stage.client_rule.rule is 'The rule''s name, left on every match';
comment on column stage.client_rule.kind is 'mart.client_key.kind it looks by';

create unlogged table stage.identity_key (
    run_id bigint not null,
    row_no integer not null,
    rank smallint not null,
    kind text not null,
    value text not null
);
comment on table stage.identity_key is 'By what the client of a staged row can be found';
comment on column stage.identity_key.run_id is 'ops.run';
comment on column stage.identity_key.row_no is 'The staged row; rows are taken in this order';
comment on column stage.identity_key.rank is 'Of the rule (stage.client_rule)';
comment on column stage.identity_key.kind is 'tsuid, phone or email';
comment on column stage.identity_key.value is 'Normalised';

create unlogged table stage.client_candidate (
    run_id bigint not null,
    row_no integer not null,
    rank smallint not null,
    client_id bigint not null,
    other_id bigint
);
comment on table stage.client_candidate is 'Clients already in the mart that a key of a row points to';
comment on column stage.client_candidate.run_id is 'ops.run';
comment on column stage.client_candidate.row_no is 'The staged row';
comment on column stage.client_candidate.rank is 'Of the rule';
comment on column stage.client_candidate.client_id is 'The oldest of them';
comment on column stage.client_candidate.other_id is 'Another one, if there are several';

create unlogged table stage.new_client_claim (
    run_id bigint not null,
    row_no integer not null,
    creates boolean,
    primary key (run_id, row_no)
);
comment on table stage.new_client_claim is 'Rows without a client in the mart, and whether they create one';
comment on column stage.new_client_claim.run_id is 'ops.run';
comment on column stage.new_client_claim.row_no is 'The staged row';
comment on column stage.new_client_claim.creates is 'False: an earlier row creates it; null: not settled yet';

create unlogged table stage.contested_key (
    run_id bigint not null,
    kind text not null,
    value text not null,
    row_no integer not null,
    primary key (run_id, kind, value, row_no)
);
comment on table stage.contested_key is 'Keys of rows whose claim could not be settled in bulk';
comment on column stage.contested_key.run_id is 'ops.run';
comment on column stage.contested_key.kind is 'tsuid, phone or email';
comment on column stage.contested_key.value is 'Normalised';
comment on column stage.contested_key.row_no is 'The staged row that has it';
create index contested_key_row_idx on stage.contested_key (run_id, row_no);

create unlogged table stage.new_client (
    run_id bigint not null,
    row_no integer not null,
    client_id bigint not null
);
comment on table stage.new_client is 'Clients that the run creates';
comment on column stage.new_client.run_id is 'ops.run';
comment on column stage.new_client.row_no is 'The row that creates the client';
comment on column stage.new_client.client_id is 'The number it gets';

create unlogged table stage.client_match (
    run_id bigint not null,
    row_no integer not null,
    client_id bigint not null,
    rule text not null,
    rank smallint not null,
    created boolean not null,
    ambiguous boolean not null,
    conflicting boolean not null,
    conflicts bigint[]
);
comment on table stage.client_match is 'The answer: whom each staged row is about. Rows that found nobody and may create nobody are absent';
comment on column stage.client_match.run_id is 'ops.run';
comment on column stage.client_match.row_no is 'The staged row';
comment on column stage.client_match.client_id is 'mart.client, or the number of one that the run creates';
comment on column stage.client_match.rule is 'Which rule found the client; created';
comment on column stage.client_match.rank is 'Of that rule; 0 when created';
comment on column stage.client_match.created is 'This row creates the client';
comment on column stage.client_match.ambiguous is 'Several clients at the rank that won';
comment on column stage.client_match.conflicting is 'Keys of lower ranks point to other clients';
comment on column stage.client_match.conflicts is 'Other clients that were passed over: one a rank is enough';

create unlogged table stage.deal_rule (
    run_id bigint not null,
    rank smallint not null,
    rule text not null,
    key text not null check (key in ('conversion_id', 'external_id', 'nearest')),
    status_kinds text[],
    barred_kinds text[] not null default '{}',
    look_back interval,
    primary key (run_id, rank),
    unique (run_id, key)
);
comment on table stage.deal_rule is 'How a run looks for deals of a known client: rules in order of preference';
comment on column stage.deal_rule.run_id is 'ops.run';
comment on column stage.deal_rule.rank is 'The smaller is tried first';
comment on column stage.deal_rule.rule is 'The rule''s name, left on every match';
comment on column stage.deal_rule.key is 'By which identifier; nearest: the last deal at or before a moment';
comment on column stage.deal_rule.status_kinds is 'Only deals of these kinds of status; null: any';
comment on column stage.deal_rule.barred_kinds is 'A deal of these kinds counts as not found, and is reported';
comment on column stage.deal_rule.look_back is 'Only deals at most this much older; null: no limit';

create unlogged table stage.deal_candidate (
    run_id bigint not null,
    row_no integer not null,
    client_id bigint not null,
    client_is_new boolean not null,
    conversion_id text,
    external_id text,
    at timestamptz not null,
    opens_at timestamptz not null,
    opens_as text not null
);
comment on table stage.deal_candidate is 'By what the deal of a staged row can be found, and what deal it opens if there is none';
comment on column stage.deal_candidate.run_id is 'ops.run';
comment on column stage.deal_candidate.row_no is 'The staged row; rows are taken in this order';
comment on column stage.deal_candidate.client_id is 'From stage.client_match';
comment on column stage.deal_candidate.client_is_new is 'This very row creates the client, so it opens a deal at once';
comment on column stage.deal_candidate.conversion_id is 'mart.deal.conversion_id to look for';
comment on column stage.deal_candidate.external_id is 'mart.deal.external_id to look for';
comment on column stage.deal_candidate.at is 'The moment to look back from';
comment on column stage.deal_candidate.opens_at is 'created_at of the deal it would open';
comment on column stage.deal_candidate.opens_as is 'Kind of status that deal would have';

create unlogged table stage.deal_hit (
    run_id bigint not null,
    row_no integer not null,
    rank smallint not null,
    deal_id bigint,
    created_at timestamptz,
    barred boolean not null,
    elsewhere boolean not null,
    is_new boolean not null
);
comment on table stage.deal_hit is 'What each rule finds for a row, in the mart and among the deals of the run';
comment on column stage.deal_hit.run_id is 'ops.run';
comment on column stage.deal_hit.row_no is 'The staged row';
comment on column stage.deal_hit.rank is 'Of the rule';
comment on column stage.deal_hit.deal_id is 'The client''s deal, if there is one that counts';
comment on column stage.deal_hit.created_at is 'Its date';
comment on column stage.deal_hit.barred is 'The client has a deal of a barred kind there';
comment on column stage.deal_hit.elsewhere is 'Other clients have a deal with that identifier';
comment on column stage.deal_hit.is_new is 'The deal is opened by an earlier row of the run';

create unlogged table stage.new_deal_claim (
    run_id bigint not null,
    row_no integer not null,
    client_id bigint not null,
    opens boolean,
    alone boolean not null,
    conversion_id text,
    external_id text,
    at timestamptz not null,
    opens_at timestamptz not null,
    opens_as text not null
);
comment on table stage.new_deal_claim is 'Rows without a deal in the mart, and whether they open one';
comment on column stage.new_deal_claim.run_id is 'ops.run';
comment on column stage.new_deal_claim.row_no is 'The staged row';
comment on column stage.new_deal_claim.client_id is 'The client';
comment on column stage.new_deal_claim.opens is 'False: an earlier row opens it; null: not settled yet';
comment on column stage.new_deal_claim.alone is 'The client''s only row in the run';
comment on column stage.new_deal_claim.conversion_id is 'Identifier the deal would carry';
comment on column stage.new_deal_claim.external_id is 'Identifier the deal would carry';
comment on column stage.new_deal_claim.at is 'The moment to look back from';
comment on column stage.new_deal_claim.opens_at is 'created_at of the deal';
comment on column stage.new_deal_claim.opens_as is 'Kind of its status';

create unlogged table stage.new_deal (
    run_id bigint not null,
    row_no integer not null,
    deal_id bigint not null,
    client_id bigint not null,
    conversion_id text,
    external_id text,
    created_at timestamptz not null,
    status_kind text not null,
    alone boolean not null
);
comment on table stage.new_deal is 'Deals that the run opens';
comment on column stage.new_deal.run_id is 'ops.run';
comment on column stage.new_deal.row_no is 'The row that opens the deal';
comment on column stage.new_deal.deal_id is 'The number it gets';
comment on column stage.new_deal.client_id is 'Whose it is';
comment on column stage.new_deal.conversion_id is 'Identifier it carries';
comment on column stage.new_deal.external_id is 'Identifier it carries';
comment on column stage.new_deal.created_at is 'Its date';
comment on column stage.new_deal.status_kind is 'Kind of its status';
comment on column stage.new_deal.alone is 'The client''s only row in the run: nobody else can find the deal';
create index new_deal_client_idx on stage.new_deal (run_id, client_id, created_at desc, row_no desc) where not alone;

create unlogged table stage.deal_match (
    run_id bigint not null,
    row_no integer not null,
    deal_id bigint not null,
    rule text not null,
    rank smallint not null,
    created boolean not null,
    deal_is_new boolean not null,
    barred boolean not null,
    elsewhere boolean not null,
    conflict boolean not null
);
comment on table stage.deal_match is 'The answer: which deal each staged row is about';
comment on column stage.deal_match.run_id is 'ops.run';
comment on column stage.deal_match.row_no is 'The staged row';
comment on column stage.deal_match.deal_id is 'mart.deal, or the number of one that the run opens';
comment on column stage.deal_match.rule is 'Which rule found the deal; created';
comment on column stage.deal_match.rank is 'Of that rule; 0 when created';
comment on column stage.deal_match.created is 'This row opens the deal';
comment on column stage.deal_match.deal_is_new is 'This or an earlier row of the run opens the deal';
comment on column stage.deal_match.barred is 'On the way a deal of a barred kind was passed over';
comment on column stage.deal_match.elsewhere is 'On the way an identifier was met that only other clients have';
comment on column stage.deal_match.conflict is 'Identifiers of the row point to different deals';

-- Rows that the bulk statements could not settle, one by one in order: a row creates a client unless an earlier creator has one
-- of its keys. The keys of a row that creates nobody are dropped at once, so that no later row walks over them.
create function stage.settle_new_clients(of_run bigint) returns integer language plpgsql as $$
declare
    claim record;
    settled integer := 0;
begin
    for claim in
        select row_no from stage.new_client_claim where run_id = of_run and creates is null order by row_no
    loop
        if exists (
            select 1
            from stage.contested_key as mine
            inner join stage.contested_key as theirs
                on mine.run_id = theirs.run_id and mine.kind = theirs.kind and mine.value = theirs.value
            where mine.run_id = of_run and mine.row_no = claim.row_no and theirs.row_no < claim.row_no
        ) then
            update stage.new_client_claim set creates = false where run_id = of_run and row_no = claim.row_no;
            delete from stage.contested_key where run_id = of_run and row_no = claim.row_no;
        else
            update stage.new_client_claim set creates = true where run_id = of_run and row_no = claim.row_no;
        end if;
        settled := settled + 1;
    end loop;
    return settled;
end
$$;

create unlogged table stage.contested_deal (
    run_id bigint not null,
    row_no integer not null,
    client_id bigint not null,
    conversion_id text,
    external_id text,
    opens_at timestamptz not null,
    opens_as text not null,
    primary key (run_id, row_no)
);
comment on table stage.contested_deal is 'Deals opened in the run that a row not settled in bulk might find';
comment on column stage.contested_deal.run_id is 'ops.run';
comment on column stage.contested_deal.row_no is 'The row that opens it';
comment on column stage.contested_deal.client_id is 'Whose it is';
comment on column stage.contested_deal.conversion_id is 'Identifier it carries';
comment on column stage.contested_deal.external_id is 'Identifier it carries';
comment on column stage.contested_deal.opens_at is 'Its date';
comment on column stage.contested_deal.opens_as is 'Kind of its status';
create index contested_deal_conversion_idx on stage.contested_deal (run_id, client_id, conversion_id);
create index contested_deal_external_idx on stage.contested_deal (run_id, client_id, external_id);
create index contested_deal_at_idx on stage.contested_deal (run_id, client_id, opens_at desc);

-- The same for deals: a row opens a deal unless one that an earlier row opened answers its identifiers or lies in its past.
create function stage.settle_new_deals(of_run bigint) returns integer language plpgsql as $$
declare
    claim stage.new_deal_claim;
    nearest stage.deal_rule;
    by_conversion boolean;
    by_external boolean;
    found_one boolean;
    settled integer := 0;
begin
    select * into nearest from stage.deal_rule where run_id = of_run and key = 'nearest';
    by_conversion := exists (select 1 from stage.deal_rule where run_id = of_run and key = 'conversion_id');
    by_external := exists (select 1 from stage.deal_rule where run_id = of_run and key = 'external_id');
    for claim in
        select * from stage.new_deal_claim where run_id = of_run and opens is null order by row_no
    loop
        found_one := (
            by_conversion and claim.conversion_id is not null and exists (
                select 1 from stage.contested_deal
                where
                    run_id = of_run and client_id = claim.client_id
                    and conversion_id = claim.conversion_id and row_no < claim.row_no
            )
        ) or (
            by_external and claim.external_id is not null and exists (
                select 1 from stage.contested_deal
                where
                    run_id = of_run and client_id = claim.client_id
                    and external_id = claim.external_id and row_no < claim.row_no
            )
        ) or (
            nearest.key is not null and exists (
                select 1 from stage.contested_deal
                where
                    run_id = of_run and client_id = claim.client_id
                    and opens_at <= claim.at and row_no < claim.row_no
                    and (nearest.look_back is null or opens_at >= claim.at - nearest.look_back)
                    and (nearest.status_kinds is null or opens_as = any(nearest.status_kinds))
            )
        );
        if not found_one then
            insert into stage.contested_deal (run_id, row_no, client_id, conversion_id, external_id, opens_at, opens_as)
            values (
                of_run, claim.row_no, claim.client_id, claim.conversion_id, claim.external_id, claim.opens_at, claim.opens_as
            );
        end if;
        update stage.new_deal_claim set opens = not found_one where run_id = of_run and row_no = claim.row_no;
        settled := settled + 1;
    end loop;
    return settled;
end
$$;
