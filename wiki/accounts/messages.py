"""What Flask-Security says to people, in our words; translated with everything else."""

from wiki.language import N_

MESSAGES: dict[str, tuple[str, str]] = {
    "ANONYMOUS_USER_REQUIRED": (N_("Dafür erst abmelden."), "error"),
    "API_ERROR": (N_("Das hat nicht gepasst. Noch einmal versuchen."), "error"),
    "DISABLED_ACCOUNT": (N_("Dieses Konto ist geschlossen."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Die E-Mail-Adresse fehlt noch."), "error"),
    "FORGOT_PASSWORD": (N_("Passwort vergessen?"), "info"),
    "GENERIC_AUTHN_FAILED": (
        N_("Die E-Mail-Adresse oder das Passwort stimmt nicht."),
        "error",
    ),
    "INVALID_CODE": (N_("Der Code stimmt nicht."), "error"),
    "INVALID_EMAIL_ADDRESS": (
        N_("Eine E-Mail-Adresse sieht so aus: name@example.org."),
        "error",
    ),
    "INVALID_INPUT": (N_("Das passt hier nicht."), "error"),
    "INVALID_INPUT_LENGTH": (N_("Das ist zu lang: höchstens %(length)s Zeichen."), "error"),
    "INVALID_PASSWORD": (N_("Das Passwort stimmt nicht."), "error"),
    "INVALID_RECOVERY_CODE": (
        N_("Dieser Ersatzcode stimmt nicht oder wurde schon benutzt."),
        "error",
    ),
    "INVALID_REDIRECT": (N_("Diese Adresse liegt nicht in diesem Wiki."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("Dieser Link gilt nicht mehr. Hier gibt es einen neuen."),
        "error",
    ),
    "NO_RECOVERY_CODES_SETUP": (N_("Es gibt noch keine Ersatzcodes."), "info"),
    "PASSWORD_CHANGE": (N_("Das Passwort ist geändert."), "success"),
    "PASSWORD_INVALID_LENGTH": (
        N_("Das Passwort ist zu kurz: mindestens %(length)s Zeichen, höchstens 128."),
        "error",
    ),
    "PASSWORD_IS_THE_SAME": (N_("Das ist das bisherige Passwort."), "error"),
    "PASSWORD_MISMATCH": (N_("Das Passwort stimmt nicht."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Das Passwort fehlt noch."), "error"),
    "PASSWORD_RESET_EXPIRED": (
        N_("Dieser Link galt nur %(within)s. Hier gibt es einen neuen."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (
        N_("Das neue Passwort gilt. Jetzt damit anmelden."),
        "success",
    ),
    "PASSWORD_RESET_REQUEST": (
        N_("Wenn es zu %(email)s ein Konto gibt, ist eine Mail mit einem Link unterwegs."),
        "info",
    ),
    "REAUTHENTICATION_REQUIRED": (N_("Zur Sicherheit noch einmal bestätigen."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Danke, das ist bestätigt."), "info"),
    "RETYPE_PASSWORD_MISMATCH": (N_("Die beiden Passwörter sind verschieden."), "error"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("Die Anmeldung in zwei Schritten ist eingeschaltet."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (
        N_("Die Anmeldung in zwei Schritten ist ausgeschaltet."),
        "success",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("Der Code stimmt nicht. Jeder Code gilt nur kurz und nur einmal."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("Angemeldet."), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Das passt hier nicht."), "error"),
    "TWO_FACTOR_PERMISSION_DENIED": (
        N_("Die Anmeldung hat zu lange gedauert. Von vorn beginnen."),
        "error",
    ),
    "TWO_FACTOR_SETUP_EXPIRED": (
        N_("Das Einrichten hat zu lange gedauert. Von vorn beginnen."),
        "error",
    ),
    "UNAUTHENTICATED": (N_("Dafür erst anmelden."), "info"),
    "UNAUTHORIZED": (N_("Das dürfen hier nur andere."), "error"),
    "USER_DOES_NOT_EXIST": (N_("Zu dieser Adresse gibt es kein Konto."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("Der Passkey „%(name)s“ ist gelöscht."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("Dieser Passkey ist schon eingerichtet."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("Dieser Passkey gilt hier nicht."), "error"),
    "WEBAUTHN_EXPIRED": (N_("Das hat zu lange gedauert. Noch einmal versuchen."), "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (
        N_("Dieser Passkey gehört zu einem anderen Konto."),
        "error",
    ),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        N_("Der Name darf nur Buchstaben, Ziffern, Leerzeichen und Striche enthalten."),
        "error",
    ),
    "WEBAUTHN_NAME_INUSE": (N_("Es gibt schon einen Passkey mit dem Namen „%(name)s“."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("Es gibt keinen Passkey mit dem Namen „%(name)s“."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Der Name fehlt noch."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("Der Passkey ließ sich nicht prüfen."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("Diesen Passkey kennt das Wiki nicht."), "error"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("Der Passkey „%(name)s“ ist eingerichtet."), "success"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("Diesen Passkey kennt das Wiki nicht."), "error"),
}

SUBJECTS: dict[str, str] = {
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("Neues Passwort"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Das Passwort wurde geändert"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Das Passwort wurde geändert"),
}
