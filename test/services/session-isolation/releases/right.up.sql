create table sessions (
  digest text primary key,
  user_id int not null references users on delete cascade,
  expires_at timestamptz not null default now() + interval '1 hour'
);
create index sessions_user_id on sessions (user_id);
