import { expect, test } from 'vitest';
import { formatArgv } from '../../src/domain/text/format.ts';

test.each([
  [['ls', '-l', '/var/log'], 'ls -l /var/log'],
  [['echo', 'two words', ''], "echo 'two words' ''"],
  [['say', "it's", '$HOME', '*', 'a;b'], "say 'it'\\''s' '$HOME' '*' 'a;b'"],
  [['größe', 'a=b', '10%', 'user@host:/x'], 'größe a=b 10% user@host:/x'],
])('formats %j as %j', (argv, expected) => {
  expect(formatArgv(argv)).toBe(expected);
});
