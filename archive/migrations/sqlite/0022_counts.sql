-- How many hold a post in each unit of a page, and what a sweep found in each category, are counted from an index
-- alone: no row is fetched for it.

DROP INDEX place_post_unit;
CREATE INDEX place_post_unit ON place_post (unit, person, first_day, last_day);
CREATE INDEX sweep_verdict_tally ON sweep_verdict (mode, category, office, outcome);
