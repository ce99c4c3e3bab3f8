-- Who decided what about a draft, and when. The newest decision of a draft counts; none is ever changed or deleted.
-- borrador: hash of what the draft is made of, apart from decisions. firmas: user of Airflow, office, moment.
-- motivos: what was open when it was decided (source, period, subject, how much).

CREATE TABLE control.decisiones_publicacion (
    orden bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    publicacion_id text NOT NULL,
    borrador text NOT NULL,
    decision text NOT NULL
        CHECK (decision IN ('pendiente', 'automatica', 'publicar', 'publicar_con_nota', 'retener', 'rechazar')),
    nota text NOT NULL,
    firmas jsonb NOT NULL,
    motivos jsonb NOT NULL,
    registrada timestamptz NOT NULL,
    CHECK ((decision = 'publicar_con_nota') = (nota <> ''))
);
CREATE INDEX ON control.decisiones_publicacion (borrador, orden);
CREATE INDEX ON control.decisiones_publicacion (publicacion_id, orden);

-- an announced minute comes from the calendar, or from somebody who announced another one
ALTER TABLE control.anuncios ADD COLUMN del_calendario boolean NOT NULL DEFAULT false;
