"""The kinds of secret, and how each is written.

Secrets come quoted, escaped, as XML, as options, in addresses, coloured, and cut over lines by a terminal; names of
resources that merely look like them (`parameter/db/password because`) must stay. One more kind is one more entry here.

Sources of the shapes: IAM User Guide, "Manage access keys"; Signature Version 4; CloudFront Developer Guide, "Use
signed URLs"; SSM and Secrets Manager API references; what vendors say their tokens begin with (GitHub, GitLab, Slack,
npm, Google, Stripe, Docker, HashiCorp, SendGrid, Azure, Databricks, New Relic, Discord, Telegram, CircleCI, Sentry,
Okta, Grafana, Atlassian, OpenAI, Anthropic, Hugging Face).
"""

import re
from collections.abc import Callable

import msgspec

from whydenied.engine.regexes import Regex
from whydenied.engine.secrets import shells, values
from whydenied.engine.secrets.quoting import BEGIN, ESCAPED_EDGE, QUOTE
from whydenied.engine.secrets.sign import MASK

__all__ = ["BARE_KEY", "CUT_KEY", "ENTRY", "FRAME", "KINDS", "LINES", "LONG", "SECRET_OBJECT", "Kind"]

Judge = Callable[[str, str], bool]
"""Takes the name before a value and the value; says whether it is a secret."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of secret.

    anchors: one of these, in lower case, is in every text that holds one. pattern: the first of its groups `s`, `s2`
    and so on that matched is hidden; `n` is the name before it, `x` what the name goes on with. rotate: it must be
    rotated or revoked now. judge: whether the value is a secret at all (None: the pattern alone says so).
    """

    kind: str
    anchors: tuple[str, ...]
    pattern: Regex
    rotate: bool = True
    judge: Judge | None = None


# What stands between a name and its value, and within a value, without being either.
_UNSEEN = r"(?:\x1b\[[0-9;]{0,10}m|[​‌‍⁠﻿­])"
_BEFORE = rf"(?:{_UNSEEN}|{QUOTE}|\]){{0,4}}+\s{{0,60}}+"
_AFTER = rf"\s{{0,20}}+(?:{_UNSEEN}|{QUOTE}|[>|]-?\s{{1,12}}){{0,4}}+"
# `=`, `:`, `=>`, `:=`, the end of a tag, `[None]:`
_STATED = rf"{_BEFORE}(?:\[[^\]\n]{{0,40}}\]:|:?=(?:>|&gt;)?|:|%3[AaDd]|>|&gt;){_AFTER}"
_TOLD = rf"(?:{_STATED}|{_BEFORE}{_AFTER})"
_CHAR = rf"(?:[A-Za-z0-9/+=]|\\u00[0-9A-Fa-f]{{2}}|\\{{1,4}}/|%(?:2[BbFf]|3[Dd])|{_UNSEEN})"
# A secret goes on where a line ends in it and the next is nothing but the rest: no word, with a digit or a sign.
_EDGE = r"[ \t│┃|]{0,8}\r?\n[ \t│┃|>#]{0,8}"
_MORE = (
    rf"(?:(?:{_EDGE}|{ESCAPED_EDGE})(?=[A-Za-z0-9+/=%_.-]{{0,400}}[0-9+/=%_.])[A-Za-z0-9+/=%_.-]{{4,400}}+"
    r"(?=[\"',;\\<&]|[ \t│┃|]{0,80}(?:\r|\n|\Z)))*+"
)
# An ampersand ends a value only where the next parameter or an entity begins.
_WORD = rf"(?:[^\s\"'&<>{MASK}]|&(?!\w{{1,40}}[=;]|\#))"
# A value after `=` or `:`, whole where it is quoted.
_VALUE = (
    rf"{_BEFORE}[:=]>?\s{{0,20}}+(?:\\{{0,8}}\"(?P<s>[^\"\\\n{MASK}][^\"\\\n]{{2,200}}+)"
    rf"|'(?P<s2>[^'\n{MASK}][^'\n]{{2,200}}+)|{_AFTER}(?P<s3>(?:{_WORD}|'(?=\w)){{4,}}+))"
)
# One-time codes: what they are called, and what stands between the name and the code.
_CODE_NAMES = (
    r"(?:(?:smart)?card|device|sim|your|my|user|login|door)?\s?\bpin(?:[\s_-]code)?|[th]?otp(?:[\s_-]code)?"
    r"|(?:mfa|2fa|two-factor|token|verification|confirmation|auth|authentication|authenticator|security|sms|login|your)"
    r"[\s_-]?code|(?:mfa|2fa)(?:[\s_-]token)?|one[\s-]time[\s-](?:code|password|passcode|pin)"
)
_CODE_IS = rf"(?:\sis:?\s{{1,3}}|{_BEFORE}(?::?=>?|:){_AFTER}|\s{{1,3}}{QUOTE}?)"
# A group of at least four letters or digits, and what is joined to it by hyphens or single blanks between digits.
_RECOVERY = r"(?=[A-Za-z-]{0,40}[0-9])(?:[A-Za-z0-9]{4,16}(?:-[A-Za-z0-9]{3,16}){0,9}+|\d{3,6}(?:\s\d{3,6}){1,7}+)"
# Between two of a list: bullets, and what a list of objects says of each.
_GAP = rf"(?:{QUOTE}|[\s,;|│┃>{{}}]|\\{{1,8}}[nrt]|[-*]\s|(?:code|value|(?:is_?)?used){QUOTE}?:\s?(?:true|false)?)"
# What a log puts before each line of a key.
_LOGGED = r"\n[^\n]{1,120}?[ \t](?=[A-Za-z0-9+/=]{16,}+[ \t]{0,8}(?:\r?\n|\Z))"
# What the names of secrets end with; looked for behind the whole name, not at each of its letters.
_ENDINGS = r"(?<=[a-z_.-]key)|" + "|".join(
    rf"(?<=[_.-]{end})" for end in "auth salt master session pepper seed".split()
)
_HEADERS = r"(?:Proc-Type|DEK-Info|Comment|Version|Hash):[^\n]{0,200}"


def _any_case(source: str) -> Regex:
    return Regex(source, re.IGNORECASE)


# All quantifiers are bounded or possessive: linear time.
KINDS = (
    Kind(
        "private key",
        ("private key",),
        _any_case(
            r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
            rf"(?P<s>(?:{_HEADERS}|{_LOGGED}|[A-Za-z0-9+/=\\\s│┃|>]|-(?!----))++)"
        ),
    ),
    # The same in Base64, which begins with `-----BEGIN`; certificates and public keys do as well.
    Kind(
        "private key",
        ("ls0tls1crudjti",),
        Regex(
            rf"(?P<s>LS0tLS1CRUdJTi(?!BDRVJUSUZJQ0FUR|BQVUJMSUMg|BUUlVTVEVEIE|BSU0EgUFVCTE)[A-Za-z0-9+/=]{{20,}}+{_MORE})"
        ),
    ),
    # The key of a framework, which is of more signs than AWS's.
    Kind(
        "access token",
        ("secret",),
        _any_case(
            rf"secret[\s_.-]?key{_STATED}(?P<s>(?=[A-Za-z0-9/+=]{{0,200}}[_!@#$%^*()~-])[\w/+=!@#%^*()~$-]{{24,200}}+)"
        ),
        judge=values.is_machine_made,
    ),
    Kind(
        "secret access key",
        ("secret",),
        _any_case(
            rf"secret[\s_.-]?(?:access[\s_.-]?)?key(?:{_STATED}(?P<s>{_CHAR}{{16,}}+)|{_TOLD}(?P<s2>{_CHAR}{{40,}}+))"
        ),
    ),
    Kind(
        "session token",
        ("token", "fwogzxivyxdz", "iqojb3jpz2lu", "aqodyxdz", "fqogzxivyxdz"),
        _any_case(
            rf"(?:session[\s_-]?token|security[_-]token){_TOLD}(?P<s>(?:{_CHAR}|[%_-]){{40,}}+{_MORE})"
            rf"|(?P<s2>(?:FwoGZXIvYXdz|IQoJb3JpZ2lu|AQoDYXdz|FQoGZXIvYXdz)(?:{_CHAR}|%){{16,}}+{_MORE})"
        ),
    ),
    *(
        Kind("password", anchors, Regex(rf"(?:{before})(?P<s>{_WORD}{{4,}}+)"), judge=values.is_password)
        for anchors, before in shells.TYPED
    ),
    *(Kind("password", anchors, Regex(pattern), judge=values.is_mixed) for anchors, pattern in shells.STATED),
    Kind(
        "password",
        tuple(
            "passw passphrase passcode pwd kennwort contrase senha mot secretstring secret_string secret-string".split()
        ),
        _any_case(
            r"(?P<n>passw(?:or[dt]|d)|kennwort|contrase[nñ]a|senha|mot[ _]de[ _]passe|pwd|passphrase|passcode"
            r"|secret[_-]?string)(?P<x>[\w-]{0,24}+)"
            rf"(?:{_VALUE}|(?:>|&gt;)(?P<s4>{_WORD}{{4,200}}+)(?:<|&lt;))"
            rf"|--[\w-]{{0,40}}(?:password|passwd|passphrase|secret-string)\s{{1,3}}(?![-<])['\"]?(?P<s5>{_WORD}{{4,}}+)"
        ),
        judge=values.is_password,
    ),
    Kind(
        "password",
        ("pw", "psk", "_auth", "community"),
        _any_case(
            r"(?P<n>bind[_-]?pw|psk|redis(?:cli)?_auth|requirepass|snmp[ _-]?community)"
            rf"(?:{_VALUE}|\s{{1,3}}(?P<s4>{_WORD}{{6,}}+))"
        ),
        judge=values.is_mixed,
    ),
    Kind(
        "password",
        ("password is", "passphrase is", "pwd is", "passphrase for"),
        _any_case(
            r"(?P<n>password|passphrase|pwd)\s(?:is|for\s[\w./@-]{1,80}):?\s{1,3}[\"'`]?"
            rf"(?=[^\s]{{0,200}}\d)(?P<s>{_WORD}{{6,}}+)"
        ),
        judge=values.is_mixed,
    ),
    Kind(
        "password",
        ("pass", "pin", "pw"),
        _any_case(
            rf"(?<![A-Za-z])(?P<n>pass|pin|pw)(?P<x>_?\d?)(?:{_VALUE}|(?:>|&gt;)(?P<s4>{_WORD}{{4,200}}+)(?:<|&lt;))"
        ),
        judge=values.is_mixed,
    ),
    # A name and its value as two fields: containers' environments, parameters of stacks, SSM's parameters.
    Kind(
        "password",
        ("value",),
        _any_case(
            rf"(?:parameter[_-]?key|parameter[_-]?name|name|key){_BEFORE}[:=]{_AFTER}(?P<n>[\w./-]{{1,120}}+)(?:{QUOTE})?"
            rf"(?:[,;\s│┃|>]|\\{{1,8}}[nrt]){{1,40}}+(?:-\s)?(?:{QUOTE}?type{_BEFORE}[:=]{_AFTER}\w{{1,20}}+{QUOTE}?[,\s]{{1,40}}+)?"
            rf"{QUOTE}?(?:parameter[_-]?)?value{_VALUE}"
        ),
        judge=values.is_named,
    ),
    Kind(
        "password",
        ("securestring",),
        _any_case(
            rf"securestring(?:{QUOTE})?[,\s]{{1,40}}+(?:--)?{QUOTE}?value(?:{_VALUE}|\s{{1,3}}(?P<s4>{_WORD}{{4,}}+))"
        ),
        judge=values.is_password,
    ),
    # An object of a value and what it is: outputs and variables of Terraform.
    Kind(
        "password",
        ("value", "default"),
        _any_case(
            rf"(?P<n>[\w./-]{{1,120}}+){QUOTE}\s{{0,4}}[:=]?\s{{0,4}}\{{[^{{}}]{{0,200}}?(?:value|default){QUOTE}?\s{{0,4}}[:=]\s{{0,4}}"
            rf"{QUOTE}(?P<s>[^\"\\\n{MASK}]{{4,200}}+)"
        ),
        judge=values.is_named,
    ),
    # The new one after the old, which is hidden by now: in a plan of Terraform, and as two options in a row.
    Kind(
        "password",
        ("->", "-&gt;", "-n ", "-p "),
        Regex(rf"{MASK}{QUOTE}?\s(?:-(?:>|&gt;)|-[NP])\s{QUOTE}?(?P<s>{_WORD}{{4,}}+)"),
        judge=values.is_password,
    ),
    # A token in the place of a user.
    Kind(
        "access token",
        ("://",),
        _any_case(r"://(?P<s>[A-Za-z0-9_-]{20,}+)(?::x-oauth-basic)?@"),
        judge=values.is_opaque,
    ),
    # netrc, and a line of pgpass.
    Kind("password", ("login",), _any_case(r"\blogin\s{1,20}\S{1,80}\s{1,20}password\s{1,20}(?P<s>\S{4,200}+)")),
    Kind(
        "password",
        (":54", ":64", ":65", ":*:"),
        Regex(
            r"(?<![\w.*:-])[\w.*-]{1,100}+:(?:54\d\d|6[45]\d\d|\*|\d{2,5}(?=:\*:)):[\w*-]{1,60}+:[\w.*-]{1,60}+"
            r":(?P<s>[^\s\"'<>,\\]{4,100}+)"
        ),
        judge=values.is_mixed,
    ),
    # The user is optional, and a password may hold what should have been escaped; a port is none.
    Kind("password", ("://",), _any_case(r"://[^\s:/@]{0,80}:(?!\d{1,5}/)(?P<s>[^\s\"'<>@•{$][^\s\"'<>]{2,200})@")),
    Kind(
        "web token",
        ("eyj",),
        Regex(
            rf"{BEGIN}"
            r"(?P<s>eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)?|(?=[ \t│┃|]{0,8}\r?\n))"
            rf"{_MORE})"
        ),
    ),
    Kind(
        "authorization header",
        ("authorization",),
        _any_case(
            rf"authorization{_BEFORE}[:=]{_AFTER}(?!AWS4-)"
            r"(?:(?:bearer|basic|token|digest|negotiate|ssws|apikey|bot)\s|AWS\s\w{16,24}:)"
            rf"(?P<s>{_WORD}{{8,}}+)"
        ),
        judge=values.is_credential,
    ),
    # Whatever scheme a vendor made up: `GenieKey`, `SharedKey account:…`, `PVEAPIToken=…`; and `ApiKey …` by itself.
    Kind(
        "authorization header",
        ("authorization",),
        _any_case(
            rf"authorization{_BEFORE}[:=]{_AFTER}(?!AWS4?[-\s])[a-z][\w-]{{1,30}}+[\s=]"
            r"(?:[\w.-]{1,60}:)?(?P<s>[\w.~+/=%@!:-]{16,}+)"
        ),
        judge=values.is_opaque,
    ),
    Kind(
        "access token",
        ("apikey", "api-key"),
        _any_case(r"\bapi-?key\s{1,3}(?P<s>[\w.~+/=-]{20,}+)"),
        judge=values.is_opaque,
    ),
    Kind(
        "authorization header",
        ("auth",),
        _any_case(rf"\b_?auth{_BEFORE}[:=]{_AFTER}(?P<s>[A-Za-z0-9+/]{{8,}}+={{0,2}})"),
        judge=values.is_plain_text,
    ),
    Kind(
        "password",
        ("dockerc",),
        _any_case(rf"\.?docker(?:configjson|cfg){_STATED}(?P<s>[A-Za-z0-9+/=]{{16,}}+{_MORE})"),
    ),
    # JSON in Base64 that stands alone: half a web token, a page's token, a registry's logins.
    Kind(
        "web token",
        ("eyj",),
        Regex(r"(?<![A-Za-z0-9_-])(?P<s>eyJ[A-Za-z0-9+/_=-]{40,}+)"),
        rotate=False,
    ),
    Kind(
        "session cookie",
        ("cookie", "-b "),
        _any_case(
            rf"(?:cookie{_STATED}(?:\[\s{{0,20}}{QUOTE})?"
            rf"|(?:curl[^\n]{{0,200}}?\s-b|(?<![\w-])-b(?=\s{{1,3}}{QUOTE})|--cookie)[\s=]{{1,3}}{QUOTE}?)"
            rf"(?P<s>[\w.%-]{{1,60}}+=[^\s\"'<>;]++(?:;\s?[\w.%-]{{1,60}}+=[^\s\"'<>;]++)*+)"
        ),
        judge=values.is_opaque,
    ),
    # A cookie by its name, and the first of a dictionary of them.
    Kind(
        "session cookie",
        ("cookie", "sessid", "sessionid", "connect.sid", "session_id"),
        _any_case(
            rf"(?:(?P<n>[\w-]{{0,60}}?cookie)(?P<x>(?:[_-]\w{{1,12}})?)|cookies?{_STATED}\{{\s{{0,20}}{QUOTE}?[\w.-]{{1,60}}+"
            rf"|(?<![\w-])(?:jsessionid|phpsessid|asp\.net_sessionid|connect\.sid|(?-i:sessionid)|_session_id))"
            rf"{_STATED}(?P<s>[\w.%+/=:~-]{{16,}}+)"
        ),
        judge=values.is_opaque,
    ),
    Kind(
        "request signature",
        ("signature",),
        _any_case(r"Signature(?:Value|Provided)?(?:[=>]|&gt;)(?P<s>[0-9A-Za-z%/+=~_-]{20,}+" + _MORE + ")"),
        rotate=False,
    ),
    # CloudFront's signed addresses and cookies, and Azure's.
    Kind(
        "request signature",
        ("key-pair-id", "cloudfront-policy", "sig="),
        _any_case(r"(?:[?&]|CloudFront-)Policy=(?P<s>[0-9A-Za-z~_-]{20,}+)|(?<!\w)sig=(?P<s2>[0-9A-Za-z%/+=]{20,}+)"),
        rotate=False,
    ),
    Kind(
        "SAML assertion",
        ("saml",),
        _any_case(
            rf"saml[_-]?(?:response|assertion)(?:{_TOLD}|{QUOTE}\s{{1,3}}value={QUOTE})(?P<s>[A-Za-z0-9+/=%]{{20,}}+{_MORE})"
        ),
    ),
    Kind(
        "access token",
        ("token",),
        _any_case(
            rf"(?P<n>token)(?P<x>(?:[_-][a-z]{{1,20}}+)?){_STATED}(?P<s>[A-Za-z0-9._~+/=%-]{{12,}}+(?::[\w+/=-]{{20,}}+)?{_MORE})"
        ),
        judge=values.is_opaque,
    ),
    # Not the kind of resource in an ARN: `secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf` is a name.
    Kind(
        "access token",
        ("secret",),
        _any_case(
            rf"(?<!:)(?P<n>secret)(?P<x>(?:[_-]?(?:token|seed|key(?:[_-]base)?|salt|hash))?){_STATED}(?P<s>[A-Za-z0-9._~+/=%-]{{12,}}+{_MORE})"
        ),
        judge=values.is_unnamed,
    ),
    Kind(
        "access token",
        ("key",),
        _any_case(
            r"(?P<n>(?:api|app|application|account|shared|sharedaccess|private|signing|encryption|license|consumer|routing"
            r"|integration|auth|host|write|admin|primary|secondary|subscription|deploy|webhook|hmac|jwt|master)[\s_-]?key)"
            rf"(?:{_STATED}|\s(?=[A-Za-z0-9+/]{{43,44}}=?(?![\w+/=-])))(?P<s>[A-Za-z0-9._~+/=%-]{{16,}}+{_MORE})"
        ),
        judge=values.is_key,
    ),
    # A name that ends like that of a secret, and something that no person typed.
    Kind(
        "access token",
        ("key", "auth", "salt", "master", "session", "pepper", "seed"),
        _any_case(
            rf"(?P<n>(?<![\w.-])[\w.-]{{4,68}}+(?:{_ENDINGS})|auth|unseal\skey\s\d{{1,2}})"
            rf"{_STATED}(?P<s>[A-Za-z0-9._~+/=%-]{{20,}}+{_MORE})"
        ),
        judge=values.is_machine_made,
    ),
    Kind(
        "access token",
        ("=",),
        Regex(
            r"(?P<n>(?<![\w.-])[\w.-]{1,60}+)" + f"(?:{QUOTE})?" + r"\s{0,3}[:=]\s{0,3}" + f"(?:{QUOTE})?(?:base64:)?"
            r"(?P<s>(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9_-]{43}=|[A-Za-z0-9+/]{86}==))(?![\w+/=-])"
        ),
        judge=values.is_machine_made,
    ),
    Kind(
        "access token",
        ("secret_id", "secretid", "secret-id"),
        _any_case(rf"secret[_-]?id{_STATED}(?P<s>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})(?![\w-])"),
    ),
    Kind(
        "access token",
        ("authorization_token", "authorization-token", "authorizationtoken", "apikey", "api-key"),
        _any_case(rf"(?:authorization[_-]?token|x-api-?key){_STATED}(?P<s>{_WORD}{{12,}}+)"),
        judge=values.is_opaque,
    ),
    Kind(
        "access token",
        (
            *"gho_ ghp_ ghr_ ghs_ ghu_ github_pat_ gl xox xapp- npm_ pypi- aiza _live_ _test_ absk hvs.".split(),
            *"hvb. s. dckr_pat_ aoaaaaaa aoraaaaa sg. atlasv1 dapi nrak nral nrii- ccipat_ dop_v1_ doo_v1_".split(),
            *"shp sq0 sk- hf_ atatt3 rubygems_ pscale_ figd_ ya29. gocspx- dt0c01. sbp_ tskey- lin_api_".split(),
            *"pul- whsec_ pmak- gsk_ key- nvapi- r8_ age-secret-key- cfpat- :aa".split(),
            *"ntn_ dp. glsa_ glc_ bkua_ ops_ 1//0 pat".split(),
        ),
        Regex(
            rf"{BEGIN}"
            r"(?P<s>gh[opsru]_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+"
            # GitLab's; other words that begin with `gl` name things: `glue-orders-production`.
            r"|gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\w.-]{16,}+"
            r"|xox[abeoprs]-[A-Za-z0-9-]{10,}+|xapp-[A-Za-z0-9-]{10,}+|npm_[A-Za-z0-9]{30,}+|pypi-[\w-]{30,}+"
            r"|AIza[\w-]{30,}+|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}+|ABSK[A-Za-z0-9+/=]{30,}+|hv[bs]\.[\w-]{20,}+"
            r"|s\.[A-Za-z0-9]{24}(?![A-Za-z0-9.])|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}+|dapi[0-9a-f]{32}(?:-\d)?"
            r"|dckr_pat_[\w-]{16,}+|ao[ar]AAAAA[\w/+:=-]{20,}+|SG\.[\w-]{16,32}\.[\w-]{30,}+|NRAK-[A-Z0-9]{20,}+"
            r"|NRII-[\w-]{20,}+|[0-9a-f]{36}NRAL|CCIPAT_\w{20,}+|do[op]_v1_[0-9a-f]{40,}+|shp(?:at|ca|pa|ss)_[0-9a-f]{32}"
            r"|sq0[a-z]{3}-[\w-]{20,}+|sk-(?:ant-|proj-|or-)?[\w-]{20,}+|hf_[A-Za-z0-9]{30,}+|ATATT3[\w=-]{30,}+"
            r"|rubygems_[0-9a-f]{40,}+|pscale_[a-z]{2,6}_[\w-]{30,}+|figd_[\w-]{30,}+|ya29\.[\w.-]{20,}+|GOCSPX-[\w-]{20,}+"
            r"|dt0c01\.[A-Z0-9]{20,}+\.[A-Z0-9]{40,}+|sbp_[0-9a-f]{40}|tskey-\w{4,8}-[\w-]{16,}+|lin_api_\w{30,}+"
            r"|PMAK-[0-9a-f]{20,}+-[0-9a-f]{30,}+|gsk_[A-Za-z0-9]{40,}+|nvapi-[\w-]{40,}+|r8_[A-Za-z0-9]{30,}+"
            r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}+|cfpat-[\w-]{30,}+|pul-[0-9a-f]{40}|whsec_[\w+/=-]{24,}+|key-[0-9a-f]{32}(?![0-9a-f])|\d{8,10}:AA[\w-]{32,}+"
            r"|ntn_[A-Za-z0-9]{40,}+|dp\.[a-z]{2,6}\.(?:[\w-]{1,35}\.)?[A-Za-z0-9]{40,}+|glsa_[A-Za-z0-9]{30,}+_[0-9a-f]{8}"
            r"|glc_[\w+/=-]{40,}+|bk[a-z]{2}_[0-9a-f]{40}|ops_[\w=-]{60,}+|1//0[\w-]{40,}+|pat[A-Za-z0-9]{14}\.[0-9a-f]{64})"
        ),
    ),
    # Addresses that let whoever knows them write: hooks, and the public half of an error tracker's.
    Kind(
        "access token",
        ("hooks.slack.com", "api/webhooks/", "webhookb2/", "office.com/webhook", "hooks/catch", "sentry.io", "/bot"),
        _any_case(
            r"hooks\.slack\.com/(?:services|workflows)/(?P<s>[\w/]{16,}+)|api/webhooks/\d{5,24}/(?P<s2>[\w-]{30,}+)"
            r"|webhook(?:b2)?/(?P<s3>[\w@/-]{30,}+)|hooks/catch/\d{4,12}/(?P<s6>[A-Za-z0-9]{5,}+)"
            r"|://(?P<s4>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[\w.-]{1,80}sentry"
            r"|/bot(?P<s5>\d{6,12}:[\w-]{30,}+)"
        ),
    ),
    # The headers that vendors made up: `X-Acme-Team: …`, `req.Header.Set("X-Acme-Token", "…")`.
    Kind(
        "access token",
        ("x-",),
        _any_case(
            r"(?<![\w-])(?P<n>x-[a-z0-9][a-z0-9-]{0,60}?-?(?:api-?key|key|token|team|secret))"
            rf"(?:{_STATED}|{QUOTE}?[,\s]\s{{0,3}}{QUOTE}?)(?P<s>[A-Za-z0-9._~+/=%-]{{14,}}+)"
        ),
        judge=values.is_machine_made_header,
    ),
    # An option that takes one, by a blank.
    Kind(
        "access token",
        ("key ", "token ", "secret ", "-t "),
        _any_case(
            rf"(?<!\S)--?(?P<n>[\w-]{{0,40}}?(?:key|token|secret))[ \t]{{1,3}}{QUOTE}?"
            r"(?P<s>[A-Za-z0-9._~+/=%-]{20,}+)"
            r"|\b(?:auth|login|init)\b[^\n]{0,60}?\s-t\s{1,3}(?P<s2>[A-Za-z0-9._~+/=%-]{20,}+)"
        ),
        judge=values.is_machine_made,
    ),
    Kind(
        "access token",
        ("_authtoken",),
        _any_case(rf"_authtoken{_TOLD}(?P<s>[\w.~+/=-]{{16,}}+)"),
        judge=values.is_opaque,
    ),
    # What a login is exchanged for.
    Kind(
        "access token",
        ("?code=", "&code="),
        _any_case(r"[?&]code=(?P<s>[\w.~%+/-]{20,}+)"),
        rotate=False,
        judge=values.is_opaque,
    ),
    # A key that S3 is given with each call, and the octets of a web key.
    Kind(
        "encryption key",
        ("customer-key", "customerkey", '"oct"', "kty"),
        _any_case(
            rf"sse-?c(?:ustomer)?-?key{_TOLD}(?P<s>[A-Za-z0-9+/]{{43}}=?)(?![\w+/=-])"
            rf"|(?<![\w-])k{_STATED}(?P<s2>[A-Za-z0-9_-]{{22,}}+)"
        ),
        judge=values.is_opaque,
    ),
    # 32 bytes in Base64, with or without its padding, as what is called a key and nothing more.
    Kind(
        "encryption key",
        ("key",),
        _any_case(rf"(?<![\w.-])(?P<n>key){_STATED}(?P<s>[A-Za-z0-9+/]{{43,44}}=?)(?![\w+/=.-])"),
        judge=values.is_machine_made,
    ),
    # What KMS and IAM give out once and in the clear.
    Kind(
        "secret access key",
        ("plaintext", "base32stringseed", "qrcodepng"),
        _any_case(rf"(?:plaintext|base32stringseed|qrcodepng){_STATED}(?P<s>[A-Za-z0-9+/=]{{16,}}+{_MORE})"),
        judge=values.is_opaque,
    ),
    Kind(
        "one-time code",
        ("otp", "mfa", "verification code"),
        _any_case(
            rf"(?<![a-z])(?:t?otp|mfa[_-]?code|verification[ _-]code)(?:[_-]?code)?{_STATED}(?P<s>\d{{6,8}})(?!\d)"
        ),
        rotate=False,
    ),
    # Codes by their names, with a word or two between: `MFA code for arn:…: 123456`, `your PIN is 1234`.
    Kind(
        "one-time code",
        ("code", "otp", "pin", "mfa", "2fa", "one-time", "one time"),
        _any_case(
            rf"(?<![a-z])(?P<n>{_CODE_NAMES})(?:\sfor\s[^\s]{{1,120}}?)?{_CODE_IS}"
            r"(?P<s>\d{3}[ -]\d{3}|\d{4,8})(?![\w.-])"
        ),
        rotate=False,
    ),
    Kind(
        "one-time code",
        (" is your ", " for the otp", " for your otp"),
        _any_case(
            r"(?<![\w.-])(?:[A-Z]{1,3}-)?(?P<s>\d{4,8})\s(?:is\syour|for\s(?:the|your))\s(?:[\w-]{1,20}\s){0,3}?"
            r"(?:otp|pin|code|passcode|password)\b"
        ),
        rotate=False,
    ),
    # Codes to get in again, one or a list of them, which hold for long.
    Kind(
        "recovery code",
        ("recovery", "backup", "scratch", "emergency", "bypass"),
        _any_case(
            r"(?:(?:recovery|backup|scratch|emergency|bypass)(?:\sphrase)?[\s_-]?codes?|recovery[\s_-]?keys?)"
            rf"(?:\sis|\sare)?(?:{_BEFORE}[:=]|(?={_GAP}|[\[(]))(?:{_GAP}|[\[(]){{0,24}}+(?:\d{{1,2}}[.)]\s)?"
            rf"(?P<s>{_RECOVERY}(?:{_GAP}{{1,24}}+(?:\d{{1,2}}[.)]\s)?{_RECOVERY}){{0,40}}+)(?![\w:/])"
        ),
        judge=values.is_recovery_code,
    ),
    Kind("one-time code", ("token-code", "tokencode"), _any_case(rf"token-?code{_TOLD}(?P<s>\d{{6}})\b"), rotate=False),
    Kind(
        "access key id",
        ("akia", "asia", "abia"),
        Regex(r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA)(?P<s>[A-Z0-9]{12,16})(?![A-Za-z0-9])"),
        rotate=False,
    ),
    Kind(
        "encoded authorization message",
        ("encoded authorization failure message:",),
        Regex(r"Encoded authorization failure message:\s{0,3}(?P<s>(?:[│|>]?[ \t]{0,8}[A-Za-z0-9_-]{16,}+\s?)++)"),
        rotate=False,
    ),
)
LONG = Regex(rf"(?P<s>(?:[A-Za-z0-9+/_-]{{200,}}+)={{0,2}}{_MORE})")
# Base64 as encoders wrap it: whole lines of 60 and more.
LINES = Regex(
    rf"^[ \t│┃|>]{{0,8}}(?P<s>(?=[A-Za-z+/]{{0,59}}[0-9])[A-Za-z0-9+/]{{60,199}}+(?=[ \t]{{0,8}}\r?\n){_MORE})", re.M
)
# The entries of a Kubernetes Secret, whatever they are called: Base64 alone on its line, or in quotes.
SECRET_OBJECT = Regex(rf"{BEGIN}kind{QUOTE}?\s?:\s{{0,4}}{QUOTE}?Secret\b(?!Store|Provider)")
ENTRY = Regex(
    rf"(?m)[\w.-]{QUOTE}?:[ \t]{{0,4}}{QUOTE}?"
    r"(?P<s>(?:[A-Za-z0-9+/]{4}){2,}+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"
    rf"{QUOTE}?(?=[ \t,}}│┃|]{{0,90}}(?:\r?$|\}}|\\{{1,8}}[nr]))"
)
# Forty characters that stand alone, or are cut once by a line end.
BARE_KEY = Regex(
    # That a word is long enough is looked at first: hardly any is.
    r"(?=[A-Za-z0-9/+]{40})"
    r"(?:(?<![A-Za-z0-9/+_.\-\x1b])|(?<=\\[nrt])|(?<=\x1b\[\dm)|(?<=\x1b\[\d\dm)|(?<=\x1b\[\d;\d\dm))"
    r"(?P<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=_-]|\.\w)"
)
CUT_KEY = Regex(
    rf"secret[\s_.-]?(?:access[\s_.-]?)?key{_TOLD}(?P<s>[A-Za-z0-9/+]{{4,39}}+{_EDGE}[A-Za-z0-9/+]{{1,36}}+)"
    r"(?=[\s\"'`,;\\<&]|\Z)",
    re.I,
)
FRAME = frozenset("│┃")
