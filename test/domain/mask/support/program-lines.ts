/** Ordinary lines of the logs and outputs of programs, many with the words of secrets. */
export const programLines: readonly string[] = `
2026-11-29 23:00:01 UTC [411] LOG: checkpoint starting: time
2026-11-29 23:00:01.123 UTC [12] ada@shop FATAL: password authentication failed for user "ada"
2026-11-29 23:00:02 UTC [412] ERROR: duplicate key value violates unique constraint "users_pkey"
2026-11-29 23:00:02 UTC [412] DETAIL: Key (id)=(42) already exists.
2026-11-29 23:00:02 UTC [413] ERROR: relation "api_tokens" does not exist at character 15
Nov 29 23:00:01 web-1 sshd[812]: Accepted publickey for deploy from 10.0.0.4 port 50122 ssh2: ED25519 SHA256:u2Vw7cS3mJ5Xn0Qe4oK9pLr1tYb6aZdHf8gIi2jKkl0
Nov 29 23:00:01 web-1 sshd[813]: Failed password for invalid user admin from 203.0.113.9 port 41822 ssh2
Nov 29 23:00:01 web-1 sshd[813]: Failed password for root from 203.0.113.9 port 41822 ssh2
Nov 29 23:00:03 web-1 sshd[813]: Connection closed by authenticating user root 203.0.113.9 port 41822 [preauth]
Nov 29 23:00:04 web-1 sudo: deploy : TTY=pts/0 ; PWD=/srv/api ; USER=root ; COMMAND=/bin/systemctl restart api
Nov 29 23:00:04 web-1 su[991]: pam_unix(su:auth): authentication failure; logname= uid=1000 euid=0 tty=pts/1 ruser=ada rhost= user=root
Nov 29 23:00:05 web-1 systemd[1]: Started Session 412 of User deploy.
Nov 29 23:00:05 web-1 systemd[1]: api.service: Main process exited, code=exited, status=1/FAILURE
Nov 29 23:00:05 web-1 systemd-logind[700]: New session 413 of user ada.
Nov 29 23:00:06 web-1 CRON[2211]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)
Nov 29 23:00:06 web-1 kernel: [12345.678] Out of memory: Killed process 4211 (java) total-vm:8123456kB
Nov 29 23:00:07 web-1 passwd[991]: pam_unix(passwd:chauthtok): password changed for ada
Nov 29 23:00:07 web-1 chage[992]: changed password expiry for ada
Nov 29 23:00:07 web-1 dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<ada>, method=PLAIN, rip=203.0.113.4
Nov 29 23:00:08 web-1 postfix/smtpd[100]: warning: unknown[203.0.113.4]: SASL LOGIN authentication failed: authentication failure
Nov 29 23:00:08 web-1 pppd[22]: CHAP authentication succeeded
Nov 29 23:00:08 web-1 pppd[22]: Using interface ppp0
Nov 29 23:00:09 web-1 charon: 12[IKE] authentication of 'moon' with pre-shared key successful
Nov 29 23:00:09 web-1 charon: 12[CFG] loaded IKE secret for 10.0.0.1
Nov 29 23:00:09 web-1 wpa_supplicant[400]: wlan0: WPA: Key negotiation completed with 00:11:22:33:44:55 [PTK=CCMP GTK=CCMP]
Nov 29 23:00:09 web-1 named[500]: managed-keys-zone: Key 20326 for zone . is now trusted (acceptance timer complete)
10.0.0.4 - - [29/Nov/2026:23:00:01 +0000] "POST /oauth/token HTTP/1.1" 200 1243 "-" "okhttp/4.9"
10.0.0.4 - ada [29/Nov/2026:23:00:01 +0000] "GET /password/reset HTTP/1.1" 302 0
10.0.0.4 - - [29/Nov/2026:23:00:01 +0000] "GET /api/keys/42 HTTP/2.0" 404 12
10.0.0.4 - - [29/Nov/2026:23:00:01 +0000] "GET /auth/login?next=/home HTTP/1.1" 200 512
2026/11/29 23:00:01 [error] 31#31: *512 upstream timed out (110: Connection timed out) while reading response header from upstream
2026/11/29 23:00:01 [warn] 31#31: *513 a client request body is buffered to a temporary file /var/cache/nginx/0000000012
2026/11/29 23:00:02 [crit] 31#31: *514 SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking
time="2026-11-29T23:00:01Z" level=info msg="token refreshed" user=ada ttl=3600
time="2026-11-29T23:00:01Z" level=error msg="failed to verify certificate: x509: certificate has expired"
time="2026-11-29T23:00:01Z" level=warning msg="secret not found" namespace=shop name=db-credentials
level=info ts=2026-11-29T23:00:01Z caller=main.go:412 msg="Server is ready to receive web requests."
level=info component=tsdb msg="write block" mint=1700000000 maxt=1700007200 ulid=01HFZ5Q2W3E4R5T6Y7U8I9O0PA duration=2.1s
I1129 23:00:01.123456 1 controller.go:132] Syncing secret shop/db-credentials
E1129 23:00:01.123456 1 reflector.go:138] Failed to watch *v1.Secret: unknown (get secrets)
W1129 23:00:01.123456 1 authentication.go:73] Unable to authenticate the request due to an error: invalid bearer token
I1129 23:00:02.123456 1 leaderelection.go:250] attempting to acquire leader lease kube-system/token-cleaner...
MountVolume.SetUp failed for volume "api-token" : secret "api-token" not found
Error: secret "db-credentials" not found
Warning FailedMount 2m (x12 over 20m) kubelet MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key
Normal Created 3m kubelet Created container token-refresher
pod/secret-store-csi-driver-7x2pq 3/3 Running 0 12d
secret/db-credentials configured
secret/db-credentials unchanged
NAME TYPE DATA AGE
db-credentials Opaque 2 12d
default-token-x7k2p kubernetes.io/service-account-token 3 40d
{"level":"info","ts":1700000000.1,"msg":"password reset requested","user":"ada"}
{"level":"warn","msg":"invalid token","status":401,"path":"/v1/orders"}
{"level":"error","msg":"could not decrypt secret","error":"cipher: message authentication failed"}
{"event":"login","user":"ada","method":"password","success":true}
{"event":"key.rotated","key_id":"2026-11","age_days":90}
{"tokens_used":1832,"max_tokens":4096,"model":"small"}
{"token_type":"bearer","expires_in":3600,"scope":"read"}
{"passwordPolicy":{"minLength":12,"maxAge":90}}
{"secretName":"db-credentials","namespace":"shop"}
{"keys":["a","b"],"count":2}
{"cache_key":"orders:42","hit":true}
{"primaryKey":42,"foreignKey":7}
INFO  o.s.s.w.a.UsernamePasswordAuthenticationFilter - Set SecurityContextHolder to UsernamePasswordAuthenticationToken
INFO  c.z.h.HikariDataSource - HikariPool-1 - Start completed.
WARN  o.a.k.c.NetworkClient - [Producer clientId=producer-1] Bootstrap broker kafka:9092 (id: -1 rack: null) disconnected
INFO  o.a.k.c.s.a.AbstractLogin - Successfully logged in.
ERROR o.a.k.c.NetworkClient - Connection to node 1 failed authentication due to: SASL authentication failed
INFO  ssl.keystore.password = null
INFO  ssl.key.password = [hidden]
INFO  sasl.jaas.config = [hidden]
INFO  ssl.truststore.password = null
INFO  key.serializer = class org.apache.kafka.common.serialization.StringSerializer
INFO  sasl.login.refresh.buffer.seconds = 300
INFO  sasl.oauthbearer.token.endpoint.url = null
Using generated security password for development
Your password has expired. To log in you must change it using a client that supports expired passwords.
Enter passphrase for key '/home/ada/.ssh/id_ed25519':
Enter password:
[sudo] password for ada:
Password:
Password must be at least 12 characters
passwd: password updated successfully
passwd: all authentication tokens updated successfully.
Authentication token manipulation error
Permission denied (publickey,password).
Host key verification failed.
WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!
The fingerprint for the ED25519 key sent by the remote host is SHA256:u2Vw7cS3mJ5Xn0Qe4oK9pLr1tYb6aZdHf8gIi2jKkl0.
The key's randomart image is:
Your public key has been saved in id_ed25519.pub
gpg: using RSA key 8F3DA4B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7
gpg: Good signature from "Ada <ada@example.com>" [ultimate]
gpg: encrypted with 4096-bit RSA key, ID A1B2C3D4E5F60718, created 2024-01-01
gpg: public key decryption failed: No secret key
Get:1 http://mirror.example/debian bookworm/main amd64 libsecret-1-0 amd64 0.20.5-3 [39.4 kB]
Setting up libpam-runtime (1.5.2-6) ...
Unpacking ssh-key-agent (2.1) over (2.0) ...
The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 0E98404D386FA1D9
npm warn deprecated request@2.88.2: request has been deprecated
npm error code E401
npm error Incorrect or missing password.
added 412 packages, and audited 413 packages in 9s
Downloading tokenizers-0.15.0-cp311-none-linux.whl (3.6 MB)
Successfully installed python-jose-3.3.0 passlib-1.7.4 itsdangerous-2.1.2
   Compiling secrecy v0.8.0
   Compiling password-hash v0.5.0
   Compiling tokio-util v0.7.10
go: downloading github.com/golang-jwt/jwt/v5 v5.2.0
ok  	example.com/shop/internal/token	0.412s
--- FAIL: TestPasswordReset (0.01s)
PASS src/auth/token.test.ts (2.1 s)
  ✓ rejects an expired token (12 ms)
FAILED tests/test_password.py::test_reset - AssertionError: assert 401 == 200
tests/test_tokens.py ....F [ 40%]
[INFO] Building secrets-service 1.4.2 [3/7]
[ERROR] Failed to execute goal on project auth: Could not resolve dependencies
> Task :auth:compileJava UP-TO-DATE
Step 4/9 : ENV PASSWORD_FILE=/run/secrets/db
 ---> Using cache
#8 [4/6] RUN --mount=type=secret,id=npmrc npm ci
remote: Counting objects: 100% (12/12), done.
remote: Invalid username or password.
fatal: Authentication failed for 'https://git.example.com/shop/api.git/'
From git.example.com:shop/api
 * branch            main       -> FETCH_HEAD
   3f2a1b4..9c8d7e6  main       -> origin/main
commit 3f2a1b4c5d6e7f8091a2b3c4d5e6f708192a3b4c
Author: Ada <ada@example.com>
    feat(auth): rotate signing keys every 90 days
Plan: 2 to add, 1 to change, 0 to destroy.
  # aws_secretsmanager_secret.db will be updated in-place
  + password = (sensitive value)
  ~ token = (known after apply)
random_password.db: Creation complete after 0s [id=none]
Apply complete! Resources: 2 added, 1 changed, 0 destroyed.
TASK [Set password of the database user] ****************
changed: [db-1] => (item=ada)
fatal: [db-1]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh: Permission denied (publickey,password)."}
PLAY RECAP ****************
db-1 : ok=12 changed=3 unreachable=0 failed=0 skipped=2 rescued=0 ignored=0
Success! Data written to: secret/data/db
Key                 Value
lease_duration      768h
token_policies      ["default" "ops"]
token_renewable     true
Sealed          false
Total Shares    5
Threshold       3
Seal Type       shamir
core: successful mount: namespace="" path=secret/ type=kv
==> Vault server configuration:
[INFO]  agent: Synced node info
[WARN]  agent: Check is now critical: check=service:api
[INFO]  agent.server.connect: initialized primary datacenter CA with provider: provider=consul
# Keyspace
db0:keys=1024,expires=12,avg_ttl=3600000
1:M 29 Nov 2026 23:00:01.123 * Background saving terminated with success
1:M 29 Nov 2026 23:00:01.123 # WARNING: The TCP backlog setting of 511 cannot be enforced
-NOAUTH Authentication required.
-WRONGPASS invalid username-password pair or user is disabled.
(error) NOAUTH Authentication required.
2026-11-29T23:00:01.123Z 12 [Warning] [MY-013360] [Server] Plugin mysql_native_password reported: deprecated
ERROR 1045 (28000): Access denied for user 'ada'@'10.0.0.4' (using password: YES)
ERROR 1062 (23000): Duplicate entry '42' for key 'users.PRIMARY'
InnoDB: page_cleaner: 1000ms intended loop took 4211ms
KEY idx_token (token) USING BTREE
{"t":{"$date":"2026-11-29T23:00:01.123Z"},"s":"I","c":"ACCESS","id":20250,"ctx":"conn12","msg":"Authentication succeeded","attr":{"mechanism":"SCRAM-SHA-256","speculative":true,"principalName":"ada"}}
{"t":{"$date":"2026-11-29T23:00:01.123Z"},"s":"I","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted"}
[2026-11-29T23:00:01,123][INFO ][o.e.x.s.a.TokenService   ] [node-1] refresh keys
[2026-11-29T23:00:01,123][WARN ][r.suppressed] [node-1] path: /_security/user/ada/_password, params: {username=ada}
=INFO REPORT==== 29-Nov-2026::23:00:01 === connection <0.412.0> (10.0.0.4:50122 -> 10.0.0.9:5672): user 'ada' authenticated and granted access to vhost '/'
closing AMQP connection <0.412.0> (10.0.0.4:50122 -> 10.0.0.9:5672, vhost: '/', user: 'ada')
[2026-11-29 23:00:01,123] INFO [SocketServer listenerType=ZK_BROKER, nodeId=1] Failed authentication with /10.0.0.4
[2026-11-29 23:00:01,123] INFO [GroupCoordinator 1]: Member consumer-1-3f2a1b4c-5d6e-7f80-91a2-b3c4d5e6f708 in group orders has left
[2026-11-29 23:00:01,123] TRACE [Controller id=1] Sending key partition orders-0
Traceback (most recent call last):
  File "/srv/app/auth.py", line 42, in check_password
KeyError: 'password'
ValueError: Invalid token at position 12
SyntaxError: Unexpected token < in JSON at position 0
TypeError: Cannot read properties of undefined (reading 'token')
    at verifyToken (/srv/app/src/auth/token.js:42:15)
    at Object.<anonymous> (/srv/app/test/password.test.js:3:1)
java.lang.IllegalStateException: No secret configured for issuer
	at com.example.auth.PasswordEncoder.matches(PasswordEncoder.java:42)
Caused by: javax.crypto.AEADBadTagException: Tag mismatch
Caused by: java.security.UnrecoverableKeyException: Password must not be null
panic: runtime error: index out of range [3] with length 3
goroutine 1 [running]:
main.(*Tokenizer).next(0xc000010000, {0x0, 0x0})
certbot: Renewing an existing certificate for example.com
Certificate is saved at: /etc/letsencrypt/live/example.com/fullchain.pem
Key is saved at: /etc/letsencrypt/live/example.com/privkey.pem
acme: Trying to solve HTTP-01 token challenge
HAProxy: Server be/api1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.
Proxy api started. Stick table 'keys' ready.
send 42 bytes to 10.0.0.4
send "GET /health" to upstream
expect 200 got 503
expected token ';' before '}'
sending key events to window 3
send SIGTERM to 4211
sendline: 3 messages queued
* 10.0.0.0/8 via 10.0.0.1
ada * * *
admin * read *
root pts/0 10.0.0.4 23:00 0.00s w
ada 4211 0.3 1.2 java -jar api.jar
orders 0 1200 1250 50 consumer-1
bundle config: path vendor/bundle
BUNDLE_PATH: "vendor/bundle"
BUNDLE_WITHOUT: "development:test"
BUNDLE_JOBS: "4"
bundle config set --local without development:test
composer config --list
composer config repositories.a vcs https://git.example.com/a
{"http-basic": {}}
{"github-protocols": ["https", "ssh"]}
poetry config virtualenvs.in-project true
bearer authentication is required
digest: sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730
latest: digest: sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730 size: 1234
passing checks: 12
passed 12 of 14
compass direction: north
bypass mode enabled
passenger-status: 4 workers
Password change required at next login: yes
password_encryption | scram-sha-256
 max_connections | 100
tokens per second: 41.2
session opened: 3
session_timeout = 30m
auth: ok
authorization: allowed
credentials: loaded from /run/secrets/db
credential_source = Environment
pin: 3 packages pinned
pinned images: 4
salt-minion is running
Salt: master is up to date
nonce mismatch, retrying
signature verified
send "yes\\r"
send "exit\\r"
send "configure terminal\\r"
send "ls -la /srv\\r"
child.sendline('ls -la')
child.sendline("quit")
expect "password prompt not seen"
spawn ssh ada@h
sendline('help')
5 * 1 * * root /usr/bin/backup
deploy * orders-api * 3
neighbor 10.0.0.1 remote-as 65001
neighbor 10.0.0.1 password configured
standby 1 priority 110
BUNDLE_MIRROR__HTTPS://RUBYGEMS__ORG/: "http://localhost:9292/"
bundle config set mirror.https://rubygems.org http://localhost
`
  .trim()
  .split('\n');
