import { expect, test } from 'vitest';
import { plainCockpit } from '../../src/cli/cockpit/fast-path.ts';

const plain = { sets: {}, color: true, ascii: false, share: false, debug: false };

test.each([
  { argv: [], options: plain },
  { argv: ['--env', 'production'], options: { ...plain, env: 'production' } },
  { argv: ['--env', 'demo/production'], options: { ...plain, env: 'demo/production' } },
])('$argv needs no parser', ({ argv, options }) => expect(plainCockpit(argv, undefined)).toEqual(options));

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
])('%s %s %s is for the full parser', (...argv) => expect(plainCockpit(argv, undefined)).toBeUndefined());

test('NO_COLOR holds here too, and an empty one says nothing', () => {
  expect(plainCockpit([], '1')?.color).toBe(false);
  expect(plainCockpit([], '')?.color).toBe(true);
});
