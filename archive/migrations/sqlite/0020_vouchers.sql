-- A voucher is looked up by its key and by nothing else: the key is the table, and is kept once.

CREATE TABLE voucher_by_key (
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    source       TEXT NOT NULL,
    first_import BIGINT NOT NULL REFERENCES import (id),
    last_import  BIGINT NOT NULL REFERENCES import (id),
    withdrawn_by BIGINT REFERENCES import (id),
    seq          BIGINT,
    PRIMARY KEY (kind, key, source)
) WITHOUT ROWID;
INSERT INTO voucher_by_key (kind, key, source, first_import, last_import, withdrawn_by, seq)
    SELECT kind, key, source, first_import, last_import, withdrawn_by, seq FROM voucher ORDER BY kind, key, source;
DROP TABLE voucher;
ALTER TABLE voucher_by_key RENAME TO voucher;
