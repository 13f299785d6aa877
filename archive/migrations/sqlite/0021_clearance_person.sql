-- About whom each answered row is, so that a dossier shows the clearances that it was in. Rows that were answered
-- before have none: they are sealed as a whole, and nobody opens them for this.

ALTER TABLE clearance_row ADD COLUMN person TEXT;
CREATE INDEX clearance_row_person ON clearance_row (person) WHERE person IS NOT NULL;
