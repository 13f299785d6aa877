-- Format 8: the texts that were recognised in pictures, counted by every coverage. PostgreSQL writes
-- position('ocr/' in extractor) > 0.

CREATE INDEX record_ocr ON record (state) WHERE kind = 'text' AND instr(extractor, 'ocr/') > 0;
