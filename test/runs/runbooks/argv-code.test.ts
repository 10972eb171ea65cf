import { expect, test } from 'vitest';
import { codeIn } from '../../../src/runs/runbooks/argv/code-items.ts';
import { textsOfValue } from '../../../src/runs/runbooks/argv/value-texts.ts';
import { unsafeSplices } from '../../../src/runs/runbooks/binding-rules.ts';

const x = '${param.x}';
/** The items that are refused for a value that is no option. */
const refused = (argv: readonly string[]): readonly (string | number)[] =>
  unsafeSplices({ argv }, { argv: 'argv' }, () => textsOfValue('value')).map(({ path }) => path[1] ?? '');

test.each([
  [['sh', '-c', `echo ${x}`], [2]],
  [['/bin/bash', '-euc', `echo ${x}`, 'sh', x], [2]],
  [['sh', '-c', x], [2]],
  [['sh', '-o', x, '-c', 'echo'], [2]],
  [['sh', x, 'echo'], [1]],
  [['bash', '--rcfile', x], [2]],
  [['sudo', '-n', 'sh', '-c', `ls ${x}`], [4]],
  [['env', 'A=1', 'bash', '-lc', `ls '${x}'`], [4]],
  [['find', '/tmp', '-exec', 'sh', '-c', `rm ${x}`, ';'], [5]],
  [['kubectl', 'exec', 'pod', '--', 'sh', '-c', `rm ${x}`], [6]],
  [['busybox', 'ash', '-c', `rm ${x}`], [3]],
  [['su', 'app', '-c', `rm ${x}`], [3]],
  [['ssh', 'host', `rm ${x}`], [2]],
  [['env', '-S', `sh ${x}`], [2]],
  [['flock', '/tmp/lock', '-c', `rm ${x}`], [3]],
  [['sudo', 'redis-cli', 'eval', `return ${x}`, '0', x], [3]],
  [['ssh', 'host', 'rm', x], [3]],
  [['watch', 'ls', x], [2]],
  [['python3.12', '-c', `print('${x}')`], [2]],
  [['perl', '-ne', `print if /${x}/`], [2]],
  [['node', '--eval', x], [2]],
  [['psql', '-d', 'shop', '-c', `DELETE FROM t WHERE a = '${x}'`], [4]],
  [['psql', `--command=DROP TABLE ${x}`], [1]],
  [['mysql', '-e', `SELECT '${x}'`], [2]],
  [['awk', `/${x}/ { print }`, 'file'], [1]],
  [['sed', '-i', `s/a/${x}/`, 'file'], [2]],
  [['jq', '--arg', 'v', x, `.a = "${x}"`], [4]],
  [['sqlite3', 'a.db', `DELETE FROM t WHERE a = ${x}`], [2]],
  [[x, 'a'], [0]],
  [['/opt/bin/${each}'], [0]],
])('%j passes a value as code', (argv, places) => {
  expect(refused(argv)).toEqual(places);
});

/** Options of git whose value is a program, or names where one is taken from. Source: the manual pages of git. */
test.each([
  ...['-c', '--config', '--config-env', '--exec-path', '--exec', '-x', '-O', '--open-files-in-pager'],
  ...['-u', '--upload-pack', '--receive-pack', '--template', '--extcmd', '--tool'],
])('git takes code from the value of %s', (option) => {
  expect(refused(['git', 'clone', option, x, '--', 'a'])).toEqual([3]);
});

test.each([
  [['sh', '-c', 'echo "$1"', 'sh', x]],
  [['sh', '/opt/clean.sh', x, `--days=${x}`]],
  [['find', '/var/log', '-name', '*.log', '-mtime', `+${x}`, '-delete']],
  [['scp', '-o', 'BatchMode=yes', '--', `target/${x}`, 'host:/opt/']],
  [['psql', '-v', `who=${x}`, '-f', '/opt/clean.sql']],
  [['psql', '-d', x]],
  [['awk', '-v', `v=${x}`, '$1 == v', x]],
  [['awk', '-f', 'a.awk', x]],
  [['jq', '--arg', 'v', x, '.a == $v', x]],
  [['python3', '/opt/a.py', x]],
  [['systemctl', 'restart', 'node', x]],
  [['kubectl', 'get', 'node', x]],
  [['curl', '-sS', `http://localhost/${x}`]],
])('%j passes a value as data', (argv) => {
  expect(refused(argv)).toEqual([]);
});

test('a value in place of the whole list would name the program', () => {
  expect(unsafeSplices({ argv: x }, { argv: 'argv' })).toMatchObject([{ path: ['argv'] }]);
  expect([...codeIn([])]).toEqual([0]);
});
