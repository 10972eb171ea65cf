import { expect, test } from 'vitest';
import { nagiosStatus, parsePluginOutput } from '../../../src/sources/script/program-output.ts';

test.each([
  [0, 'up'],
  [1, 'degraded'],
  [2, 'down'],
  [3, 'unknown'],
  [4, undefined],
  [255, undefined],
  [-1, undefined],
])('exit status %j means %j', (code, expected) => {
  expect(nagiosStatus(code)).toBe(expected);
});

const perf = (text: string) => parsePluginOutput(`OK | ${text}`).perf;

test.each([
  ['load1=0.5', [{ label: 'load1', value: 0.5, unit: '' }]],
  ['/=2643MB;5948;5958;0;5968', [{ label: '/', value: 2643, unit: 'MB' }]],
  [
    "'a b'=1s 'it''s'=2%",
    [
      { label: 'a b', value: 1, unit: 's' },
      { label: "it's", value: 2, unit: '%' },
    ],
  ],
  ['time=0,25s;;;0', [{ label: 'time', value: 0.25, unit: 's' }]],
  [
    'x=U y=-3c',
    [
      { label: 'x', unit: '' },
      { label: 'y', value: -3, unit: 'c' },
    ],
  ],
  ['big=1.5e+6B;;@10:20', [{ label: 'big', value: 1_500_000, unit: 'B' }]],
  ['no performance data', []],
  ['broken= 3', []],
])('performance data %j', (text, expected) => {
  expect(perf(text)).toEqual(expected);
});

test('the first line without its performance data is the detail; performance data may continue on later lines', () => {
  const out = 'DISK OK - free space | /=10MB\n/ 10 MB\n/boot 5 MB\n/home 7 MB | /boot=5MB\n/home=7MB;1;2\n';
  const { detail, perf: data } = parsePluginOutput(out);
  expect(detail).toBe('DISK OK - free space');
  expect(data.map(({ label, value }) => `${label} ${value}`)).toEqual(['/ 10', '/boot 5', '/home 7']);
});

test('empty output is no detail and no performance data', () => {
  expect(parsePluginOutput('')).toEqual({ detail: '', perf: [] });
});
