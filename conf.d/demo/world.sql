-- The demo's database, from the JSON of Debian's iso-codes: languages (ISO 639-3), countries (ISO 3166-1)
-- and what countries are made of (ISO 3166-2). For the sqlite3 shell, whose readfile() it uses.

BEGIN;

CREATE TABLE language (
    code    TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    type    TEXT NOT NULL,  -- L living, E extinct, H historical, A ancient, C constructed, S special
    scope   TEXT NOT NULL   -- I individual, M macrolanguage, S special
) WITHOUT ROWID;

CREATE TABLE country (
    code    TEXT PRIMARY KEY,
    numeric INTEGER NOT NULL,
    name    TEXT NOT NULL,
    flag    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE subdivision (
    code    TEXT PRIMARY KEY,
    country TEXT NOT NULL,
    type    TEXT NOT NULL,
    name    TEXT NOT NULL,
    parent  TEXT
) WITHOUT ROWID;

INSERT INTO language
    SELECT value->>'alpha_3', value->>'name', value->>'type', value->>'scope'
    FROM json_each(readfile('/usr/share/iso-codes/json/iso_639-3.json'), '$."639-3"');

INSERT INTO country
    SELECT value->>'alpha_2', CAST(value->>'numeric' AS INTEGER), value->>'name', value->>'flag'
    FROM json_each(readfile('/usr/share/iso-codes/json/iso_3166-1.json'), '$."3166-1"');

INSERT INTO subdivision
    SELECT value->>'code', substr(value->>'code', 1, 2), value->>'type', value->>'name', value->>'parent'
    FROM json_each(readfile('/usr/share/iso-codes/json/iso_3166-2.json'), '$."3166-2"');

CREATE INDEX language_type ON language (type);
CREATE INDEX subdivision_country ON subdivision (country);

COMMIT;
