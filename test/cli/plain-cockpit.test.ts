import { expect, test } from 'vitest';
import { plainCockpit } from '../../src/cli/cockpit/fast-path.ts';

const plain = { sets: {}, color: true, ascii: false, share: false, debug: false };

test.each([
  { argv: [], options: plain },
  { argv: ['--env', 'production'], options: { ...plain, env: 'production' } },
  { argv: ['--env', 'demo/production'], options: { ...plain, env: 'demo/production' } },
])('$argv is handled without the full parser', ({ argv, options }) =>
  expect(plainCockpit(argv, undefined)).toEqual(options),
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
])('%s %s %s requires the full parser', (...argv) => expect(plainCockpit(argv, undefined)).toBeUndefined());

test('NO_COLOR applies here too, and an empty value is ignored', () => {
  expect(plainCockpit([], '1')?.color).toBe(false);
  expect(plainCockpit([], '')?.color).toBe(true);
});
