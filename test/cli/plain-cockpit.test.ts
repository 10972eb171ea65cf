import { expect, test } from 'vitest';
import { plainCockpit } from '../../src/cli/cockpit/fast-path.ts';

const plain = { sets: {}, color: true, ascii: false, share: false, debug: false };

test.each([
  { argv: [], options: plain },
  { argv: ['--env', 'production'], options: { ...plain, env: 'production' } },
  { argv: ['--env', 'demo/production'], options: { ...plain, env: 'demo/production' } },
])('$argv is handled without the full parser', ({ argv, options }) =>
  expect(plainCockpit(argv, {})).toEqual(options),
);

test.each([
  ['check'],
  ['--env'],
  ['--env', ''],
  ['--env', '--ascii'],
  ['--env=production'],
  ['--env', 'a', '--env', 'b'],
  ['--env', 'a', 'check'],
  ['--rehearse'],
  ['--help'],
])('%s %s %s requires the full parser', (...argv) => expect(plainCockpit(argv, {})).toBeUndefined());

test('NO_COLOR applies here too, and an empty value is ignored', () => {
  expect(plainCockpit([], { NO_COLOR: '1' })?.color).toBe(false);
  expect(plainCockpit([], { NO_COLOR: '' })?.color).toBe(true);
});

test.each([
  [{ LC_ALL: 'C' }, true],
  [{ LC_ALL: '', LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
  [{ LANG: 'de_DE.ISO-8859-15@euro' }, true],
  [{ LC_ALL: 'C.UTF-8', LANG: 'C' }, false],
  [{ LC_CTYPE: 'en_US.utf8' }, false],
  [{ LANG: 'en_US' }, false],
  [{}, false],
])('the locale %j is one of ASCII alone: %s', (env, isAscii) => {
  expect(plainCockpit([], env)).toMatchObject(
    isAscii ? { ascii: true, asciiByLocale: true } : { ascii: false },
  );
});
