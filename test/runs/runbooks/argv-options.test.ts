import { expect, test } from 'vitest';
import { PlanError } from '../../../src/domain/runbooks/operation.ts';
import type { ParamSpec } from '../../../src/domain/runbooks/runbook.ts';
import { itemRoles } from '../../../src/runs/runbooks/argv/item-roles.ts';
import { unsafeItems } from '../../../src/runs/runbooks/argv/unsafe-items.ts';
import { textsOfSpec } from '../../../src/runs/runbooks/argv/value-texts.ts';
import { bindByRules } from '../../../src/runs/runbooks/binding-rules.ts';

const x = '${param.x}';
const text: Omit<ParamSpec, 'name'> = { type: 'string' };
const refused = (argv: readonly string[], spec: Omit<ParamSpec, 'name'> = text): readonly number[] =>
  unsafeItems(argv, () => textsOfSpec({ name: 'x', ...spec })).map(({ nth }) => nth);

test.each([
  [['tar', 'cf', '/dev/null', x, '/etc/hostname'], [3]],
  [['systemctl', 'restart', x], [2]],
  [['./deploy.sh', '--to', x], [2]],
  [['./deploy.sh', `${x}-1`], [1]],
  [['./deploy.sh', '${param.x}${param.y}'], [1]],
  [['./deploy.sh', '${each}'], [1]],
  // The end of the options of another program.
  [['sudo', '--', 'tar', 'cf', 'a', x], [5]],
  [['sudo', '-n', '--', x], [3]],
  [['kubectl', 'exec', 'api-0', '--', 'tar', 'cf', 'a', x], [7]],
  [['docker', 'exec', 'api', 'tar', 'cf', 'a', x], [6]],
  [['cargo', 'test', '--', x], [3]],
  [['find', '--', x, '-delete'], [2]],
  [['find', '.', '-exec', 'tar', 'cf', 'a', x, ';'], [6]],
  [['perl', '-e', 'print', x], [3]],
  [['java', '-jar', 'a.jar', '--', x], [4]],
  // The end comes after the value.
  [['tar', 'cf', 'a', x, '--', 'b'], [3]],
  // The value names or continues an option.
  [['./deploy.sh', `-${x}`], [1]],
  [['./deploy.sh', `--${x}`], [1]],
  [['./deploy.sh', `--to${x}`], [1]],
  [['./deploy.sh', `-v${x}`], [1]],
  [['tar', x, 'a'], [1]],
  [['tar', `cf${x}`, 'a'], [1]],
  // The program of a wrapper depends on an option that the table does not have.
  [['sudo', '--new-option', 'a', 'tar', '--', x], [5]],
  [['timeout', '-Z', '5', 'tar', '--', x], [5]],
  [['timeout', x, 'ls'], [1]],
  [['timeout', '5', x], [2]],
])('%j refuses a free text', (argv, places) => {
  expect(refused(argv)).toEqual(places);
});

test.each([
  [['tar', '-cf', 'a', '--', x]],
  [['rm', '-f', '--', x, `${x}.gz`, x]],
  [['sudo', '-n', 'rm', '-f', '--', x]],
  [['sudo', '-u', 'app', '--', 'rm', '--', x]],
  [['kubectl', 'exec', '-n', 'shop', 'api-0', '--', 'rm', '--', x]],
  [['docker', 'exec', '-u', 'app', 'api', 'rm', '--', x]],
  [['docker', 'compose', 'exec', '-T', 'api', 'rm', '--', x]],
  [['env', 'A=1', 'timeout', '-k', '5', '10', 'rm', '--', x]],
  [['find', '.', '-exec', 'rm', '--', x, ';']],
  [['cargo', 'test', '--', '--nocapture', '--', x]],
  [['sh', '-c', 'rm -- "$1"', 'sh', x]],
  [['sudo', 'bash', '-euc', 'rm -- "$1"', 'bash', x]],
  [['python3', '-c', 'import sys', x]],
  [['./deploy.sh', `--to=${x}`, `to=${x}`, `/var/${x}`, `+${x}`]],
  [['env', `RUST_LOG=${x}`, './run.sh']],
  [['curl', `http://localhost/${x}`]],
])('%j accepts any text', (argv) => {
  expect(refused(argv)).toEqual([]);
});

test.each([
  [['git', '-c', `core.pager=${x}`, 'log'], [2]],
  [['git', 'clone', `--upload-pack=${x}`, '--', 'a'], [2]],
  [['rsync', `--rsh=${x}`, '--', 'a', 'b'], [1]],
  [['rsync', '-e', x, '--', 'a', 'b'], [2]],
  [['rsync', '-ave', `ssh ${x}`, '--', 'a', 'b'], [2]],
  [['tar', 'cf', 'a', `--checkpoint-action=exec=${x}`], [3]],
  [['tar', 'xf', 'a', `--to-c=${x}`], [3]],
  [['tar', `-I${x}`, '-cf', 'a', '--', 'b'], [1]],
  [['sudo', 'tar', '--use-compress-program', x], [3]],
  [['make', `SHELL=${x}`], [1]],
  [['make', '--', x], [2]],
  [['ssh', 'host', x], [2]],
  [['ssh', '-o', `ProxyCommand=${x}`, 'host'], [2]],
  [['scp', `-oProxyCommand=${x}`, '--', 'a', 'b'], [1]],
  [['find', '.', '-exec', x, ';'], [3]],
  [['env', `LD_PRELOAD=${x}`, 'ls'], [1]],
  [['docker', 'run', '-e', `BASH_ENV=${x}`, 'image'], [3]],
  [['java', `-javaagent:${x}`, '-version'], [1]],
  [['java', `-XX:OnError=${x}`, '-version'], [1]],
  [['perl', `-M${x}`, 'a.pl'], [1]],
  [['node', '--require', x, 'a.js'], [2]],
  [['sort', `--compress-program=${x}`, '--', 'a'], [1]],
  [['watch', '--', x], [2]],
  [['systemd-run', '--', x], [2]],
  [['nice', '-n', '5', x], [3]],
  [['nsenter', '-t', '1', '-m', '--', x], [5]],
  [['xargs', '--', x], [2]],
])('%j refuses any value, whatever it is', (argv, places) => {
  for (const spec of [text, { ...text, pattern: '[a-z]+' }, { type: 'choice' as const, of: ['a', 'b'] }])
    expect(refused(argv, spec)).toEqual(places);
});

/** One of each kind of program that starts another one, or takes code by an option or after a word. */
test.each(
  [
    'autossh h X',
    'mosh h -- X',
    'sshpass -p a ssh h X',
    'git filter-branch --tree-filter X',
    'svn --config-option=X up',
    'cpio --rsh-command X',
    'hg --config X log',
    'any-program --dhcp-script=X',
    'any-program --photo-viewer X',
    'any-program --pre-invoke=X',
    'psql -f X',
    'mongosh --file X',
    'redis-cli SCRIPT LOAD X',
    'clickhouse client --query X',
    'influx -execute X',
    'duckdb a.db -c X',
    'nano --speller X',
    'ltrace X',
    'lldb -o X',
    'bwrap --bind a b X',
    'fakeroot X',
    'torsocks X',
    'proxychains4 -q X',
    'xvfb-run X',
    'dbus-run-session -- X',
    'linux64 X',
    'prlimit --nofile=1 X',
    'gosu a X',
    'chpst -u a X',
    'capsh -- -c X',
    'fd a -x X',
    'rg --pre=X a',
    'luajit -e X',
    'tclsh X',
    'bun run X',
    'npx -c X',
    'npm exec -- X',
    'uv run X',
    'pip install X',
    'go run X',
    'cmake -P X',
    'mvn -Dexec.executable=X',
    'just X',
    'yq X',
    'julia -e X',
    'erl -eval X',
    'rabbitmqctl -n a eval X',
    'crontab X',
    'ansible-playbook X',
    'salt * cmd.run X',
    'pdsh -w a X',
    'vagrant ssh -c X',
    'nomad alloc exec a X',
    'consul lock a X',
    'aws ssm send-command --parameters X',
    'gcloud compute ssh a --command=X',
    'lxc exec a -- X',
    'oc rsh p X',
    'ctr task exec --exec-id 1 a X',
    'machinectl shell a X',
    'start-stop-daemon -S -x X',
    'ip netns exec a X',
    'openvpn --up X',
    'pppd connect X',
    'gpg --photo-viewer X',
    'yum --setopt=X',
    'flatpak run --command=X a',
    'nix run X',
    'bundle exec X',
    'direnv exec . X',
    'op run -- X',
    'sops exec-env f X',
    'hyperfine X',
    'bpftrace -e X',
    'nginx -g X',
    'postgres -c X',
  ].map((line) => [line]),
)('%s refuses any value', (line) => {
  const argv = line.replace('X', x).split(' ');
  expect(refused(argv, { ...text, pattern: '[a-z]+' })).toEqual([argv.findIndex((item) => item.includes(x))]);
});

test('a value that a program would take for the name of a file is refused, where it may begin like one', () => {
  const call = ['curl', '-d', x, 'http://localhost/a'];
  expect(refused(call)).toEqual([2]);
  expect(refused(call, { ...text, pattern: '[^-].*' })).toEqual([2]);
  expect(refused(call, { ...text, pattern: '\\w.*' })).toEqual([]);
  expect(refused(['curl', '-F', `a=${x}`, 'http://localhost/a'])).toEqual([2]);
  expect(refused(['vault', 'kv', 'put', 'a', `b=${x}`])).toEqual([4]);
  expect(refused(['curl', '-d', `{"a":"${x}"}`, 'http://localhost/a'])).toEqual([]);
});

test.each([
  [['systemctl', '--no-pager', 'status', `--${x}`], { type: 'choice' as const, of: ['all'] }],
  [['journalctl', '--no-pager', '-u', x], { ...text, pattern: '[a-z]+' }],
  [['parted', '--script', x, 'print'], { ...text, pattern: '/dev/[a-z]+' }],
  [['opsdeck', 'run', x], { ...text, pattern: '[a-z]+' }],
  [['gh', 'workflow', 'run', x], { ...text, pattern: '[a-z]+' }],
  [['kubectl', 'exec', x, '--', 'ls'], { ...text, pattern: '[a-z]+' }],
])('%j takes such a value', (argv, spec) => {
  expect(refused(argv, spec)).toEqual([]);
});

const operand = ['./deploy.sh', x];
test.each<[Omit<ParamSpec, 'name'>, boolean]>([
  [{ type: 'string' }, false],
  [{ type: 'string', pattern: '[a-z]+' }, true],
  [{ type: 'string', pattern: '[^-].*' }, true],
  [{ type: 'string', pattern: '^[a-z-]+$' }, false],
  [{ type: 'string', pattern: '[a-z]?-x' }, false],
  [{ type: 'string', pattern: '.*' }, false],
  [{ type: 'string', pattern: '\\d+|-1' }, false],
  [{ type: 'string', pattern: '(?:a|b)[-c]*' }, true],
  [{ type: 'string', pattern: '\\x2da' }, false],
  [{ type: 'string', pattern: '[+-9]a' }, false],
  [{ type: 'string', pattern: '\\W+' }, false],
  [{ type: 'string', pattern: '\\p{Pd}x' }, false],
  [{ type: 'string', pattern: 'v?\\d+(\\.\\d+)*' }, true],
  [{ type: 'string', pattern: '(a)|\\1-b' }, false],
  // Lookaround is not evaluated.
  [{ type: 'string', pattern: '(?!-).+' }, false],
  [{ type: 'string', pattern: '(?=a)[-a]+' }, false],
  // Not an expression by itself.
  [{ type: 'string', pattern: 'a)|(?:-b' }, false],
  [{ type: 'choice', of: ['a', 'b'] }, true],
  [{ type: 'choice', of: ['a', '-I'] }, false],
  [{ type: 'choice', from: 'breakers.name' }, false],
  [{ type: 'choices', of: ['a', 'b'] }, true],
  [{ type: 'int', min: 0 }, true],
  [{ type: 'int', min: 1, max: 9 }, true],
  [{ type: 'int' }, false],
  [{ type: 'int', min: -5 }, false],
  [{ type: 'duration' }, true],
  [{ type: 'boolean' }, true],
])('as an operand, %j is accepted: %j', (spec, isAccepted) => {
  expect(refused(operand, spec)).toEqual(isAccepted ? [] : [1]);
});

test('an empty value leaves the beginning to what follows', () => {
  expect(refused([`./a`, `${x}-b`], { type: 'string', pattern: '[a-z]*' })).toEqual([1]);
  expect(refused([`./a`, `${x}-b`], { type: 'string', pattern: '[a-z]+' })).toEqual([]);
});

test('a number may follow the letter of an option, a word may not', () => {
  expect(refused(['head', `-${x}`, '--', 'a'], { type: 'int', min: 1 })).toEqual([]);
  expect(refused(['head', `-${x}`, '--', 'a'], { type: 'int' })).toEqual([1]);
  expect(refused(['./a', `-n${x}`], { type: 'int', min: 1 })).toEqual([]);
  expect(refused(['./a', `-n${x}`], { type: 'choice', of: ['a'] })).toEqual([1]);
});

test('choices may complete an option, except to one that takes code', () => {
  const suites = { type: 'choice' as const, of: ['workspace', 'lib'] };
  expect(refused(['cargo', 'test', `--${x}`, '--', 'a'], suites)).toEqual([]);
  expect(refused(['cargo', 'test', `--${x}`], { type: 'choice', of: ['lib', 'config'] })).toEqual([2]);
  expect(refused(['cargo', 'test', `--${x}`], { type: 'choice', of: ['lib', 'config=a'] })).toEqual([2]);
  expect(refused(['cargo', 'test', `--${x}`], { type: 'choice', from: 'ci.workflow' })).toEqual([2]);
  expect(refused(['cargo', 'test', `--${x}-all`], suites)).toEqual([2]);
});

test('a run refuses the value itself', () => {
  const bind = (argv: readonly string[], value: string): unknown =>
    bindByRules({ argv }, { x: value }, { argv: 'argv' });
  const given = ['tar', 'cf', '/dev/null', x, '/etc/hostname'];
  expect(bind(given, '/srv')).toEqual({ argv: ['tar', 'cf', '/dev/null', '/srv', '/etc/hostname'] });
  expect(() => bind(given, '-Itouch /tmp/x')).toThrow(PlanError);
  expect(() => bind(given, '-Itouch /tmp/x')).toThrow(/with\.argv\.3: .*option of tar.*"--" in front/);
  expect(bind(['rm', '--', x], '-rf')).toEqual({ argv: ['rm', '--', '-rf'] });
  expect(() => bind(['vim', x], '+!id')).toThrow(PlanError);
});

test('names the program that parses each item', () => {
  const roles = itemRoles(['sudo', '-n', 'docker', 'exec', 'api', 'rm', '-f', '--', 'a']);
  expect(roles.map(({ program, is }) => `${program} ${is}`)).toEqual([
    'sudo code',
    'sudo options',
    'docker code',
    'docker options',
    'docker options',
    'rm code',
    'rm options',
    'rm options',
    'rm data',
  ]);
});
