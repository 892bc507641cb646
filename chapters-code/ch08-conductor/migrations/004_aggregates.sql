-- Of two aggregates that are made at once under one name, one is refused by the database. Where
-- that has happened before, the later ones get their number into their name.

UPDATE aggregates SET name = name || '-' || id
WHERE EXISTS (SELECT 1 FROM aggregates AS first
              WHERE first.name = aggregates.name AND first.id < aggregates.id);

CREATE UNIQUE INDEX aggregates_name_idx ON aggregates (name);
