import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parseShotOptions } from '../../scripts/shot/options.ts';

test('--help prints the usage and ends with 0', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['scripts/shot.ts', '--help']);
  expect(stdout).toMatch(/^npm run shot -- \[options\] OUT\.png/);
  expect(stderr).toBe('');
});

test.each([
  [['--colour'], /^Unknown option '--colour'$/],
  [['--size', '120', 'a.png'], /^--size 120: use COLUMNSxROWS/],
  [['--wait', 'long', 'a.png'], /^--wait long: use a number of ms/],
  [['--keys', 'entr', 'a.png'], /^"entr" is not a key/],
  [[], /^no output file/],
  [['a.gif'], /^a\.gif: use a \.png, \.svg or \.txt file/],
])('%j is an error in one line', (argv, text) => {
  expect(parseShotOptions(argv)).toEqual({ is: 'error', text: expect.stringMatching(text) });
});

test('arguments of opsdeck may look like options of the script', () => {
  expect(parseShotOptions(['--args', '--ascii --env "my env"', '--keys', '3 enter', 'a.png'])).toEqual({
    is: 'options',
    options: {
      columns: 120,
      rows: 36,
      extra: ['--ascii', '--env', 'my env'],
      strokes: [
        { is: 'press', bytes: '3' },
        { is: 'press', bytes: '\r' },
      ],
      waitMs: 1500,
      outputs: ['a.png'],
    },
  });
});
