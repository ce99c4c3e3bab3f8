-- The ledger tells the whole of what a reader can know: of which period a cell is, which dimensions its table
-- crosses (a crossing that has no entry is a published zero), how many stand behind it, and whether it has a row at
-- all (con_fila: false where a breakdown was withheld).

ALTER TABLE control.celdas
    ADD COLUMN periodo text,
    ADD COLUMN dimensiones text[] NOT NULL DEFAULT '{}',
    ADD COLUMN contribuyentes integer,
    ADD COLUMN con_fila boolean NOT NULL DEFAULT true;

UPDATE control.celdas c SET periodo = p.periodo FROM control.publicaciones p
WHERE c.publicacion_id = p.publicacion_id;

ALTER TABLE control.celdas ALTER COLUMN periodo SET NOT NULL;
