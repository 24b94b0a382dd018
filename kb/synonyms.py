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
accountant: billing cost
accounting: billing cost
adfs: saml provider
admin: administrator administratoraccess
aider: agent mcp bedrock
airflow: mwaa
analyst: athena redshift lake
analysts: athena redshift lake
ansible: sdk profile
argo: kubernetes eks pipeline
argocd: kubernetes eks pipeline
assistant: agent mcp
asterisk: wildcard
auth0: oidc provider
authenticator: mfa
authorizer: api gateway
azure: oidc provider
azuread: saml provider
bamboo: pipeline ci
bastion: session-manager
bill: billing cost
bills: billing cost
bitbucket: oidc provider
blocked: denied
blocking: denies deny
bot: agent
boto3: sdk
box: instance ec2
broken: fails
browser: cors
buildah: docker ecr image
buildkite: oidc provider
buildx: docker ecr image
bus: eventbridge
cdn: cloudfront
ceiling: boundary
certbot: route53
certmanager: route53 eks controller
chat: agent bedrock
chatbot: agent bedrock
child: member
ci: pipeline github gitlab
circleci: oidc provider
claude: anthropic bedrock agent
cline: agent mcp bedrock
company: organization
container: ecs task
containers: ecs task
copilot: agent mcp
cron: schedule scheduler
crossaccount: cross account
crossplane: kubernetes eks terraform
cursor: agent mcp
cyberduck: s3 bucket
dag: airflow mwaa
dags: airflow mwaa
dagster: airflow mwaa
daily: schedule scheduler
databricks: external id trust
datadog: external id trust
datalake: lake formation
dbeaver: athena redshift rds
dbt: athena redshift
decode: encoded
decrypted: decrypt
desktop: workspaces
different: another other
disallowed: denied
django: sdk
dns: route53
docker: ecr image
dotnet: sdk
download: getobject get
downloading: getobject get
dwh: redshift
elastic: opensearch
emailing: ses
emergency: break-glass
employee: user
entra: saml provider
etl: glue
europe: region
event: eventbridge
events: eventbridge
exec: execute
exempt: exception
exemption: exception
expires: expired
factor: mfa
fargate: ecs task
fetch: get read
file: object
files: objects
filezilla: transfer sftp
finance: billing cost
firewall: network perimeter
flink: kinesis msk
fluentbit: cloudwatch logs
fluentd: cloudwatch logs
flux: kubernetes eks pipeline
folder: prefix
forbid: deny denies
forbidden: denied
forbids: deny denies
foreign: another other
frankfurt: region
ftp: transfer sftp
gcp: oidc provider
germany: region
golang: sdk
gpt: agent bedrock model
gradle: codeartifact package
grafana: cloudwatch
grayed: console
greyed: console
hadoop: emr s3
haiku: model bedrock
hangs: timeout
helm: kubernetes eks
hive: athena glue emr
hourly: schedule scheduler
image: ecr
ingress: load balancer controller eks
insomnia: api gateway
intern: user
invoice: billing
invoices: billing
ireland: region
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
kubeconfig: kubernetes eks
kubectl: kubernetes eks
kubernetes: eks
lambda: function
langchain: agent bedrock
laptop: local
laravel: sdk
llama: model bedrock
llamaindex: agent bedrock
llm: bedrock model
locally: local identity profile
locked: lock
logging: logs log
login: sign-in sign log
logon: sign-in
logstash: cloudwatch logs
london: region
machine: instance ec2
machines: instances ec2
mariadb: rds aurora database
maven: codeartifact package
midnight: schedule scheduler
minikube: kubernetes
minimal: least
minimum: least
mirror: replicate replication
mistral: model bedrock
mobile: cognito identity pool
model: bedrock
morning: schedule scheduler
mqtt: iot device
mumbai: region
mysql: rds aurora database
namespace: kubernetes
nas: datasync
newsletter: ses e-mail
newsletters: ses e-mail
nextjs: sdk
nfs: efs
nightly: schedule scheduler
node: eks instance
nodejs: sdk
nodes: eks instance
notebook: sagemaker
npm: codeartifact package
nuget: codeartifact package
office: vpn ip network
okta: saml provider
onelogin: saml provider
opentofu: terraform
oregon: region
other: another
otp: mfa
packer: ami ec2
parquet: athena glue
partner: external account
pick: assume use
pip: codeartifact package
playground: console bedrock
pod: eks service-account
podman: docker ecr image
pods: eks
poetry: codeartifact package
portal: identity-center
postgres: rds aurora database
postgresql: rds aurora database
postman: api gateway
powerbi: athena redshift
powershell: sdk cli
prefect: airflow mwaa
presto: athena glue emr
provisioning: provision
psql: rds aurora database
pulumi: terraform sdk
pypi: codeartifact package
pyspark: emr glue
queue: sqs
queues: sqs
rag: knowledge base bedrock
rails: sdk
rancher: kubernetes eks
raspberry: iot device
rclone: s3 bucket
react: browser cors
refused: denied
registry: ecr
rejected: denied
remove: delete
removed: deleted
s3fs: s3 bucket
schedule: scheduler
see: list view
sensor: iot device
sensors: iot device
server: instance ec2
serverless: lambda
servers: instances ec2
shell: session exec
signin: sign-in
site: cloudfront static
smtp: ses
snowflake: external id trust
sonnet: model bedrock
spark: emr glue
spend: billing cost
spending: billing cost
spinnaker: pipeline ci
spring: sdk java
ssh: session
sso: identity-center
stack: cloudformation
star: wildcard
stuck: timeout
subscription: subscribe
switch: assume
tableau: athena redshift
team: account
teamcity: pipeline ci
telemetry: iot device
template: cloudformation stack
terminal: cli
terragrunt: terraform
tofu: terraform
tokyo: region
totp: mfa
trino: athena glue emr
twine: codeartifact package
unauthorised: denied
unauthorized: denied
upload: putobject put
uploading: putobject put
velero: eks controller backup
vendor: external account
view: list
virginia: region
vm: instance ec2
vms: instances ec2
vpn: network ip
warehouse: redshift
website: cloudfront static
windsurf: agent mcp
winscp: transfer sftp
workflow: step functions state
workflows: step functions state
yarn: codeartifact package
yesterday: changed
yubikey: mfa
"""
# What stands before a word that then means another thing: an access key is none of KMS's.
_OTHERWISE = """
key: access api condition context env environment object private public secret ssh
"""
# What people say around the matter: rare in the articles, and no more telling for that.
_ASIDES = """
able actually again also although always anymore anyway asap basically bit either even ever every exactly explain
figure getting going gonna good got guys having hello help hey idea just keep keeps kinda know let lets like lot
make makes maybe mine more much need needs ok okay people person please pls plz possible quite really said saying
says should simply somehow someone something still suddenly supposed tell thanks thing things think tho though thx
too tried tries try trying understand urgent us vs wanna want wanted wants way
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
