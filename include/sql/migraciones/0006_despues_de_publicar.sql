-- What becomes of a release once it is made: why there is another revision and who approved it, from when it may be
-- public, when and why it was withdrawn, and where else it was delivered. The bytes of a release never change, so all
-- of this stands beside it.

CREATE TABLE control.explicaciones (
    publicacion_id text PRIMARY KEY,
    tipo text NOT NULL CHECK (tipo IN ('revision', 'correccion')),
    motivo text NOT NULL,
    aprobada_por text NOT NULL,
    registrada timestamptz NOT NULL
);

CREATE TABLE control.anuncios (
    publicacion_id text PRIMARY KEY,
    no_antes timestamptz NOT NULL,
    registrado timestamptz NOT NULL
);

CREATE TABLE control.retiros (
    publicacion_id text PRIMARY KEY REFERENCES control.publicaciones ON DELETE CASCADE,
    motivo text NOT NULL,
    aprobada_por text NOT NULL,
    retirada timestamptz NOT NULL
);

CREATE TABLE control.entregas (
    publicacion_id text NOT NULL REFERENCES control.publicaciones ON DELETE CASCADE,
    destino text NOT NULL,
    estado text NOT NULL CHECK (estado IN ('entregada', 'retirada', 'fallida')),
    intentos integer NOT NULL,
    momento timestamptz NOT NULL,
    problema text,
    PRIMARY KEY (publicacion_id, destino)
);
