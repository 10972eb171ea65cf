/** Ordinary lines with the words of secrets, and without one. */
export const plainLines: readonly string[] = `
password authentication failed for user "ada"
Accepted password for ada from 10.0.0.5 port 22 ssh2
Failed password for invalid user bob from 10.0.0.6
pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh
token expired at 2026-11-29T10:00:00Z
token refresh scheduled in 300s
Token validation failed: signature mismatch
invalid token: token is malformed
GET /oauth2/token 200 12ms
GET /api/v1/namespaces/default/secrets 200
POST /session 201 31ms
secret/db-credentials created
secret "db-credentials" deleted
MountVolume.SetUp failed for volume "kube-api-access-x7x2p"
Successfully pulled image "registry/auth-service:1.4.2" in 1.2s
Pulled image digest sha256:7a9f3c51e8b24d607a9f3c51e8b24d607a9f3c51e8b24d607a9f3c51e8b24d60
commit 7a9f3c51e8b24d607a9f3c51e8b24d607a9f3c51
trace_id=7a9f3c51e8b24d607a9f3c51e8b24d60 span_id=7a9f3c51e8b24d60
request_id=550e8400-e29b-41d4-a716-446655440000 status=200
X-Request-Id: 550e8400-e29b-41d4-a716-446655440000
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
Key: orders/2026/11/29/part-0001.parquet
partition key orders-7 offset 123456
primary key violation on orders_pkey
foreign key constraint "fk_orders_customer" violated
duplicate key value violates unique constraint "users_email_key"
consumer group orders-v2 has 3 members
Authorization succeeded for ada
authorization policy evaluated in 3ms
auth: user ada logged in
auth=ldap user=ada
auth method: kerberos
cookie policy accepted
cookies disabled
session opened for user root by (uid=0)
session closed for user root
session timeout after 30m
Session ID regenerated
sid=S-1-5-21-3623811015-3361044348-30300820-1013
sid=orcl
pwd is /var/lib/app
PWD=/home/ada/project
OLDPWD=/tmp
cd $PWD && ls
compass north 120
bypass=true
passes=12 failures=0
pass rate 99.2%
test pass: 120 fail: 0
passenger started on port 3000
passthrough: true
passive checks: 12
first pass complete
two-pass encoding
passed=120
key rotation completed in 12s
keys: 120 expired: 4
redis keys=12034 expires=120
keyspace hits 123
keyspace: db0 keys=120,expires=10
api key not configured
api keys: 12
API key rotation due in 12 days
secret manager unavailable
secrets: 12
secret rotation: disabled
SecretName: db-credentials
secretName: orders-db
secretRef: orders-db
secretKeyRef: name: orders-db key: password
password_file=/run/secrets/db
passwordFile: /run/secrets/db
token_file: /var/run/secrets/kubernetes.io/serviceaccount/token
tokenUrl: https://login.example/oauth2/token
token_endpoint=https://login.example/token
token_type=Bearer
token type: jwt
tokens_used=1234
tokens: 1500
max_tokens: 4096
prompt_tokens=120 completion_tokens=340
tokens per second 120
tokenizer loaded in 3s
TokenReview create 201
CSRF token missing
csrf: disabled
XSRF protection enabled
password policy: minLength=12
password expires in 14 days
password must be changed
Password changed for user ada
password reset email sent to a user
passwordless login enabled
PASSWORD_HASHERS=argon2
password_encryption = scram-sha-256
password_encryption: scram-sha-256
ssl_key_file = '/etc/ssl/private/db.key'
ssl.keystore.location=/etc/kafka/ks.jks
ssl.truststore.type=PKCS12
sasl.mechanism=SCRAM-SHA-512
security.protocol=SASL_SSL
sasl.kerberos.service.name=kafka
credentials provider: instance profile
credential helper osxkeychain
no credentials found
using credentials from /root/.aws/credentials
access key last used 3 days ago
accessKeyId missing
access_key_id=none
signature verification failed
signature algorithm: sha256WithRSAEncryption
Signature: OK
sig=none
SIGTERM received, pid 12
signal: killed
sign-in successful
signing key id 12
signing keys: 3
encryption: aes-256-gcm
encryption key rotated
encryption_key_id=alias/orders
kms key arn:aws:kms:eu-west-1:123456789012:key/550e8400-e29b-41d4-a716-446655440000
arn:aws:iam::123456789012:role/app
AuthorizationPolicy istio-system/allow created
bearer authentication required
Bearer error="invalid_token"
WWW-Authenticate: Bearer realm="api"
WWW-Authenticate: Basic realm="x"
Proxy-Authenticate: Basic realm="proxy"
basic auth enabled
digest auth not supported
otp verified
otp required
2fa enabled
mfa: true
pin=12 mode=out
code=200 reason=OK
code=ECONNREFUSED errno=-111
error code: SQLSTATE 28P01
exit code 137
state=running code=0
status_code=401 path=/login
country_code=DE zip=12345
verification code sent
device_code=none
postcode 12345
hash=7a9f3c51e8b24d60 size=120
checksum: 7a9f3c51e8b24d607a9f3c51e8b24d60
md5: 7a9f3c51e8b24d607a9f3c51e8b24d60
salt-minion restarted
salt: minion connected
saltstack highstate ok
SALT LAKE region=us
webhook delivered
webhook_url=https://example/hook
routing key orders.created exchange=orders
routing_key=orders.created
routing_key: payments.captured.eu-west-1
integration tests passed
service key not found
service_key=orders
admin_key missing
author=ada committer=grace
authors: 12
authority: https://login.example/
authentication_method=password
authenticated user ada
hmac algorithm: sha256
hmac: true
license valid until 2027
license key expired
LICENSE file present
skey not set
sentry: event captured 7a9f3c51e8b24d607a9f3c51e8b24d60
https://sentry.example/organizations/a/issues/123
https://api.example/v1/keys/orders
redis://cache:6379/0
postgres://db.example:5432/shop
amqp://mq:5672
mongodb://a:27017,b:27017/shop
https://ada@git.example/x.git
ssh://git@github.com/x/y.git
user ada connected from 10.0.0.1:54321
USER root
PASS 120 tests
PASS src/auth/token.test.ts
PASS: all checks
PASS
--- PASS: TestTokenRefresh (0.02s)
ok  	acme/auth/token	0.2s
PASS 12/12
login: ada tty1
LOGIN ada succeeded
a1 OK LOGIN completed
AUTH LOGIN
AUTH PLAIN
250-AUTH LOGIN PLAIN
235 2.7.0 Authentication successful
AUTH command failed
ticket=OPS-1234
ticket: INC0012345
assertion failed: x == y
assertion=false
AssertionError: expected 3 to equal 4
stage: build passed
sdk-version 1.2.3
api-gateway-7a9f3c51e8-x7x2p Running
sk-learn 1.4
re_index done
r8_build 12
fw_update=1.2.3
pod token-service-7a9f3c51e8-x7x2p ready
container secret-sync started
deployment.apps/key-manager scaled
ConfigMap kube-root-ca.crt
rotate-keys cron 0 3 * * *
select count(*) from tokens where expired
SELECT id, password_hash FROM users LIMIT 1
CREATE TABLE users (id int, password varchar(80))
ALTER TABLE users ADD COLUMN token text
PRAGMA key_size
ALTER USER ada VALID UNTIL '2027-01-01'
CREATE USER ada WITH NOSUPERUSER
GRANT SELECT ON secrets TO ada
INSERT INTO events (id, name) VALUES (1, 'token refreshed')
psk identity unknown
PSK cipher suites disabled
pre-shared key mode
community edition 1.2
community: public forum
snmp-server enable traps
enable secret rotation
tacacs-server host 10.0.0.1
crypto map x 10 ipsec-isakmp
`
  .trim()
  .split('\n');
