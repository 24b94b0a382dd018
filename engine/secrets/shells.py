"""Passwords as people type them to a program: what its command line holds before the password.

One more program is one more line. Sources: the programs' own manual pages; Microsoft's references of `net` and
ConvertTo-SecureString; MySQL's, PostgreSQL's and Oracle's references of SQL.
"""

from whydenied.engine.secrets.quoting import QUOTE

__all__ = ["STATED", "TYPED"]

# The options in between, an opening quote, what a program is told before its password by blanks.
_ARGS = r"\b[^\n]{0,200}?\s"
_QUOTE = rf"{QUOTE}?"
_IS = r"[\s=]{1,3}"

TYPED = (
    # A user and a password in one word.
    (
        ("curl", "wget"),
        rf"(?:curl|wget){_ARGS}(?:-[a-zA-Z]{{0,6}}u|--(?:proxy-)?user)[\s=]{{0,3}}{_QUOTE}[^\s:'\"]{{1,80}}:",
    ),
    ((" -a ", "--auth"), rf"\bhttps?\b[^\n]{{0,100}}?\s(?:-a|--auth){_IS}{_QUOTE}[^\s:'\"]{{1,80}}:"),
    (("lftp",), rf"lftp{_ARGS}(?:-u|--user)[\s=]{{0,3}}{_QUOTE}[^\s,'\"]{{1,80}},"),
    (("smb", "rpcclient"), rf"(?:smb\w{{3,8}}|rpcclient){_ARGS}(?:-U|--user)[\s=]{{0,3}}{_QUOTE}[^\s%'\"]{{1,80}}%"),
    (("sqlplus", "expdp", "impdp", "sqlldr"), r"(?:sqlplus|expdp|impdp|sqlldr)\s{1,3}(?:-\w{1,10}\s)?[\w.$#-]{1,60}/"),
    (("oracle:",), r"oracle:thin:[\w.$#-]{1,60}/"),
    # A short option.
    (("mysql", "mariadb", "mycli"), rf"(?:mysql|mariadb|mycli)[\w-]{{0,12}}{_ARGS}-p{_QUOTE}"),
    (("login",), rf"(?:docker|podman|helm|oras|crane)\s[^\n]{{0,40}}?login{_ARGS}-p{_IS}{_QUOTE}"),
    (("login",), rf"\baz\slogin{_ARGS}-p{_IS}{_QUOTE}"),
    (("sshpass",), rf"sshpass\s{{1,3}}-p\s{{0,3}}{_QUOTE}"),
    (("ldap",), rf"ldap\w{{2,12}}{_ARGS}-w\s{{0,3}}{_QUOTE}"),
    (("htpasswd",), r"htpasswd\s[^\n]{0,80}?-\w{0,3}b\w{0,3}\s{1,3}(?:\S{1,100}\s{1,3})?\S{1,80}\s{1,3}" + _QUOTE),
    (("redis-cli",), rf"redis-cli{_ARGS}-a{_IS}{_QUOTE}"),
    (("mongo",), rf"mongo\w{{0,8}}{_ARGS}-p{_IS}(?!\d{{4,5}}(?!\S)){_QUOTE}"),
    (("sqlcmd", "bcp", "zip"), rf"(?:sqlcmd|bcp|zip){_ARGS}-P{_IS}{_QUOTE}"),
    (("7z", "rar"), r"\b(?:7z\w?|u?n?rar)\s[^\n]{0,60}?\s-h?p(?=\S)" + _QUOTE),
    (("rdesktop", "useradd", "usermod"), rf"(?:rdesktop|user(?:add|mod)){_ARGS}-p{_IS}{_QUOTE}"),
    (("ssh-keygen",), rf"ssh-keygen{_ARGS}-[NP]{_IS}{_QUOTE}"),
    (("openssl",), rf"openssl{_ARGS}-[kK]{_IS}{_QUOTE}"),
    (("storepass", "keypass"), rf"-(?:dest|src)?(?:storepass|keypass){_IS}{_QUOTE}"),
    (("--pwd",), rf"--pwd{_IS}{_QUOTE}"),
    (("freerdp",), rf"freerdp\w{{0,4}}{_ARGS}/p:{_QUOTE}"),
    # The next word, or the one after a user.
    (("rabbitmqctl",), rf"rabbitmqctl{_ARGS}(?:add_user|change_password)\s{{1,3}}\S{{1,80}}\s{{1,3}}{_QUOTE}"),
    (
        ("encrypt_string", "obscure", "wpa_passphrase", "isql"),
        r"(?:ansible-vault\s{1,3}encrypt_string|rclone\s{1,3}obscure|wpa_passphrase\s{1,3}\S{1,60}|\bisql(?:\s{1,3}[\w.]{1,60}){2})"
        r"\s{1,3}(?!-)"
        rf"{_QUOTE}",
    ),
    (("net use", "net  use"), r"(?i:\bnet\s{1,3}use\s[^\n]{0,200}?/user:\S{1,80}\s{1,3})" + _QUOTE),
    (("net user",), r"(?i:\bnet\suser\s{1,3})(?!/)\S{1,80}\s{1,3}(?!/)" + _QUOTE),
    (("securestring",), r"(?i:convertto-securestring\s{1,3}(?:-(?:string|asplaintext)\s{1,3}){0,2})" + _QUOTE),
    (("networkcredential",), rf"NetworkCredential\(\s{{0,3}}{QUOTE}[^'\"\n&]{{1,80}}{QUOTE},\s{{0,3}}{QUOTE}"),
    # SQL.
    (("identified",), r"(?i:identified\s{1,3}(?:with\s{1,3}\S{1,40}\s{1,3})?by\s{1,3}(?:password\s{1,3})?)" + QUOTE),
    (("password", "passwd"), r"(?i:passw(?:or)?d\s{0,3}\(?)\s{0,3}(?:'|&#x27;|&#39;)(?!['\s])(?=[^'&\n]{4,80}['&])"),
)
"""What stands before a password, and what of it, in lower case, is in every such text."""

_READS = (
    r"(?:--password-stdin|\bsudo\s[^\n|]{0,40}?-\w{0,4}S\b|\bchpasswd|\bpasswd\b[^\n|]{0,40}?--stdin|\bvncpasswd|--passphrase-fd|\bkinit"
    r"|\bcryptsetup|\bsmbpasswd|\bsign-?in\b|\blogin\b)"
)
STATED = (
    # Whatever the program is: after the option for a user.
    (
        (" -p ",),
        r"\s(?:-[uU]|--user(?:name)?)[\s=]{0,3}['\"]?[\w.@\\-]{1,80}['\"]?\s(?:[^\n]{0,80}?\s)?-[pP]\s{1,3}['\"]?"
        r"(?!\d{1,5}[:/-]|[\d.]{7,15}:)(?P<s>[^\s\"'<>-][^\s\"'<>]{5,100}+)",
    ),
    # Whole, as its own words follow it.
    (
        ("echo ", "printf "),
        rf"\b(?:echo|printf)\s(?:-\w{{1,3}}\s|{QUOTE}%s(?:\\{{1,4}}n)?{QUOTE}\s)?"
        rf"(?:{QUOTE}(?P<s>[^\"'`&\n\\$]{{4,200}}+){QUOTE}|(?P<s2>[^\s\"'$|<>]{{4,200}}+))\s{{0,3}}\|[^\n|]{{0,100}}?{_READS}",
    ),
    (
        ("<<<", "&lt;&lt;&lt;"),
        rf"{_READS}[^\n|]{{0,60}}?(?:<<<|&lt;&lt;&lt;)\s{{0,3}}{QUOTE}?(?P<s>[^\s\"'$&\\]{{4,200}}+)",
    ),
    (("send",), r"\bsend\s{1,3}(?:--\s)?" + QUOTE + r"(?P<s>[^\"'\s\\$&]{6,100}+)\\{1,8}[rn]" + QUOTE),
    (
        (".password ", "_password "),
        r"[\w-]\w[._]password[ \t]{1,3}(?=\S{0,100}\d)(?P<s>[^\s\"'<>,;:=&\\]{6,100}+)(?=[\s\"'<\\&]|\Z)",
    ),
    (
        ("-pass",),
        r"(?<![\w-])--?pass(?:word|wd|phrase)?\s{1,3}(?!env:|file:|fd:|stdin)(?P<s>[^\s\"'<>-][^\s\"'<>]{5,100}+)",
    ),
)
"""Patterns whole, each with its groups as those of a kind; judged as words that may be none."""
