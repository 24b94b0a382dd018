"""What people type in other languages, in the English words that the articles use.

Common words, not looked up in AWS's own translations. They are read in queries only: the articles are English.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

__all__ = ["in_english"]

# An English word, and what people of other languages type for it. Accents and the endings of Romance adjectives are
# left to `_folded` and `_stem`; words that are English too ("instance", "service") are not in it.
_MEANINGS = """
access: Zugriff Zugang accès acceso accede acceder accéder acesso acessar accesso accedere toegang dostęp
  dostępu erişim доступ přístup åtkomst adgang tilgang pääsy hozzáférés akses доступа
access denied: Zugriffsfehler Zugriffsverweigerung
access key: Zugriffsschlüssel
account: Konto Kontos Konten compte comptes cuenta cuentas conta contas rekening kontem konta hesap аккаунт
  аккаунта учётной учетной akun conto účet
account id: Kontonummer
action: acción ação azione Aktion действие
administrator: administrador administrateur amministratore beheerder администратор администратора
allow: erlaubt erlauben gestattet zugelassen autorisé autorise permite permitir permitido consente permet
  toegestaan разрешить разрешено разрешает ermöglicht
another: andere anderen anderem anderer anderes autre autres otro otra otros outro outra outros altro altra
  altri ander inne innego innym другой другого другом
archive: archivo archivos arquivo archiviert
assume: annehmen übernehmen angenommen übernommen assumer endosser asumir asume assumir assumere assumi aannemen
  przyjąć przejąć üstlen принять
attach: anhängen attacher adjuntar anexar allegare
authorized: autorisiert autorizado autorizzato yetkili авторизован
backup: Sicherung sauvegarde respaldo
bill cost: Abrechnung Kosten Rechnung facturation coûts facturación costos costes faturamento custos
  fatturazione costi
blocked: gesperrt blockiert bloqué bloqueado bloccato geblokkeerd заблокирован
bucket: compartiment seau cubo balde бакет бакета бакету bucketa bucketu
bucket policy: Bucketrichtlinie
certificate: Zertifikat certificat certificado certificato
chaining chain: Verkettung chaîne encadenar cadena catena encadeamento цепочка
change: ändern geändert changer cambiar cambiado mudar alterar alterado cambiare modificare wijzigen zmiana
  zmienić изменить
cluster: clúster кластер кластера
condition: Bedingung condición condição condizione warunek условие
connect connection: Verbindung verbinden connexion conectar conexión conexão connessione connettere verbinding
  połączenie bağlan подключение подключиться
console: Konsole consola
container: Behälter conteneur contenedor contêiner контейнер
create: erstellen anlegen créer crear criar creare maken utworzyć oluştur создать
credentials: Anmeldedaten Anmeldeinformationen Zugangsdaten identifiants credenciales credenciais credenziali
  inloggegevens poświadczenia учётные учетные
data: Daten données datos dados dati данные
database: Datenbank baza базе база базы
decrypt: entschlüsseln Entschlüsselung déchiffrer déchiffrement descifrar desencriptar descriptografar decifrare
  decrittografare ontsleutelen расшифровать
delete: löschen gelöscht supprimer supprimé borrar eliminar eliminado borrado excluir apagar eliminare
  cancellare verwijderen usunąć silmek удалить silinemiyor удалять
denied: verweigert verweigerte abgelehnt refusé refuse refus deniega denegado denegar negado negato nega
  geweigerd odmowa odmówiono reddedildi запрещен запрещён запрещено отказано отказ ditolak відмовлено odepřen
  nekad nægtet nektet evätty megtagadva refuzat abgewiesen запрещает zamítnut
deploy: bereitstellen déployer déploiement desplegar despliegue implantar distribuire развернуть деплой
domain: dominio domínio домен
download: herunterladen télécharger descargar baixar scaricare скачать
encryption: Verschlüsselung verschlüsseln chiffrement chiffrer cifrado encriptado cifrar criptografia
  crittografia versleuteling szyfrowanie шифрование
endpoint: Endpunkt terminaison
error: Fehler Fehlermeldung erreur fout błąd hata ошибка ошибку erro
execution: Ausführung ausführen exécution exécuter ejecución ejecutar execução executar esecuzione eseguire
  выполнения
execution role: Ausführungsrolle
expired: abgelaufen abgelaufenes abgelaufene expiré expirée caducado vencido expirado scaduto verlopen wygasł
  wygasły истек истёк истекший
explicit: ausdrücklich explizit explicite explícito esplicito явный
fail: fehlgeschlagen schlägt scheitert échoue échoué falla fallan fallo falló falha falhou fallisce fallito
  mislukt nieudane başarısız
file: Datei Dateien fichier fichiers ficheiro plik файл файла файлы
find: finden trouver encontrar trovare vinden znaleźć найти
forbidden: verboten interdit prohibido proibido vietato verboden zabronione yasak
function: Funktion fonction función funzione функция функции
group: Gruppe groupe grupo gruppo группа
guest: Gast invitado convidado
identity: Identität identité identidad identidade identità
image: imagen imagem immagine Abbild образ
instance: Instanz instancia instância istanza instancja экземпляр
invalid: ungültig invalide inválido ongeldig nieprawidłowy geçersiz неверный недействительный
job: Auftrag trabajo tarefa tâche задание
key: Schlüssel clé clef clave llave chave chiave sleutel klucz klucza anahtar ключ ключа ключу ключом
key policy: Schlüsselrichtlinie
limit: Grenze
list: auflisten lister listar elencare lijst
log: Protokoll Protokolle journaux registros логи логов
login sign in: anmelden einloggen Anmeldung connecter iniciar ingresar entrar accedi inloggen zalogować войти
  вход einloggt logar
mail: correo courriel posta почта почту письмо писем
metadata: Metadaten métadonnées metadatos metadados
missing: fehlt fehlen fehlende fehlender manquant manquante manque falta faltan faltante ausente mancante manca
  ontbreekt brakuje brak eksik отсутствует
model: Modell modèle modelo modello модель модели
mount: einhängen monter montar
network: Netzwerk Netz réseau rede rete netwerk sieć сеть
new: neu neue neuer neuen nouveau nouvelle nuevo nueva novo nova nuovo nuova nieuw nowy nowa новый новая
not found: gefunden trouvé trouvée introuvable encontrado encontra encuentra trovato znaleziono найден найдены
object: Objekt objet objeto oggetto obiekt объект объекту
organization: Unternehmen organización organização organizzazione организация organizacja
other account: Fremdkonto
owner: Besitzer Eigentümer propriétaire propietario proprietário proprietario eigenaar владелец
pass: übergeben weitergeben weiterreichen passer transmettre pasar traspasar passar repassar passare doorgeven
  przekazać передать
password: Passwort Kennwort contraseña senha wachtwoord hasło пароль
permission: Berechtigung Berechtigungen Rechte Erlaubnis autorisation autorisations permiso permisos permissão
  permissões permesso permessi autorizzazione autorizzazioni machtiging rechten uprawnień uprawnienia
  uprawnienie izin разрешение разрешения прав права quyền oprávnění behörighet дозвіл
permissions boundary: Berechtigungsgrenze
policy: Richtlinie Richtlinien stratégie stratégies politique política políticas politiche criterio beleid
  zasady polityka politika политика политики политику
provider: Anbieter fournisseur proveedor provedor fornitore провайдер
public: öffentlich öffentlicher öffentliche público pubblico openbaar публичный
query: Abfrage consulta
queue: Warteschlange cola fila coda wachtrij kolejka kolejki очередь очереди
read: lesen gelesen lit lire leer lee ler lê leggere legge lezen czytać odczyt okuma прочитать читать чтение
  чтения lezing
region: Région región região regione regio регион
replication: Replikation réplication replicación replicação репликация
request: Anfrage requête solicitud requisição richiesta verzoek żądanie запрос запроса
required: erforderlich notwendig benötigt requis requise nécessaire requerido obligatorio obrigatório necessario
  richiesto vereist wymagane gerekli требуется
resource: Ressource recurso risorsa ресурс ресурсу
resource policy: Ressourcenrichtlinie
role: função funções Rolle Rollen rôle rôles papel ruolo ruoli rola roli rolę rolünü роль роли peran ролей
root: racine raíz radice корневой
run: läuft laufen starten démarrer lancer avviare запустить
scheduled: geplant geplante programado programada agendado planifié
secret: Geheimnis Geheimnisse secreto segredo segreto geheim секрет секрета
security: Sicherheit sécurité seguridad segurança sicurezza безопасности
security token: Sicherheitstoken
send: senden gesendet envoyer enviar inviare verzenden отправить
service: Dienst Dienste servicio servicios serviço servizio usługa служба сервис
service control policy: Service-Control-Richtlinie Dienststeuerungsrichtlinie
service role: Dienstrolle Servicerolle
session: Sitzung sesión sessão sessione сессия сеанс
session policy: Sitzungsrichtlinie
session token: Sitzungstoken
signature: Signatur firma assinatura подпись
snapshot: instantánea instantané
table: Tabelle tabla tabela tabella таблица
tag: Etikett étiquette etiqueta тег тега теги
temporary: temporär temporaire temporário
time: Uhrzeit heure hora
token: jeton токен токена
topic: Thema sujet tema
trust: Vertrauen vertrauens confiance confianza confiança fiducia vertrouwen zaufania zaufanie доверия
trust policy: Vertrauensrichtlinie Vertrauensstellung
upload: hochladen téléverser subir caricare uploaden загрузить
user: Benutzer Nutzer utilisateur usuario usuário utente gebruiker użytkownik kullanıcı пользователь
  пользователю pengguna felhasználó користувач
valid: gültig valide válido valido действителен
verify: überprüfen vérifier verificar проверить
view: sehen anzeigen voir ver vedere zien zobaczyć widzieć увидеть видно посмотреть
website: Webseite Webseiten página pagina страница сайт sitio
why: warum pourquoi perché waarom dlaczego neden почему
work: funktioniert funktionieren fonctionne fonctionner funciona funcionan funcionar funziona funzionano werkt
  działa çalışmıyor работает работают
write: schreiben écrire escribir escrever scrivere schrijven zapisać pisać yazma записать писать escritura
  escrita écriture scrittura записи schrijft
"""
# Terms of several words, as AWS's own pages call them.
_TERMS = """
permissions boundary: limite d'autorisations, limites d'autorisations, límite de permisos, limite de permissões,
  limite delle autorizzazioni, limite de permissions, limite de permisos
service control policy: política de control de servicios, políticas de control de servicios, política de controle de
  serviço, stratégie de contrôle des services, stratégie de contrôle de service, policy di controllo dei servizi
execution role: rol de ejecución, rôle d'exécution, função de execução, ruolo di esecuzione
access key: clave de acceso, clé d'accès, chave de acesso, chiave di accesso
trust policy: política de confianza, stratégie de confiance, relation d'approbation, política de confiança, relación
  de confianza
"""
# Languages that are written without spaces.
_UNSPACED_MEANINGS = """
access: アクセス 访问 存取 액세스 접근
account: アカウント 账户 账号 帐户 帳戶 계정
assume: 引き受け 担任 代入 承担 맡을 수임
another: 別の 他の 其他 另一个 다른
blocked: ブロック 阻止 차단
boundary: 境界 边界 邊界 경계
bucket: バケット 存储桶 儲存貯體 버킷
cannot: できない できません 不能 无法 無法 없습니다
chaining: チェーン 链 鏈 체인
condition: 条件 條件 조건
connection: 接続 连接 連線 연결
console: コンソール 控制台 콘솔
create: 作成 创建 建立 생성
credentials: 認証情報 凭证 凭据 憑證 자격증명 자격
decrypt: 復号 解密 복호화
delete: 削除 删除 刪除 삭제
denied: 拒否 拒绝 拒絕 被拒 거부
encryption: 暗号化 加密 암호화
error: エラー 错误 錯誤 오류
execution: 実行 执行 執行 실행
expired: 期限切れ 有効期限 失効 过期 過期 已过期 만료
explicit: 明示的 显式 明確 명시적
file: ファイル 文件 파일
function: 関数 函数 函數 함수
image: イメージ 镜像 映像 이미지
instance: インスタンス 实例 執行個體 인스턴스
invalid: 無効 无效 유효하지
key: キー 鍵 密钥 金鑰 키
login: ログイン サインイン 登录 登入 로그인
missing: 不足 缺少 缺失 없음
not found: 見つかり 找不到 未找到 찾을
object: オブジェクト 对象 物件 객체
organization: 組織 组织 組織 조직
pass: 渡す 渡せ 传递 傳遞 전달
permission: 権限 許可 权限 權限 许可 권한
policy: ポリシー 策略 政策 原則 정책
public: パブリック 公開 公开 公有 퍼블릭 공개
read: 読み取り 読み込み 读取 讀取 읽기
region: リージョン 区域 區域 리전
resource policy: Ressourcenrichtlinie
resource: リソース 资源 資源 리소스
role: ロール 角色 역할
secret: シークレット 机密 密碼 보안암호
service control policy: サービスコントロールポリシー サービス制御ポリシー 服务控制策略 服務控制政策 服務控制原則
service: サービス 服务 服務 서비스
session: セッション 会话 工作階段 세션
signature: 署名 签名 簽名 서명
table: テーブル 表 테이블
token: トークン 令牌 權杖 토큰
trust: 信頼 信任 신뢰
upload: アップロード 上传 上傳 업로드
user: ユーザー 用户 使用者 사용자
write: 書き込み 写入 寫入 쓰기
"""
# Small words, which say nothing of the matter.
_SMALL_WORDS = """
ai al alla als alt ao aqui as auch auf aus avec bei ben bin bir bis ce cela ces chez com como comment con
consigo così cómo cuando da dal damit das dass de degli dei del della dello dem den denn der des desde deze di
die dieser do doch donde dos du dans dit dla door een ein eine einem einen einer eines el elle em en entre er es
esta este et está estão être estou estoy eu für ga gli ha habe haben hace hai has hasta hat het hier ho ich il
ils im ist ja jak je jest kann kein keine keinen kommt können la las le les los lui má ma mais man me mein meine
meinem meinen meiner mes meu meus mi mich mijn minha minhas mis mit mój mon mia mio moi más na nach não nas ne
nel nella nem nicht nie niet no noch non nos nossa notre nous nur ob och oder ohne ons op os ou où para pas per
perché peut plus por porque pour przez puede puedo pode posso possibile può pueden qu qual quando quand que quel
quelle qui quiero sa sans se sem senza ses si sich sie sin sind sobre sono sont sta su sulla sur sus são te tem
tengo tenho tiene todo tra trotz tu um un una und une uno unser unsere van vers via vom von voor vor vous
wanneer wegen wenn werden werd wie wieso wil wir wird wo worden za ze zu zum zur zwischen él без бы в во все где
для до если есть за из или как к ко когда меня мне мой моя мы на над не нет но о об от по почему при с со так у
уже что это я
"""

_ENDING = re.compile(r"(?:ees?|es|os|as|[aeos])$")
# The endings of Russian nouns, adjectives and verbs: vowels and a few consonants.
_RUSSIAN_ENDING = re.compile(r"(?:[аеёиоуыьэюяй]|[еоиыая][мйх]|[аяи]ми|[ое]го|[ое]му|ов|ев|ть|ся){1,2}$")
_SHORTEST_STEM = 5
# `archives` and `regions`: a word of the articles that begins as its meaning does tells nothing of the language.
_ALIKE = 4


def _folded(text: str) -> str:
    """Return a text in lower case, without the accents of the Latin letters: as long as it was."""
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[0]
    return (base if base.isascii() else sign).lower()[0]


def _stem(word: str) -> str:
    """Return a long word without the ending for gender, number and case, '' for a short one."""
    stem = (_RUSSIAN_ENDING if word[-1:] >= "а" else _ENDING).sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else ""


def _table(text: str, between: str = r"\s+") -> dict[str, str]:
    rows = (row.split(":", 1) for row in text.strip().replace("\n  ", " ").splitlines())
    return {_folded(word): meaning for meaning, words in rows for word in re.split(between, words.strip())}


_SMALL = frozenset(map(_folded, _SMALL_WORDS.split()))
_WORDS = _table(_MEANINGS)
_STEMS = {stem: meaning for word, meaning in _WORDS.items() if (stem := _stem(word))}
_TERM_WORDS = _table(_TERMS, ", ")
_TERM = re.compile("|".join(sorted(map(re.escape, _TERM_WORDS), key=len, reverse=True)))
_PARTS = _table(_UNSPACED_MEANINGS)
_UNSPACED = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_WORD = re.compile(r"[^\W\d_]+")


def in_english(query: str, is_english: Callable[[str], bool]) -> str:
    """Return a query with the words that are known of other languages in English; as it is if it has none.

    is_english: tells whether a word, in lower case, stands in the articles.
    """
    folded = _folded(query)
    terms = list(_TERM.finditer(folded))
    if not terms and not any(_is_foreign(word, is_english) for word in _WORD.findall(folded)):
        return query
    english, end = "", 0
    for term in terms:
        english += _in_words(query[end : term.start()]) + _TERM_WORDS[term[0]]
        end = term.end()
    return english + _in_words(query[end:])


def _in_words(text: str) -> str:
    return _WORD.sub(lambda match: _english(match[0]), text)


def _is_foreign(word: str, is_english: Callable[[str], bool]) -> bool:
    meaning = _WORDS.get(word) or _STEMS.get(_stem(word))
    if meaning is None:
        return _UNSPACED.search(word) is not None
    return meaning[:_ALIKE] != word[:_ALIKE] or not is_english(word)


def _english(word: str) -> str:
    folded = _folded(word)
    if folded in _SMALL:
        return ""
    meaning = _WORDS.get(folded) or _STEMS.get(_stem(folded))
    return meaning or _UNSPACED.sub(lambda part: f" {_PARTS[part[0]]} ", word)
