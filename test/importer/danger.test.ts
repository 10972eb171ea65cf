import { describe, expect, test } from 'vitest';
import type { Danger } from '../../src/domain/runbooks/operation.ts';
import { classifyScript } from '../../src/importer/classify.ts';
import { mongoDanger, splitSql, sqlDanger } from '../../src/importer/query-danger.ts';

const classes: Readonly<Record<Danger, readonly string[]>> = {
  read: [
    'kubectl get pods -n shop',
    'kubectl rollout status deployment/api',
    'kubectl exec -n db pg-0 -- psql -U app -c "SELECT count(*) FROM pg_stat_activity;"',
    'kubectl exec -n mq kafka-0 -- kafka-consumer-groups.sh --describe --group g',
    'kubectl apply -f a.yaml --dry-run=client',
    'docker compose ps',
    'curl -s http://a/health | jq .status',
    "watch -n 5 'curl -s http://a | jq'",
    'for p in 1 2; do curl -s http://a:$p; done',
    'systemctl status nginx',
    'sudo -u postgres psql -c "SHOW work_mem"',
    'redis-cli -h cache INFO memory',
    'mongosh shop --eval "db.orders.find().limit(3)"',
    'aws sqs list-queues',
    'gh run list --limit 5',
    'tar -tzf a.tar.gz',
    'kafka-consumer-groups --reset-offsets --to-earliest --dry-run --group g',
    'Get-Service Spooler',
    'find /var/log -name a.log 2>/dev/null',
    'date +%s',
    'psql -c "COPY (SELECT 1) TO STDOUT"',
    'psql -c "COPY orders (id) TO STDOUT CSV"',
    'find /etc -name a.conf -exec grep -H listen {} +',
    'http GET a/health X-Id:1 q==a',
    'kcat -L -b k:9092',
    'ansible all -m ping',
    'sqlite3 a.db "SELECT 1"',
    'sqlite3 -readonly a.db .tables',
    'haproxy -c -f h.cfg',
    'curl -s http://a | python3 -m json.tool',
    'kubectl get secret a -o yaml | base64 -d',
    'vault token lookup',
    `logcli query '{app="x"}'`,
    'mongostat -n 1',
    'terraform plan',
    'openssl x509 -in c.pem -noout -dates',
  ],
  safe: [
    'kubectl uncordon node-1',
    'docker pull a:1',
    'systemctl daemon-reload',
    'echo a >> notes',
    'git fetch',
    'psql -c "VACUUM"',
  ],
  disruptive: [
    'kubectl rollout restart deployment/api',
    'kubectl scale deployment api --replicas=0',
    'cat a.yaml | kubectl apply -f -',
    'docker-compose restart api',
    'ssh ops@a "sudo systemctl restart api"',
    'curl -X POST http://a/reset',
    "curl -d '{}' http://a",
    'psql -c "SELECT pg_terminate_backend(7)"',
    'psql -c "CREATE INDEX CONCURRENTLY i ON t(a)"',
    'redis-cli CONFIG SET maxmemory 1gb',
    'gh workflow run deploy.yml',
    'pg_dump a > b.sql',
    'sed -i s/a/b/ conf',
    'Restart-Service Spooler',
    'aws ecs update-service --service a',
    'aws s3api get-object --bucket b --key k file',
    'terraform plan -out=f',
    'openssl x509 -in a -out b',
    'http a/x b=c',
    'http POST a/x',
    'kcat -P -b k -t t',
    'kcat -G g t',
  ],
  destructive: [
    'rm -rf /tmp/a',
    'kubectl delete pod a',
    'find / -name x -exec rm {} \\;',
    'find / -exec cat {} \\; -exec rm {} \\;',
    'find / -name x -exec {} \\;',
    'ansible all -m shell -a "rm x"',
    'sqlite3 a.db "DELETE FROM t"',
    'sqlite3 a.db ".import f t"',
    'haproxy -f h.cfg',
    'python3 -m json.tool a b',
    'openssl s_client -connect a:443 -engine x',
    'psql -c "COPY (DELETE FROM t RETURNING *) TO STDOUT"',
    'psql -c "COPY (SELECT my_f()) TO STDOUT"',
    'kubectl exec a -- rm -rf /data',
    'kubectl exec -it a -- bash',
    'docker compose down -v',
    'docker run --rm alpine sh',
    'bash -c "rm a"',
    'eval "rm a"',
    'curl http://a/install.sh | bash',
    'curl -XDELETE http://a/1',
    'ls | xargs rm',
    'find . -name a -delete',
    'find . -exec rm {} +',
    'echo `rm a`',
    'echo "$(rm a)"',
    'cat < <(rm a)',
    'true && rm a',
    'if true; then rm a; fi',
    'FORCE=1 rm a',
    'env -i nohup timeout -k 5 10 rm a &',
    "r''m a",
    '\\rm a',
    '$TOOL a',
    './deploy.sh production',
    'frobnicate --now',
    'sudo -i',
    '. ./env.sh',
    'echo x > /etc/hosts',
    'psql -h db shop',
    'psql -c "SELECT 1; DROP TABLE orders"',
    'psql shop < dump.sql',
    'psql <<SQL\nDELETE FROM a;\nSQL',
    'redis-cli FLUSHALL',
    'redis-cli',
    'mongosh --eval "db.orders.drop()"',
    'kafka-topics.sh --delete --topic a',
    'kafka-topics.sh --alter --topic a --partitions 9',
    'kafka-consumer-groups --reset-offsets --to-earliest --execute --group g',
    'aws s3 rm s3://a --recursive',
    'aws s3 sync a s3://b --delete',
    'Remove-Item a',
    'git push --force',
    'awk \'BEGIN { system("rm a") }\'',
    "sed '1e rm a' f",
    'date -s 12:00',
    'terraform apply',
  ],
};

describe.each(Object.entries(classes))('%s', (danger, commands) => {
  test.each(commands)('%s', (command) => {
    expect(classifyScript(command).danger).toBe(danger);
  });
});

test('an unknown program is destructive, and reported as unknown', () => {
  expect(classifyScript('frobnicate a')).toEqual({ danger: 'destructive', isKnown: false });
  expect(classifyScript('ls && frobnicate a')).toEqual({ danger: 'destructive', isKnown: false });
  expect(classifyScript('rm a')).toEqual({ danger: 'destructive', isKnown: true });
  expect(classifyScript('')).toEqual({ danger: 'destructive', isKnown: false });
});

test('shells inside shells are followed only so far', () => {
  expect(classifyScript(`${'ssh a '.repeat(5)}ls`).danger).toBe('read');
  expect(classifyScript(`${'ssh a '.repeat(20)}ls`).danger).toBe('destructive');
});

test.each<[string, Danger]>([
  ['EXPLAIN DELETE FROM a', 'read'],
  // A word that begins a safe statement says nothing of what follows.
  ['BEGIN', 'safe'],
  ['BEGIN; SELECT 1; COMMIT', 'safe'],
  ['BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY', 'safe'],
  ['BEGIN\nDELETE FROM a', 'destructive'],
  ["BEGIN\n  EXECUTE IMMEDIATE 'DROP TABLE a';\nEND", 'destructive'],
  ["COMMIT PREPARED 'x'", 'destructive'],
  ["ROLLBACK PREPARED 'x'", 'destructive'],
  ['ROLLBACK TO SAVEPOINT a', 'safe'],
  ['RESET MASTER', 'destructive'],
  ['RESET SLAVE ALL', 'destructive'],
  ['RESET REPLICA', 'destructive'],
  ['RESET QUERY CACHE', 'destructive'],
  ['RESET search_path', 'safe'],
  ['RESET ALL', 'disruptive'],
  ['SET statement_timeout = 0', 'safe'],
  ['SET LOCAL search_path TO a, b', 'safe'],
  ['SET GLOBAL read_only = 1', 'disruptive'],
  ['SET session_replication_role = replica', 'disruptive'],
  ['SET statement_timeout = (SELECT f())', 'disruptive'],
  ["SET PASSWORD = 'x'", 'destructive'],
  ['VACUUM (VERBOSE, ANALYZE) a', 'safe'],
  ['VACUUM FULL', 'disruptive'],
  ['VACUUM (FULL) a', 'disruptive'],
  ['ANALYZE TABLE a', 'safe'],
  ['EXPLAIN ANALYZE DELETE FROM a', 'destructive'],
  ["SELECT 'DROP TABLE a; -- no'", 'read'],
  ['SELECT 1 /* ; DROP TABLE a */', 'read'],
  ['WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d', 'destructive'],
  ['SELECT * FROM a FOR UPDATE', 'disruptive'],
  ['UPDATE a SET b = 1', 'destructive'],
  ['ALTER SYSTEM SET max_connections = 9', 'disruptive'],
  ['\\d+ orders', 'read'],
  ['DO $$ BEGIN END $$', 'destructive'],
  ['-- nothing', 'destructive'],
])('SQL: %s is %s', (sql, danger) => {
  expect(sqlDanger(sql)).toBe(danger);
});

test('SQL is split at its semicolons, not at those in texts and comments', () => {
  const sql = "-- first; really\nSELECT ';';\n\nSELECT 2 /* ; */;\nSELECT 3";
  expect(splitSql(sql)).toEqual([
    { line: 1, text: "SELECT ';';" },
    { line: 3, text: 'SELECT 2 /* ; */;' },
    { line: 4, text: 'SELECT 3' },
  ]);
});

test.each<[string, Danger]>([
  ['db.a.find({ status: "drop()" }).count()', 'read'],
  ['db.a.aggregate([{ $out: "b" }])', 'destructive'],
  ['db.a.updateMany({}, {})', 'destructive'],
  ['db.a.createIndex({ b: 1 })', 'disruptive'],
  ['db.runCommand({ shutdown: 1 })', 'destructive'],
  ['db.adminCommand({ shutdown: 1 })', 'destructive'],
  ['use shop', 'read'],
  ['anything', 'destructive'],
])('mongosh: %s is %s', (script, danger) => {
  expect(mongoDanger(script)).toBe(danger);
});
