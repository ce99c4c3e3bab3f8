INSERT INTO control.bitacora (quien, que, objeto, periodo) VALUES
    ('ana (terminal)', 'lista de cuarentena', 'programa', '2026-10');
INSERT INTO control.sellos (sello) VALUES ('8f14e45fceea167a');
