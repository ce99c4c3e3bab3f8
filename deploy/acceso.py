"""How people log in to Airflow, whose FAB auth manager reads this: by password, or by the ministry's own accounts.

With MOVILIDAD_OIDC_EMISOR, _CLIENTE and _SECRETO the login is that of an OpenID Connect provider (Keycloak, or one
that serves its addresses below ``<issuer>/protocol/openid-connect/``); its groups decide about the role.
"""

import os

from flask_appbuilder.const import AUTH_DB, AUTH_OAUTH

_ISSUER = os.environ.get("MOVILIDAD_OIDC_EMISOR", "").rstrip("/")

AUTH_TYPE = AUTH_OAUTH if _ISSUER else AUTH_DB
WTF_CSRF_ENABLED = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
# five wrong passwords in a minute and one has to wait; programs that ask for a token: plugins/movilidad_acceso.py
RATELIMIT_ENABLED = True
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "5 per 1 minute"

if _ISSUER:
    AUTH_USER_REGISTRATION = True
    # given to everybody besides the roles of the groups, so it must be the one that may do nothing
    AUTH_USER_REGISTRATION_ROLE = "Public"
    AUTH_ROLES_SYNC_AT_LOGIN = True
    AUTH_ROLES_MAPPING = {
        "movilidad-administracion": ["Admin"],
        "movilidad-operacion": ["Operador"],
        "movilidad-responsables": ["Responsable"],
        "movilidad-lectura": ["Lectura"],
    }
    OAUTH_PROVIDERS = [
        {
            "name": "keycloak",
            "icon": "fa-key",
            "token_key": "access_token",
            "remote_app": {
                "client_id": os.environ["MOVILIDAD_OIDC_CLIENTE"],
                "client_secret": os.environ["MOVILIDAD_OIDC_SECRETO"],
                "server_metadata_url": f"{_ISSUER}/.well-known/openid-configuration",
                "api_base_url": f"{_ISSUER}/protocol/",
                "client_kwargs": {"scope": "openid email profile"},
            },
        }
    ]
