import { describe, expect, test } from 'vitest';
import type { Danger } from '../../src/domain/runbooks/operation.ts';
import { classifyScript } from '../../src/importer/classify.ts';
import { importDocument } from '../../src/importer/import-document.ts';
import { sqlDanger } from '../../src/importer/query-danger.ts';
import { parseShell } from '../../src/importer/shell.ts';
import { sourceModules } from '../support/source-modules.ts';

/** The step that a document with one command drafts. */
const drafted = (command: string, language = 'sh') => {
  const text = `# Do it\n\n## Diagnosis\n\n\`\`\`${language}\n${command}\n\`\`\`\n`;
  const { draft } = importDocument(text, { system: 'shop', file: 'R.md', modules: sourceModules });
  const [step] = draft.runbooks.flatMap(({ diagnose, act }) => [...diagnose, ...act]);
  const call = step?.call;
  return {
    danger: step?.danger,
    call: call && `${call.source.type}.${call.name}`,
    argv: call?.with.argv,
    gate: call?.danger,
  };
};

/**
 * Each changes something, in a way that looks like a read. The draft is a manual step, or executes all words of the
 * command with a gate; the third value is another operation that carries it.
 */
const disguised: Readonly<Record<string, readonly (readonly [string, Danger, string?])[]>> = {
  'options of curl and wget': [
    ['curl -sXDELETE http://a/queue', 'destructive', 'http.request'],
    ['curl -sX DELETE http://a/queue', 'destructive', 'http.request'],
    ['curl --request=DELETE http://a/queue', 'destructive', 'http.request'],
    ['curl -sX POST http://a/purge', 'disruptive', 'http.request'],
    ["curl -fsSd '{}' http://a/x", 'disruptive', 'http.request'],
    ['curl -d @body.json http://a/x', 'disruptive'],
    ['curl -d a=1 -d b=2 http://a/x', 'disruptive'],
    ['curl -X GET -X DELETE http://a/x', 'destructive'],
    ["curl -H 'X-HTTP-Method-Override: DELETE' http://a/x", 'destructive'],
    ['curl -X PURGE http://a/x', 'destructive'],
    ['curl -K delete.cfg', 'destructive'],
    ['curl -sK delete.cfg http://a/x', 'destructive'],
    ['curl http://a/ --next -XDELETE http://b/', 'destructive'],
    ['curl $OPTIONS http://a/', 'destructive'],
    ["curl $'-XDELETE' http://a/", 'destructive'],
    ['curl -{X,s}DELETE http://a/', 'destructive'],
    ['curl -so /etc/passwd http://a/', 'destructive'],
    ['curl gopher://redis:6379/_FLUSHALL', 'destructive'],
    ['curl -Q "DELE a" http://a/', 'destructive'],
    ["curl -w '%output{/etc/passwd}' http://a/", 'destructive'],
    ['wget --spider --method=DELETE http://a/', 'destructive'],
    ['wget --spider --post-data=a http://a/', 'disruptive'],
    ['wget --spider -e use_proxy=on http://a/', 'destructive'],
  ],
  'words that are harmless only alone': [
    ['bash deploy.sh --version 1.2.3', 'destructive'],
    ['python3 release.py --version 2.0', 'destructive'],
    ['docker exec shop python3 release.py --version 2.0', 'destructive'],
    ['kubectl exec shop-0 -- python3 release.py --version 2.0', 'destructive'],
    ['ssh ops@a python3 /opt/release.py --version 2.0', 'destructive'],
    ['java -jar migrate.jar --version 5', 'destructive'],
    ['nc -z a 80 -e /bin/sh', 'destructive'],
    ['bash deploy.sh -c ls', 'destructive'],
    ['kubectl delete pod a --dry-run=client --dry-run=none', 'destructive'],
    ['kubectl delete pod a -l --dry-run=client', 'destructive'],
    ['kubectl delete pod a --field-selector --dry-run=client', 'destructive'],
    ['helm upgrade a b --dry-run --post-renderer ./c.sh', 'destructive'],
  ],
  'several queries': [
    ['psql -c "SELECT 1" -c "DROP TABLE orders"', 'destructive'],
    ['psql --command="SELECT 1" --command="DROP TABLE orders"', 'destructive'],
    ['psql -tAc "DROP TABLE orders"', 'destructive', 'postgres.execute'],
    ['psql -c "SELECT 1" -f drop.sql', 'destructive'],
    ['psql -l -c "DROP TABLE orders"', 'destructive'],
    ['psql -c "SELECT 1" -o /etc/passwd', 'destructive'],
    ['psql -c "SELECT $$; DROP TABLE orders; $$"', 'destructive'],
    ['psql -c "SELECT $(cat drop.sql)"', 'destructive'],
    ["psql <<'SQL'\nSELECT format('DROP TABLE %I', a) FROM b \\gexec\nSQL", 'destructive'],
    ["psql <<'SQL'\n\\d x\n\\! rm -rf /data\nSQL", 'destructive'],
    ['mysql -e "SELECT 1" -e "DROP TABLE orders"', 'destructive'],
    ['mysql -e "system rm a"', 'destructive'],
    ['mongosh --eval "db.a.find()" --eval "db.dropDatabase()"', 'destructive'],
    ['mongosh --eval "db.a.find()" wipe.js', 'destructive'],
    [`mongosh --eval 'db.getCollection("a")["drop"]()'`, 'destructive'],
    [`mongosh --eval 'db.adminCommand({ shutdown: 1, ping: 1 })'`, 'destructive'],
    [`mongosh --eval 'db.a.find().forEach((d) => db.b.deleteOne(d))'`, 'destructive'],
    ['redis-cli --latency FLUSHALL', 'destructive'],
    ['redis-cli --eval wipe.lua', 'destructive'],
    ['cat a | redis-cli -x SET k', 'destructive'],
    ['redis-cli constructor', 'destructive'],
  ],
  'programs that start others': [
    ['env -S "rm -rf /data"', 'destructive'],
    ['env LD_PRELOAD=./a.so ls', 'destructive'],
    ["PAGER='rm a' git log", 'destructive'],
    ['sudo -u app timeout 5 nice rm a', 'destructive'],
    ["sudo sh -xc 'rm a'", 'destructive'],
    ["watch 'rm a'", 'destructive'],
    ['docker exec --detach-keys x cat rm -rf /', 'destructive'],
    ['docker rm -f exec ls', 'destructive'],
    ['docker compose run api ls', 'destructive'],
    ['kubectl get pods -o jsonpath={.items} | xargs kubectl delete', 'destructive'],
    ['cat args | xargs kubectl get', 'destructive'],
    ['cat args | xargs find', 'destructive'],
    ["ssh -o ProxyCommand='rm a' host ls", 'destructive'],
    ['gcloud compute ssh list-vm --command "rm a"', 'destructive'],
    ["su -c ls -c 'rm a' app", 'destructive'],
  ],
  'verbs behind options, and second verbs': [
    ['kubectl --as get delete pod a', 'destructive'],
    ['docker config rm tls', 'destructive'],
    ['git remote remove origin', 'destructive'],
    ['git reflog expire --all', 'destructive'],
    ["git grep -O'rm a' b", 'destructive'],
    ["git -c core.pager='rm a' log", 'destructive'],
    ['systemctl show a ; systemctl restart a', 'disruptive'],
    ['terraform providers lock', 'safe'],
    ['kubectl constructor', 'destructive'],
    ['npm audit fix', 'disruptive'],
  ],
  'options of readers': [
    ['ss -K dst 10.0.0.1', 'destructive'],
    ['kubectl exec shop-0 -- ss -K dst 10.0.0.1', 'destructive'],
    ['journalctl --vacuum-files=1', 'destructive'],
    ['journalctl --vacuum-t=1s', 'destructive'],
    ['dmesg -c', 'destructive'],
    ['find / -name a -fprint0 /etc/passwd', 'destructive'],
    ['find . $ACTION', 'destructive'],
    ['sort -ro a b', 'destructive'],
    ['sort --out=a b', 'destructive'],
    ['uniq a /etc/hosts', 'disruptive'],
    ["sed 's|.*|rm &|e' a", 'destructive'],
    ["sed -n '1w /etc/passwd' a", 'destructive'],
    ["awk '{ print > $2 }' a", 'destructive'],
    ['tree -o /etc/passwd', 'destructive'],
    ["man -P 'rm a' ls", 'destructive'],
    ['tar -tf a --to-command=rm', 'disruptive'],
    ['ip link set eth0 down', 'destructive'],
    ['dd if=a of=/dev/sda', 'destructive'],
  ],
  'Kafka tools': [
    ['kafka-acls.sh --remove --list --topic a', 'destructive'],
    ['kafka-configs.sh --alter --describe', 'disruptive'],
    ['kafka-consumer-groups --group g --reset-offsets --exec --to-latest', 'destructive'],
    ['kafka-topics.sh --describe --delete-config a', 'destructive'],
    ['kafka-consumer-groups --list --delete --group g', 'destructive'],
  ],
  'syntax of the shell': [
    ['"rm" a', 'destructive'],
    ['echo ${x:-$(rm a)}', 'destructive'],
    ['echo $(( $(rm a) + 1 ))', 'destructive'],
    ['cat <<EOF\n$(rm a)\nEOF', 'destructive'],
    ['cat <<EOF\n`rm a`\nEOF', 'destructive'],
    ['ls >& /etc/passwd', 'destructive'],
    ['diff <(rm a) b', 'destructive'],
    ['ls > >(rm a)', 'destructive'],
    ['ls | tee /etc/passwd', 'disruptive'],
    ['echo FLUSHALL | telnet redis 6379', 'destructive'],
  ],
};

describe.each(Object.entries(disguised))('%s', (_, cases) => {
  test.each(cases.map(([command, danger, call]) => ({ command, danger, call })))(
    '$command is $danger',
    ({ command, danger, call }) => {
      expect(classifyScript(command).danger).toBe(danger);
      const step = drafted(command);
      expect(step.danger).toBe(danger);
      if (step.argv === undefined) expect(step.call).toBe(call);
      else {
        expect(step.gate).toBe(danger);
        // In a container, the operation has the words behind its name.
        const words = parseShell(command).statements[0]?.commands[0]?.words.map(({ value }) => value) ?? [];
        expect(words.slice(-(step.argv as readonly string[]).length)).toEqual(step.argv);
        if (step.call === 'host.exec') expect(step.argv).toEqual(words);
      }
    },
  );
});

test.each([
  'curl -sS -m 5 http://a/health',
  'curl -so /dev/null -w "%{http_code}" http://a/',
  'bash --version',
  'kubectl delete pod a -n b --dry-run=client',
  'psql -h db -U app -tAc "SELECT count(*) FROM a" -c "SHOW work_mem"',
  'psql -l',
  "cat <<'EOF'\n$(rm a)\nEOF",
  "sed -n '10,20p' a",
  "awk '$5 > 100 { print $1 }' a",
  'ss -tlnp',
  'journalctl -u api --since today --no-pager',
  'ls | xargs grep a',
  'docker config ls',
  'docker compose config',
  'LC_ALL=C sort -k2 a',
  'sudo -u app timeout 5 ls',
  'git remote -v show',
  'wget -q --spider http://a/',
])('%s reads', (command) => {
  expect(classifyScript(command)).toEqual({ danger: 'read', isKnown: true });
});

test.each<[string, Danger]>([
  ['SELECT drop_chunks(a)', 'destructive'],
  ['SELECT "lo_unlink"(7)', 'destructive'],
  ['SELECT count(*), now() FROM a', 'read'],
  ['WITH t (a, b) AS (SELECT 1, 2) SELECT * FROM t', 'read'],
  ["SELECT E'a\\'' ; DROP TABLE x --'", 'destructive'],
  ["SELECT \"a'b\"; DROP TABLE x; SELECT 'c'", 'destructive'],
  ['SELECT 1 /* /* */ ; DROP TABLE x */', 'destructive'],
  ['SELECT $$;DROP TABLE x;$$', 'read'],
  ['\\d x\n\\! rm a', 'destructive'],
  ['\\dt `rm a`', 'destructive'],
  ['\\o | rm a', 'destructive'],
  ['SELECT 1 \\g | rm', 'destructive'],
  ['\\copy a from b', 'destructive'],
])('SQL: %s is %s', (sql, danger) => {
  expect(sqlDanger(sql)).toBe(danger);
});

test('a pipeline of cmdlets is as dangerous as its last one', () => {
  expect(drafted('Get-Process a | Stop-Process', 'powershell').danger).toBe('disruptive');
  expect(drafted('Get-Process a | ForEach-Object { $_.Kill() }', 'powershell').danger).toBe('destructive');
  expect(drafted('Format-Volume D', 'powershell').danger).toBe('destructive');
  expect(drafted('Get-Service a | Format-List', 'powershell').danger).toBe('read');
});

test.each([
  'psql -c "SELECT 1" -c "SELECT 2"',
  'kubectl rollout restart deployment a b',
  'kubectl delete pod a --force --grace-period=0',
  'kubectl set image deployment/a b=c:1 d=e:2',
  'kubectl apply -f a.yaml -f b.yaml',
  'docker kill -s HUP a',
  'gh workflow run deploy.yml -f version=2',
  'env TZ=UTC date',
  'curl http://a/ http://b/',
  'curl -H "Accept: a" -b cookies http://a/',
  'psql -c "\\d orders"',
])('%s stays a manual step: no operation has all of it', (command) => {
  expect(drafted(command).call).toBeUndefined();
});
