import { expect, test } from 'vitest';
import { ValueSeries } from '../../../src/domain/facts/value-series.ts';
import { bucketMeans, createBuckets, fillBuckets } from '../../../src/ui/features/signals/spark.ts';
import { lineToAnsi } from '../../../src/ui/kit/text/ansi.ts';
import { formatDate, formatElapsed } from '../../../src/ui/kit/text/format.ts';
import {
  fitLine,
  fitWords,
  justifyLine,
  lineToText,
  lineWidth,
  overlayLine,
  sliceLine,
} from '../../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import { sparkline } from '../../../src/ui/kit/text/spark.ts';
import { cut, cutInside, sliceCells, widthOf, wrap } from '../../../src/ui/kit/text/width.ts';
import { nearest256 } from '../../../src/ui/kit/theme/contrast.ts';
import { createTheme } from '../../../src/ui/kit/theme/theme.ts';

const pen = createTextPen(false);

test.each([
  ['', 0],
  ['billing', 7],
  ['● OK ≤3s …', 10],
  ['注文', 4],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
] as const)('%j takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

test.each([
  ['billing', 9, 'billing'],
  ['billing', 4, 'bil…'],
  ['注文サービス', 12, '注文サービス'],
  ['注文サービス', 6, '注文 …'],
  ['注文サービス', 7, '注文サ…'],
  ['billing', 0, ''],
] as const)('%j in %i cells is %j', (text, width, expected) => {
  const seen = cut(text, width);
  expect(seen.replace(/ …$/, '…')).toBe(expected.replace(/ …$/, '…'));
  expect(widthOf(seen)).toBeLessThanOrEqual(width);
});

test.each([
  ['ssh vm-1', 8, 'ssh vm-1'],
  ['ssh -o A vm-1 kill 7', 13, 'ssh -o…kill 7'],
  ['注文サービス注文', 9, '注文…注文'],
] as const)('%j in %i cells keeps both ends', (text, width, expected) => {
  const seen = cutInside(text, width);
  expect(seen).toBe(expected);
  expect(widthOf(seen)).toBeLessThanOrEqual(width);
});

test('half of a wide character becomes a blank', () => {
  expect(sliceCells('a注b', 0, 2)).toBe('a ');
  expect(sliceCells('a注b', 2, 4)).toBe(' b');
});

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['http://10.0.0.7:8081/actuator', 10, ['http://10.', '0.0.7:8081', '/actuator']],
  ['支払いが遅い', 5, ['支払', 'いが', '遅い']],
  ['', 5, ['']],
] as const)('%j is wrapped at %i cells', (text, width, pieces) => {
  expect(wrap(text, width)).toEqual(pieces);
});

test('a line is padded, cut, sliced and overlaid by cells', () => {
  const line = pen.line(pen.run('注文', 'crit'), ' ok');
  expect(lineToText(fitLine(line, 9))).toBe('注文 ok  ');
  expect(lineToText(fitLine(line, 6))).toBe('注文 …');
  expect(lineToText(sliceLine(line, 1, 5))).toBe(' 文 ');
  expect(lineToText(overlayLine(line, 3, pen.line('XY')))).toBe('注 XYok');
  expect(lineWidth(overlayLine(line, 3, pen.line('XY')))).toBe(lineWidth(line));
  expect(lineToText(justifyLine(pen.line('left side'), pen.line('right'), 12))).toBe('left s…right');
});

test('replaces glyphs in ASCII mode, and removes control characters', () => {
  expect(createTextPen(true).run('● OK ≤3s · psp → x…').text).toBe('+ OK <=3s - psp -> x~');
  expect(pen.run('a\u001b[31mb\u0007\u009bc\u202ed\ne').text).toBe('a[31mbcd e');
  expect(pen.run('a\u061cb\u2028c\ue0b0d\u{f0000}e\u{10fffd}f\ud800g👍').text).toBe('ab cdefg👍');
});

test('writes only style changes between runs, and resets at the end', () => {
  const theme = createTheme('16');
  const line = pen.line(pen.run('a', 'ok'), pen.run('b', 'ok'), pen.run('c', 'warn'), 'd');
  expect(lineToAnsi(line, theme)).toBe('\u001b[32mab\u001b[33mc\u001b[39md');
  expect(lineToAnsi(pen.line(pen.run('x', 'danger.destructive'), pen.run('y', 'ok')), theme)).toBe(
    '\u001b[1m\u001b[91mx\u001b[22m\u001b[32my\u001b[39m',
  );
  expect(lineToAnsi(pen.line('plain'), theme)).toBe('plain');
});

test('the nearest of 256 colors', () => {
  expect(nearest256('#000000')).toBe(16);
  expect(nearest256('#FF0000')).toBe(196);
  expect(nearest256('#808080')).toBe(244);
});

const spark = (values: readonly (readonly [number, number])[], cells = 8, holdMs = 0): string => {
  const span = { from: 0, cellMs: 800 / cells, cells };
  const buckets = createBuckets(cells);
  fillBuckets(buckets, ValueSeries.of(values.map(([time, value]) => ({ at: time, value }))), span);
  return sparkline(bucketMeans(buckets, span, holdMs), '▁▂▃▄▅▆▇█', '·');
};

test('a sparkline scales from minimum to maximum', () => {
  expect(spark([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [100 * n, n]))).toBe('▁▂▃▄▅▆▇█');
  expect(
    spark([
      [0, 3],
      [100, 3],
    ]),
  ).toBe('▄▄······');
  expect(spark([])).toBe('········');
});

test('a sparkline near or beyond a limit scales to it, so that a constant critical is high', () => {
  const line = (values: readonly number[], limits: readonly number[], isLower = false): string =>
    sparkline(
      Float64Array.from(values),
      '▁▂▃▄▅▆▇█',
      '·',
      limits.map((value) => ({ value, isLower })),
    );
  expect(line([9, 9, 9], [1, 5])).toBe('███');
  expect(line([3, 3, 3], [2, 5])).toBe('▅▅▅');
  expect(line([60, 61, 62], [85])).toBe('▆▆▆');
  expect(line([70, 70], [100])).toBe('▆▆');
  expect(line([100, 100, 0], [95], true), 'low is bad').toBe('▅▅▁');
  expect(line([330, 330], [100], true)).toBe('▇▇');
  expect(line([0, 0, 0], [1]), 'zero is the lowest step').toBe('▁▁▁');
  expect(line([1, 2, 3], [1000]), 'far from a limit, the shape counts').toBe('▁▅█');
  expect(line([-5, -5], [5]), 'no scale from 0 for negative values').toBe('▄▄');
});

test('a value holds until it is stale, then there is a gap', () => {
  expect(
    spark(
      [
        [0, 10],
        [700, 20],
      ],
      8,
      300,
    ),
  ).toBe('▁▁▁▁···█');
});

test('small changes of a large value stay flat', () => {
  expect(
    spark([
      [0, 1000],
      [100, 1001],
      [200, 1000],
    ]),
  ).toBe('▁▁▁·····');
});

test.each([
  [0, '0:00'],
  [42_000, '0:42'],
  [892_000, '14:52'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
] as const)('%i ms is %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test('a date includes the day of the week', () => {
  expect(formatDate(Date.parse('2026-03-04T10:15:07Z'))).toBe('Wed 04 Mar 10:15:07 UTC');
  expect(formatDate(Date.parse('2028-02-29T23:59:59Z'))).toBe('Tue 29 Feb 23:59:59 UTC');
});

test.each([
  ['orders · billing · catalog', 26, 'orders · billing · catalog'],
  ['orders · billing · catalog', 25, 'orders · billing…        '],
  ['orders · billing · catalog', 17, 'orders · billing…'],
  ['orders · billing · catalog', 16, 'orders…         '],
  ['Event Bus production', 15, 'Event Bus…     '],
  ['8.12 %, limit > 1', 10, '8.12 %…   '],
  ['Saga failures: restart it', 18, 'Saga failures…    '],
  ['注文 支払 在庫', 10, '注文 支払…'],
  ['inventory-service', 8, 'invento…'],
  ['a inventory-service', 9, 'a invent…'],
  ['two words', 1, '…'],
  ['two words', 0, ''],
])('%j in %i cells is cut between words, unless one is too long', (text, width, expected) => {
  expect(lineToText(fitWords([{ text, role: 'plain' }], width))).toBe(expected);
});
