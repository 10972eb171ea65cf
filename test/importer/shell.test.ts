import { expect, test } from 'vitest';
import { parseShell } from '../../src/importer/shell.ts';

const wordsOf = (text: string): readonly (readonly string[])[] =>
  parseShell(text).statements.flatMap(({ commands }) =>
    commands.map(({ words }) => words.map(({ value }) => value)),
  );

test.each<[string, string, readonly (readonly string[])[]]>([
  ['words', 'kubectl get  pods', [['kubectl', 'get', 'pods']]],
  ['single quotes', `awk '{print $5}' f`, [['awk', '{print $5}', 'f']]],
  ['double quotes with escapes', `psql -c "SELECT \\"a\\""`, [['psql', '-c', 'SELECT "a"']]],
  ['quotes inside a word', `a'b c'"d"`, [['ab cd']]],
  ['a continuation', 'curl \\\n  -s \\\n  http://a', [['curl', '-s', 'http://a']]],
  [
    'a pipeline over two lines',
    'ps aux |\n grep java',
    [
      ['ps', 'aux'],
      ['grep', 'java'],
    ],
  ],
  ['a list', 'cd /a && make || exit 1', [['cd', '/a'], ['make'], ['exit', '1']]],
  ['a comment behind a command', 'free -h   # memory', [['free', '-h']]],
  ['a hash inside a word', 'echo a#b', [['echo', 'a#b']]],
  [
    'a loop',
    'for p in 1 2; do\n curl :$p\ndone',
    [
      ['for', 'p', 'in', '1', '2'],
      ['curl', ':$p'],
    ],
  ],
  [
    'a condition',
    'if test -f a; then rm a; fi',
    [
      ['test', '-f', 'a'],
      ['rm', 'a'],
    ],
  ],
  ['a subshell', '(cd /a; ls)', [['cd', '/a'], ['ls']]],
])('reads %s', (_, text, expected) => {
  expect(wordsOf(text)).toEqual(expected);
});

test('statements have their first line, and the comment above or behind them', () => {
  const script = '#!/bin/sh\n# Look\n# twice\nls\n\ndf -h # disks\n\n# Left alone\n\ntop';
  const { statements, remarks } = parseShell(script);
  expect(statements.map(({ line, comment, raw }) => [line, comment, raw])).toEqual([
    [3, 'Look twice', 'ls'],
    [5, 'disks', 'df -h # disks'],
    [9, '', 'top'],
  ]);
  expect(remarks).toEqual([{ line: 7, text: 'Left alone' }]);
});

test('a here-document belongs to its command, whatever its lines look like', () => {
  const { statements } = parseShell("cat <<'EOF' | kubectl apply -f -\n- rm -rf /\n# no comment\nEOF\nls");
  expect(statements.map(({ line, commands }) => [line, commands.length])).toEqual([
    [0, 2],
    [4, 1],
  ]);
  expect(statements[0]?.commands[0]?.redirects[0]?.body).toBe('- rm -rf /\n# no comment');
});

test('redirections are no words, and substitutions are listed', () => {
  const [statement] = parseShell('pg_dump a 2>&1 > b-$(date +%F).sql').statements;
  expect(statement?.commands[0]?.words.map(({ value }) => value)).toEqual(['pg_dump', 'a']);
  expect(statement?.commands[0]?.redirects.map(({ operator, target }) => [operator, target.value])).toEqual([
    ['>&', '1'],
    ['>', 'b-$(date +%F).sql'],
  ]);
  expect(statement?.substitutions).toEqual(['date +%F']);
});

test('a word with a variable, a substitution or a pattern is not literal', () => {
  const [command] = parseShell('a $b "c $d" `e` *.log \'$f\' g').statements[0]?.commands ?? [];
  expect(command?.words.map(({ isLiteral }) => isLiteral)).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});

test('a quote that is never closed breaks one line, and not the rest', () => {
  const { statements } = parseShell("echo Don't\nls -l");
  expect(statements.map(({ raw, isBroken }) => [raw, isBroken])).toEqual([
    ["echo Don't", true],
    ['ls -l', false],
  ]);
});

test('lines that may begin no statement are kept apart', () => {
  const { statements, others } = parseShell('ls\n- a bullet\ndf', (line) => !line.startsWith('-'));
  expect(statements.map(({ raw }) => raw)).toEqual(['ls', 'df']);
  expect(others).toEqual([{ line: 1, text: '- a bullet' }]);
});
