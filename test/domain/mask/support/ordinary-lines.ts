/** A deterministic generator of numbers below `limit` (a linear congruential generator; Numerical Recipes, 7.1). */
const numbers = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
};

const hexDigits = '0123456789abcdef';
const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The values that a template can take. */
const createValues = (next: (limit: number) => number): Readonly<Record<string, () => string>> => {
  const of = (digits: string, count: number): string =>
    Array.from({ length: count }, () => digits[next(digits.length)] ?? '').join('');
  const first = (...words: readonly string[]): string => words[next(words.length)] ?? '';
  const two = (limit: number): string => String(next(limit)).padStart(2, '0');
  return {
    n: () => String(next(9000) + 3),
    id: () => String(1_000_000 + next(9_000_000)),
    hex8: () => of(hexDigits, 8),
    hex16: () => of(hexDigits, 16),
    hex32: () => of(hexDigits, 32),
    hex64: () => of(hexDigits, 64),
    uuid: () => [8, 4, 4, 4, 12].map((count) => of(hexDigits, count)).join('-'),
    b22: () => of(base64Digits, 22),
    b43: () => of(base64Digits, 43),
    pod: () =>
      `${first('billing', 'orders', 'psp-gateway', 'token-service', 'password-reset')}-${of(hexDigits, 10)}-${of('bcdfghjklmnpqrstvwxz2456789', 5)}`,
    service: () => first('billing', 'orders', 'auth-service', 'session-store', 'key-manager', 'secret-sync'),
    topic: () => first('orders', 'payments.captured', 'sessions', 'token-events', '__consumer_offsets'),
    user: () => first('ada', 'grace', 'linus', 'svc-billing', 'postgres'),
    ip: () => `10.${next(256)}.${next(256)}.${next(256)}`,
    time: () => `2026-03-04T${two(24)}:${two(60)}:${two(60)}.${String(next(1000)).padStart(3, '0')}Z`,
    clock: () => `${two(24)}:${two(60)}:${two(60)}`,
    level: () => first('INFO', 'WARN', 'ERROR', 'DEBUG'),
    low: () => first('info', 'warn', 'error', 'debug'),
    path: () =>
      first('/api/orders', '/auth/login', '/oauth2/token', '/session/new', '/keys', '/.well-known/jwks.json'),
    verb: () => first('GET', 'POST', 'PUT', 'DELETE'),
    status: () => first('200', '201', '302', '401', '403', '404', '500', '503'),
  };
};

/** Ordinary lines by program. None holds a secret, many are about secrets, and many hold values that look like one. */
const templates: readonly string[] = [
  // Spring Boot
  '{time}  {level} 1 --- [nio-8080-exec-{n}] c.a.billing.OrderController : order {id} accepted in {n} ms',
  '{time}  {level} 1 --- [main] o.s.b.w.embedded.tomcat.TomcatWebServer : Tomcat started on port {n} (http)',
  '{time}  WARN 1 --- [nio-8080-exec-{n}] o.s.s.authentication.ProviderManager : No AuthenticationProvider found for token class UsernamePasswordAuthenticationToken',
  '{time} ERROR 1 --- [scheduling-1] c.a.billing.TokenRefresher : token refresh failed: connection refused, attempt {n}',
  '{time} DEBUG 1 --- [nio-8080-exec-{n}] o.s.s.w.FilterChainProxy : Securing {verb} {path}',
  '{time}  INFO 1 --- [main] c.z.hikari.HikariDataSource : HikariPool-{n} - Start completed. key=orders-{n} author={user}',
  '\tat com.acme.auth.PasswordPolicy.check(PasswordPolicy.java:{n}) ~[auth-{n}.jar:{hex8}]',
  'Caused by: com.acme.SecretStoreException: secret store is sealed (request {uuid})',
  '{time}  WARN 1 --- [task-{n}] c.a.auth.PasswordPolicy : password policy: minLength={n}, maxAge={n}d, history=5',
  '{time}  INFO 1 --- [main] o.s.s.core.Session : session: opened, passed={n} failed=0 compass=north',
  // JSON of Go
  '{"level":"{low}","ts":"{time}","caller":"auth/handler.go:{n}","msg":"login accepted","user":"{user}","trace_id":"{hex32}","span_id":"{hex16}"}',
  '{"level":"{low}","ts":"{time}","msg":"token bucket refilled","bucket":"{service}","tokens":{n},"capacity":{n}}',
  '{"level":"{low}","time":"{time}","msg":"request","method":"{verb}","path":"{path}","status":{status},"request_id":"{uuid}","bytes":{id}}',
  '{"level":"{low}","msg":"cache miss","key":"orders-{n}","etag":"\\"{hex32}\\"","digest":"sha256:{hex64}"}',
  '{"level":"{low}","msg":"key rotated","key_id":"{uuid}","keyVersion":{n},"author":"{user}","authenticated":true}',
  '{"level":"{low}","msg":"secret not found","secretName":"{service}-tls","namespace":"shop","token_ttl":{n},"password_policy":"strict"}',
  'time="{time}" level={low} msg="password changed" user={user} auth=ldap passwordAge={n}d session=closed',
  '{"level":"{low}","msg":"checksum ok","checksum":"{b43}","object":"{b22}","sig":"SIGTERM","pass":{n}}',
  // Kafka
  '[{time}] INFO [GroupCoordinator {n}]: Member consumer-{service}-{uuid} in group {service} has left (kafka.coordinator.group.GroupCoordinator)',
  '[{time}] INFO [Partition {topic}-{n} broker={n}] Log loaded for partition {topic}-{n} with initial high watermark {id} (kafka.cluster.Partition)',
  '[{time}] INFO KafkaConfig values: ssl.keystore.password = null sasl.jaas.config = [hidden] ssl.key.password = null',
  '\tdelegation.token.expiry.time.ms = {id}',
  '\tssl.keystore.password = null',
  '\tsasl.jaas.config = [hidden]',
  '\tpassword.encoder.iterations = {n}',
  '[{time}] WARN [Consumer clientId={service}-{n}, groupId={service}] Offset commit failed on partition {topic}-{n} at offset {id}: The coordinator is not available. (org.apache.kafka.clients.consumer.internals.ConsumerCoordinator)',
  '[{time}] INFO [SocketServer listenerType=ZK_BROKER, nodeId={n}] Failed authentication with /{ip} (SSL handshake failed) (org.apache.kafka.common.network.Selector)',
  '[{time}] INFO Kafka commitId: {hex16} (org.apache.kafka.common.utils.AppInfoParser)',
  '[{time}] INFO Cluster ID: {b22} (org.apache.kafka.clients.Metadata)',
  // PostgreSQL
  '2026-03-04 {clock} UTC [{n}] {user}@shop FATAL:  password authentication failed for user "{user}"',
  '2026-03-04 {clock} UTC [{n}] {user}@shop DETAIL:  Connection matched file "/etc/postgresql/pg_hba.conf" line {n}: "host all all all scram-sha-256"',
  '2026-03-04 {clock} UTC [{n}] {user}@shop LOG:  connection authenticated: identity="{user}" method=scram-sha-256 (/etc/pg_hba.conf:{n})',
  '2026-03-04 {clock} UTC [{n}] {user}@shop LOG:  duration: {n}.{n} ms  execute S_{n}: SELECT id FROM sessions WHERE token = $1 AND expires > now()',
  '2026-03-04 {clock} UTC [{n}] {user}@shop STATEMENT:  UPDATE users SET password_hash = $2 WHERE id = $1',
  '2026-03-04 {clock} UTC [{n}] {user}@shop ERROR:  duplicate key value violates unique constraint "orders_pkey"',
  '2026-03-04 {clock} UTC [{n}] {user}@shop DETAIL:  Key (order_id, token_id)=({id}, {uuid}) already exists.',
  '2026-03-04 {clock} UTC [{n}] LOG:  checkpoint complete: wrote {n} buffers ({n}.1%); distance={id} kB',
  // nginx
  '{ip} - {user} [04/Mar/2026:{clock} +0000] "{verb} {path} HTTP/1.1" {status} {n} "-" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.{n}',
  '{ip} - - [04/Mar/2026:{clock} +0000] "{verb} {path}?page={n}&key=orders-{n}&author={user} HTTP/2.0" {status} {n} "https://shop.example/" "curl/8.5.0"',
  '2026/03/04 {clock} [error] {n}#{n}: *{id} connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, request: "{verb} {path} HTTP/1.1"',
  '2026/03/04 {clock} [warn] {n}#{n}: *{id} an upstream response is buffered to a temporary file /var/cache/nginx/{n}/{hex8} while reading upstream',
  '{ip} - - [04/Mar/2026:{clock} +0000] "{verb} /static/app.{hex8}.js HTTP/1.1" 304 0 cache=HIT etag={hex16}',
  // systemd and sshd
  'Mar 04 {clock} vm-3 systemd[1]: Started session-{n}.scope - Session {n} of User {user}.',
  'Mar 04 {clock} vm-3 systemd[1]: Reached target cryptsetup.target - Local Encrypted Volumes. path=systemd-ask-password-console.path',
  'Mar 04 {clock} vm-3 sshd[{n}]: Failed password for invalid user {user} from {ip} port {n} ssh2',
  'Mar 04 {clock} vm-3 sshd[{n}]: Accepted publickey for {user} from {ip} port {n} ssh2: ED25519 SHA256:{b43}',
  'Mar 04 {clock} vm-3 sshd[{n}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ip}  user={user}',
  'Mar 04 {clock} vm-3 sudo[{n}]: {user} : TTY=pts/{n} ; PWD=/home/{user}/app ; USER=root ; COMMAND=/usr/bin/systemctl restart billing',
  'Mar 04 {clock} vm-3 kernel: {service}[{n}]: segfault at {hex8} ip {hex16} sp {hex16} error 4 sig=11',
  'Mar 04 {clock} vm-3 systemd[1]: billing.service: Main process exited, code=killed, status=9/KILL, signal=SIGKILL',
  // Rust (tracing)
  '{time}  {level} request{method={verb} uri={path} id={uuid}}: tower_http::trace: finished processing request latency={n} ms status={status}',
  '{time}  {level} limiter: acme::token_bucket: token bucket is empty bucket={service} capacity={n} refill={n}/s',
  '{time}  {level} acme::auth: user authenticated user={user} method="password" mfa=true auth=basic',
  '{time}  WARN acme::session: session expired session_age={n}s peer={ip}:{n} pass=2',
  '{time}  {level} acme::store: blob written key=orders/{uuid} sha256={hex64} len={id} token_count={n}',
  '{time} ERROR acme::json: unexpected token "}" at line {n} column {n}, expected token: comma',
  // Kubernetes
  'LAST SEEN   TYPE      REASON        OBJECT          MESSAGE: {n}s Normal Scheduled pod/{pod} Successfully assigned shop/{pod} to node-{n}',
  '{n}m Warning FailedMount pod/{pod} MountVolume.SetUp failed for volume "certs" : secret {service}-tls-v2-{hex16} not found',
  'at com.example.Vault.getPassword("{service}") [{n}]: no token [{service}-{hex16}] for request {uuid}',
  '{n}m Warning FailedMount pod/{pod} MountVolume.SetUp failed for volume "certs" : secret "{service}-tls" not found',
  "{n}m Warning Failed pod/{pod} Error: couldn't find key password in Secret shop/{service}",
  '{n}m Normal Pulled pod/{pod} Container image "registry.example/{service}@sha256:{hex64}" already present on machine',
  '{n}m Warning Unhealthy pod/{pod} Readiness probe failed: HTTP probe failed with statuscode: {status}',
  'E0304 {clock}.123456       1 authentication.go:{n}] "Unable to authenticate the request" err="[invalid bearer token, token lookup failed]"',
  'I0304 {clock}.123456       1 secret.go:{n}] Caches populated for *v1.Secret from k8s.io/client-go@v0.29.{n}/tools/cache/reflector.go:{n}',
  'I0304 {clock}.123456       1 event.go:{n}] "Event occurred" object="shop/{pod}" kind="Pod" apiVersion="v1" type="Normal" reason="Created" uid="{uuid}"',
  '  secretName: {service}-tls',
  '    secretKeyRef: {name: {service}, key: password}',
  '  serviceAccountToken: {expirationSeconds: 3607}',
  // Words of the rules for tables, lists, commands and sentences
  'password is required, token is missing: retry in {n}s',
  'columns: id, password, token, created_at',
  '| user | password_changed | token_count |',
  'Step {n}/12 : ENV KEY_COUNT {n}',
  'Running: kubectl get secret {service} -o name | grep token | wc -l',
  'ORA-12505: listener does not currently know of SID given, (SID=ORCL)(HOST={ip})',
  'tokens:\\n- see above',
  'https://{service}.example/session/{n}#top',
  'secret/{service}-credentials created, secret/{service}-token configured',
  'tokens: {n}',
  '{"usage":{"prompt_tokens":{n},"total_tokens":{n}},"tokens":{"input":{n},"output":{n}}}',
  'tokens: [101, 2023, 2003]',
  'signing keys: rotated',
  'api_keys: {n} of 5',
  'PASS: TestOrder{n}',
  'Password for {service}: cannot be read',
  'password 7 days old, secret 5 days old',
  'add_header X-Frame-Options DENY;',
  'proxy_set_header Authorization $http_authorization;',
  'image {service}:1.25@sha256:7a9f3c51e8b2/x',
  'echo done | sudo tee /etc/motd',
  'requirepass is not set',
  'kind: SecretStore, data: none',
];

/** Returns `count` ordinary log lines; the same ones for the same seed. */
export const ordinaryLines = (count: number, seed = 7): readonly string[] => {
  const values = createValues(numbers(seed));
  return Array.from({ length: count }, (_, index) =>
    (templates[index % templates.length] ?? '').replaceAll(
      /\{(\w+)\}/g,
      (whole, name: string) => values[name]?.() ?? whole,
    ),
  );
};
