"""What people type in other languages, in the English words that the articles use.

Common words, not looked up in AWS's own translations. They are read in queries only: the articles are English.
"""

import re

__all__ = ["in_english"]

# Word and meaning, by language.
_LANGUAGES = {
    "German": """
        zugriff access, zugriffsfehler access denied, verweigert denied, abgelehnt denied, berechtigung
        permission, berechtigungen permission, fehlt missing, rolle role, richtlinie policy, schlüssel key,
        vertrauensrichtlinie trust policy, ausführungsrolle execution role, anmeldedaten credentials, abgelaufen
        expired, konto account, nicht not, angenommen assumed, übernommen assumed, annehmen assume, übernehmen
        assume, instanz instance, gesperrt blocked, löschen delete, autorisiert authorized, berechtigungsgrenze
        permissions boundary
    """,
    "French": """
        accès access, acces access, refusé denied, refusée denied, refuse denied, autorisation permission,
        autorisations permission, rôle role, stratégie policy, clé key, expiré expired, assumer assume, endosser
        assume, compte account, compartiment bucket, clef key, supprimer delete, confiance trust
    """,
    "Spanish": """
        acceso access, denegado denied, denegada denied, permiso permission, permisos permission, rol role,
        política policy, politica policy, confianza trust, clave key, caducado expired, vencido expired, cuenta
        account, cubo bucket, borrar delete, eliminar delete, instancia instance, autorizado authorized,
        credenciales credentials, ejecución execution
    """,
    "Portuguese": """
        acesso access, negado denied, negada denied, permissão permission, permissões permission, função role,
        confiança trust, chave key, expirado expired, conta account, credenciais credentials, execução execution
    """,
    "Italian": """
        accesso access, negato denied, permesso permission, autorizzazione permission, ruolo role, fiducia trust,
        chiave key, scaduto expired, credenziali credentials
    """,
    "Dutch, Polish, Turkish, Russian": """
        toegang access, geweigerd denied, rechten permission, odmowa denied, dostępu access, erişim access,
        reddedildi denied, доступ access, запрещен denied, запрещён denied, отказано denied, роль role, политика
        policy
    """,
}
# Languages that are written without spaces.
_UNSPACED_LANGUAGES = """
    アクセス access, 拒否 denied, 権限 permission, ロール role, ポリシー policy, 信頼 trust, バケット bucket, 認証情報
    credentials, 期限切れ expired, 访问 access, 拒绝 denied, 权限 permission, 角色 role, 策略 policy, 信任 trust, 存储桶
    bucket, 凭证 credentials, 过期 expired, 存取 access, 拒絕 denied, 權限 permission, 액세스 access, 거부 denied, 권한
    permission, 역할 role, 정책 policy, 신뢰 trust, 버킷 bucket, 만료 expired
"""
# Small words, which say nothing of the matter.
_SMALL = frozenset(
    """
    auf con da das de der des di die do dos du een ein eine el em en es est für gli hat het il ist kann kein keine
    la las le les lo los ma mein meine meu mi minha mit mon nie no op para pas per por pour su sur un und une uno
    voor werden wird
    """.split()
)


def _table(text: str) -> dict[str, str]:
    pairs = (entry.split(maxsplit=1) for entry in text.split(","))
    return {word: meaning.strip() for word, meaning in pairs}


_WORDS = {word: meaning for text in _LANGUAGES.values() for word, meaning in _table(text).items()}
_PARTS = _table(_UNSPACED_LANGUAGES)
_UNSPACED = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_WORD = re.compile(r"[^\W\d_]+")


def in_english(query: str) -> str:
    """Return a query with the words that are known of other languages in English; as it is if it has none."""
    if not any(_is_known(word) for word in _WORD.findall(query)):
        return query
    return _WORD.sub(lambda match: _english(match[0]), query)


def _is_known(word: str) -> bool:
    return word.lower() in _WORDS or _UNSPACED.search(word) is not None


def _english(word: str) -> str:
    folded = word.lower()
    if folded in _SMALL:
        return ""
    return _WORDS.get(folded) or _UNSPACED.sub(lambda part: f" {_PARTS[part[0]]} ", word)
