"""Short forms and everyday words, and the words that the articles use for the same.

They are read in queries only: an article is found by either. A word that means the same counts as the word itself;
one that is only near to it (the product that people name by its tool) counts less.
"""

__all__ = ["near", "same"]

# What is typed, and the words that mean just that.
_SAME = """
acct: account
acl: acls
alb: load balancer
apigw: api gateway
apigateway: api gateway
asg: auto scaling
authn: authentication
authz: authorization
autoscaling: auto scaling
cf: cloudfront cloudformation
cfn: cloudformation
cmk: key kms
config: configuration
cred: credentials
creds: credentials
ct: cloudtrail
cw: cloudwatch
datacenter: on-premises
datacentre: on-premises
db: database
ddb: dynamodb
dynamo: dynamodb
elb: load balancer
email: e-mail mail
emails: e-mail mail
env: environment
envvar: environment variable
func: function
gha: github actions
idp: identity provider
info: information
k8s: kubernetes
lb: load balancer
lf: lake formation
mail: e-mail
nlb: load balancer
onprem: on-premises
org: organization
param: parameter
params: parameters
perm: permission
perms: permissions
pkg: package
prem: premises
presign: presigned
privs: permissions
privileges: permissions
pub: public
pw: password
pwd: password
repo: repository
repos: repositories
req: request
rights: permissions
sfn: step functions
sig: signature
sm: secrets manager
subs: subscription
svc: service
temp: temporary
tf: terraform
usr: user
vpce: vpc endpoint
"""
# What is typed, and the words that articles on the same matter hold.
_NEAR = """
admin: administrator administratoraccess
airflow: mwaa
assistant: agent mcp
blocked: denied
blocking: denies deny
boto3: sdk
bot: agent
browser: cors
bill: billing cost
bills: billing cost
broken: fails
chat: agent bedrock
ci: pipeline github gitlab
claude: anthropic bedrock agent
copilot: agent mcp
cron: schedule scheduler
crossaccount: cross account
cursor: agent mcp
dag: airflow mwaa
dags: airflow mwaa
decode: encoded
decrypted: decrypt
different: another other
disallowed: denied
dns: route53
docker: ecr image
download: getobject get
downloading: getobject get
emailing: ses
exec: execute
expires: expired
fetch: get read
file: object
files: objects
firewall: network perimeter
folder: prefix
forbidden: denied
foreign: another other
greyed: console
grayed: console
hangs: timeout
helm: kubernetes eks
image: ecr
invoice: billing
invoices: billing
issue: error
jwt: token oidc
kafka: msk
key: kms
kubectl: kubernetes eks
kubernetes: eks
lambda: function
laptop: local
llm: bedrock model
locally: local identity profile
locked: lock
logging: logs log
login: sign-in sign log
logon: sign-in
minimal: least
minimum: least
model: bedrock
nfs: efs
notebook: sagemaker
office: vpn ip network
other: another
pick: assume use
playground: console bedrock
pod: eks service-account
pods: eks
portal: identity-center
provisioning: provision
refused: denied
rejected: denied
remove: delete
removed: deleted
schedule: scheduler
see: list view
shell: session exec
signin: sign-in
smtp: ses
spark: emr glue
ssh: session
sso: identity-center
stuck: timeout
subscription: subscribe
switch: assume
team: account
unauthorised: denied
unauthorized: denied
upload: putobject put
uploading: putobject put
view: list
vpn: network ip
website: cloudfront static
yesterday: changed
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split(":", 1) for row in text.strip().splitlines())
    return {word: tuple(words.split()) for word, words in rows}


_SAME_WORDS, _NEAR_WORDS = _table(_SAME), _table(_NEAR)


def same(word: str) -> tuple[str, ...]:
    """Return the words that mean just what this one does, which is in lower case."""
    return _SAME_WORDS.get(word, ())


def near(word: str) -> tuple[str, ...]:
    """Return the words that texts on the same matter hold."""
    return _NEAR_WORDS.get(word, ())
