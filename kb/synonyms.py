"""Short forms and everyday words, and the words that the articles use for the same.

They are read in queries only: an article is found by either. A word that means the same counts as the word itself;
one that is only near to it (the product that people name by its tool) counts less; and some say nothing of the matter.
"""

__all__ = ["ASIDES", "near", "same"]

# What is typed, and the words that mean just that.
_SAME = """
acct: account
acl: acls
alb: load balancer
apigw: api gateway
apigateway: api gateway
apprunner: app runner
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
gh: github
gha: github actions
gl: gitlab
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
r53: route53
repo: repository
repos: repositories
req: request
rights: permissions
secretmanager: secrets manager
sfn: step functions
sig: signature
sm: secrets manager
stepfunction: step functions
stepfunctions: step functions
subs: subscription
svc: service
temp: temporary
tf: terraform
usr: user
vpce: vpc endpoint
"""
# What is typed, and the words that articles on the same matter hold.
_NEAR = """
adfs: saml provider
admin: administrator administratoraccess
aider: agent mcp bedrock
airflow: mwaa
ansible: sdk profile
argo: kubernetes eks pipeline
argocd: kubernetes eks pipeline
assistant: agent mcp
auth0: oidc provider
azuread: saml provider
bamboo: pipeline ci
bill: billing cost
bills: billing cost
blocked: denied
blocking: denies deny
bot: agent
boto3: sdk
broken: fails
browser: cors
buildah: docker ecr image
buildx: docker ecr image
certmanager: route53 eks controller
chat: agent bedrock
ci: pipeline github gitlab
claude: anthropic bedrock agent
cline: agent mcp bedrock
copilot: agent mcp
cron: schedule scheduler
crossaccount: cross account
crossplane: kubernetes eks terraform
cursor: agent mcp
cyberduck: s3 bucket
dag: airflow mwaa
dags: airflow mwaa
dagster: airflow mwaa
databricks: external id trust
datadog: external id trust
dbeaver: athena redshift rds
dbt: athena redshift
decode: encoded
decrypted: decrypt
different: another other
disallowed: denied
django: sdk
dns: route53
docker: ecr image
dotnet: sdk
download: getobject get
downloading: getobject get
elastic: opensearch
emailing: ses
entra: saml provider
exec: execute
expires: expired
fetch: get read
file: object
files: objects
filezilla: transfer sftp
firewall: network perimeter
flink: kinesis msk
fluentbit: cloudwatch logs
fluentd: cloudwatch logs
flux: kubernetes eks pipeline
folder: prefix
forbidden: denied
foreign: another other
golang: sdk
gpt: agent bedrock model
grafana: cloudwatch
grayed: console
greyed: console
hadoop: emr s3
hangs: timeout
helm: kubernetes eks
hive: athena glue emr
image: ecr
insomnia: api gateway
invoice: billing
invoices: billing
issue: error
istio: kubernetes eks
jenkins: pipeline ci
jupyter: notebook sagemaker
jwt: token oidc
kafka: msk
kaniko: docker ecr image
keda: kubernetes eks controller
key: kms
keycloak: saml oidc provider
kubectl: kubernetes eks
kubernetes: eks
lambda: function
langchain: agent bedrock
laptop: local
laravel: sdk
llamaindex: agent bedrock
llm: bedrock model
locally: local identity profile
locked: lock
logging: logs log
login: sign-in sign log
logon: sign-in
logstash: cloudwatch logs
minikube: kubernetes
minimal: least
minimum: least
model: bedrock
nextjs: sdk
nfs: efs
nodejs: sdk
notebook: sagemaker
office: vpn ip network
okta: saml provider
onelogin: saml provider
opentofu: terraform
other: another
packer: ami ec2
pick: assume use
playground: console bedrock
pod: eks service-account
podman: docker ecr image
pods: eks
portal: identity-center
postman: api gateway
powerbi: athena redshift
powershell: sdk cli
prefect: airflow mwaa
presto: athena glue emr
provisioning: provision
pulumi: terraform sdk
rails: sdk
rancher: kubernetes eks
rclone: s3 bucket
react: browser cors
refused: denied
rejected: denied
remove: delete
removed: deleted
s3fs: s3 bucket
schedule: scheduler
see: list view
shell: session exec
signin: sign-in
smtp: ses
snowflake: external id trust
spark: emr glue
spinnaker: pipeline ci
spring: sdk java
ssh: session
sso: identity-center
stuck: timeout
subscription: subscribe
switch: assume
tableau: athena redshift
team: account
teamcity: pipeline ci
terragrunt: terraform
tofu: terraform
trino: athena glue emr
unauthorised: denied
unauthorized: denied
upload: putobject put
uploading: putobject put
velero: eks controller backup
view: list
vpn: network ip
website: cloudfront static
windsurf: agent mcp
winscp: transfer sftp
yesterday: changed
"""
# What stands before a word that then means another thing: an access key is none of KMS's.
_OTHERWISE = """
key: access api condition context env environment object private public secret ssh
"""
# What people say around the matter: rare in the articles, and no more telling for that.
_ASIDES = """
actually again although always anymore anyway asap basically ever explain figure getting going gonna got guys having
hello help hey idea just keep keeps kinda know maybe need needs please pls plz really said saying says should simply
somehow someone something still suddenly supposed tell thanks think tho though thx tried try tries trying understand
urgent wanna want wanted wants
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split(":", 1) for row in text.strip().splitlines())
    return {word: tuple(words.split()) for word, words in rows}


_SAME_WORDS, _NEAR_WORDS, _OTHERWISE_AFTER = _table(_SAME), _table(_NEAR), _table(_OTHERWISE)
# Words of a query that are left out where there are others.
ASIDES = frozenset(_ASIDES.split())


def same(word: str) -> tuple[str, ...]:
    """Return the words that mean just what this one does, which is in lower case."""
    return _SAME_WORDS.get(word, ())


def near(word: str, after: str = "") -> tuple[str, ...]:
    """Return the words that texts on the same matter hold; after: the word that stands before it, in lower case too."""
    return () if after in _OTHERWISE_AFTER.get(word, ()) else _NEAR_WORDS.get(word, ())
