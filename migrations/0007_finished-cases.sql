-- The cases that carry an official's name, finished ones too, by the day they were filed. Without an order of their own
-- the planner read a whole year's cases to find that none was theirs: at a million cases the list of what somebody has
-- finished took 0.6 s, and a search in it 1.2 s; with these 10 and 30 ms. What decides beside the key whether a case is
-- listed is in the index, so that those it is not listed for are passed over without being read.
create index cases_owner_filed on cases (tenant_id, owner_id, open, filed_at, id)
  include (number, unit_id, receiver_id, about_units, about_staff);
create index cases_lead_filed on cases (tenant_id, lead_id, open, filed_at, id)
  include (number, unit_id, owner_id, receiver_id, about_units, about_staff);
