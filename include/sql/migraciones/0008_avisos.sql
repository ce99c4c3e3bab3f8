-- What went wrong and who was told. An incident is one conversation: it is opened once, its repeats are counted, and
-- its recovery closes it. An alert is one message of it to one person by one channel, kept until it was delivered.
-- Texts come from the program's own sentences and hold no value of a record.

CREATE TABLE control.incidentes (
    incidente_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    clase text NOT NULL,
    asunto text NOT NULL,
    periodo text NOT NULL,
    titulo text NOT NULL,
    que text NOT NULL,
    hacer text NOT NULL,
    fuente text NOT NULL,
    series text[] NOT NULL,
    periodos text[] NOT NULL,
    enlaces jsonb NOT NULL,
    critico boolean NOT NULL,
    desde timestamptz NOT NULL,
    ultimo timestamptz NOT NULL,
    veces integer NOT NULL DEFAULT 1,
    abierto timestamptz NOT NULL,
    cerrado timestamptz,
    resuelto text
);
CREATE UNIQUE INDEX incidentes_abiertos ON control.incidentes (clase, asunto, periodo) WHERE cerrado IS NULL;
CREATE INDEX ON control.incidentes (clase, asunto, periodo, abierto);

CREATE TABLE control.avisos (
    aviso_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incidente_id bigint NOT NULL REFERENCES control.incidentes ON DELETE CASCADE,
    fase text NOT NULL CHECK (fase IN ('apertura', 'recordatorio', 'relevo', 'recuperacion')),
    numero integer NOT NULL DEFAULT 1,
    persona text NOT NULL,
    canal text NOT NULL,
    direccion text NOT NULL,
    razon text NOT NULL,
    estado text NOT NULL DEFAULT 'pendiente' CHECK (estado IN ('pendiente', 'enviado', 'fallido', 'descartado')),
    no_antes timestamptz NOT NULL,
    intentos integer NOT NULL DEFAULT 0,
    enviado timestamptz,
    problema text,
    UNIQUE (incidente_id, fase, numero, canal, direccion)
);
CREATE INDEX avisos_por_enviar ON control.avisos (no_antes) WHERE estado IN ('pendiente', 'fallido');
