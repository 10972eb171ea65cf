import { describe, expect, test } from 'vitest';
import type { Graphs } from '../../../../src/domain/profile/settings.ts';
import { renderChart } from '../../../../src/ui/kit/chart/chart.ts';
import { relativeAxis } from '../../../../src/ui/kit/chart/time-axis.ts';
import { lineToText, lineWidth } from '../../../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../../../src/ui/kit/text/pen.ts';

const penOf = (graphs: Graphs) => createTextPen(false, undefined, undefined, graphs);

/** Repeats the values over the columns; the number of columns depends on the characters. */
const spread = (values: readonly number[]) => (columns: number) =>
  Float64Array.from(
    { length: columns },
    (_, x) => values[Math.floor((x * values.length) / columns)] ?? Number.NaN,
  );

interface Drawn {
  readonly values: readonly number[];
  readonly cells: number;
  readonly height: number;
  readonly graphs?: Graphs;
  readonly limit?: number;
  readonly start?: string;
}

const chartOf = ({ values, cells, height, graphs = 'braille', limit, start }: Drawn) =>
  renderChart(penOf(graphs), {
    ...{ cells, height, labelCells: 4, nameCells: 0, labels: 'ends', bytes: false, marked: new Set() },
    limits: limit === undefined ? [] : [{ value: limit, isLower: false, text: String(limit) }],
    lines: [
      {
        label: '',
        means: spread(values),
        style: {
          ...{ role: 'series', dotted: false, ascii: '*' },
          breach: (value) => (limit !== undefined && value > limit ? 'crit' : undefined),
        },
      },
    ],
    ...(start === undefined ? {} : { start }),
    number: (value) => String(Math.round(value)),
  });

const textOf = (drawn: Drawn): readonly string[] => chartOf(drawn).map(lineToText);

const step: Drawn = { values: [0, 0, 0, 8, 8, 8], cells: 12, height: 5, limit: 4 };

describe('a step over a limit', () => {
  test('in braille is joined vertically, with the limit below it and labels at the ends', () => {
    expect(textOf(step)).toEqual([
      '  8       ⡏⠉⠉⠉⠉⠉',
      '          ⡇     ',
      '  4 ╌╌╌╌╌╌⡇╌╌╌╌╌',
      '          ⡇     ',
      '  0 ⣀⣀⣀⣀⣀⣀⠇     ',
    ]);
  });

  test('below the line the area has a ground of its own, in breach another one, also under the limit', () => {
    const roles = chartOf(step).map((line) =>
      line.slice(1).map(({ text, role }) => `${role} ${text.length}`),
    );
    // The line is at the bottom before the step, so that nothing is below it there.
    expect(roles[1]).toEqual(expect.arrayContaining(['breach 5']));
    expect(roles[2]).toEqual(expect.arrayContaining(['limit 6', 'breachLimit 5']));
    const calm = chartOf({ ...step, values: [8, 8, 8, 8], limit: 9 });
    expect(calm.at(-1)?.some(({ role }) => role === 'fill')).toBe(true);
    expect(calm.flat().some(({ role }) => role.startsWith('breach'))).toBe(false);
  });

  test('a gap has no area', () => {
    const gap = chartOf({ ...step, values: [8, Number.NaN, Number.NaN, 8], limit: 9 });
    expect(gap.at(-1)?.map(({ role }) => role)).toEqual(expect.arrayContaining(['fill', 'plain']));
  });

  test('in blocks', () => {
    expect(textOf({ ...step, graphs: 'blocks' })).toEqual([
      '  8       ▇▇▇▇▇▇',
      '          ▇     ',
      '  4 ╌╌╌╌╌╌▇╌╌╌╌╌',
      '          ▇     ',
      '  0 ▁▁▁▁▁▁▇     ',
    ]);
  });

  test('in ASCII', () => {
    expect(textOf({ ...step, graphs: 'ascii' })).toEqual([
      '  8       ******',
      '          *     ',
      '  4 ╌╌╌╌╌╌*╌╌╌╌╌',
      '          *     ',
      '  0 ******      ',
    ]);
  });

  test('is in the color of the level where it is beyond the limit', () => {
    const [top, , , , bottom] = chartOf(step);
    expect(top?.find(({ text }) => text.includes('⠉'))?.role).toBe('crit');
    expect(bottom?.find(({ text }) => text.startsWith('⣀'))?.role).toBe('series');
  });
});

describe('a gap', () => {
  const gap: Drawn = { values: [Number.NaN, Number.NaN, 2, 2], cells: 60, height: 5, limit: 1 };

  test('is blank, says so, and since when there is data', () => {
    const rows = textOf({ ...gap, start: '15:13:57' });
    expect(rows.join('\n')).toMatch(/ no data before 15:13:57 /);
    expect(textOf(gap).join('\n')).toContain(' no data ');
  });

  test('has no words in the row of the limit, also where that is the middle', () => {
    const said = textOf(gap).find((row) => row.includes('no data'));
    expect(said).not.toContain('╌');
    expect(textOf(gap).some((row) => /╌{60}/.test(row))).toBe(true);
  });

  test('without room for words is only blank', () => {
    expect(textOf({ ...gap, cells: 10 }).join('')).not.toContain('data');
  });
});

test('a flat line is drawn where it is', () => {
  const rows = textOf({ values: [0], cells: 6, height: 4, limit: 100 });
  expect(rows.at(-1)).toBe('  0 ⣀⣀⣀⣀⣀⣀');
  expect(rows[0]).toBe('100 ╌╌╌╌╌╌');
});

test('without a value there is no chart', () => {
  expect(textOf({ values: [Number.NaN], cells: 6, height: 4 })).toEqual([]);
});

test.each([
  ['smallest', 6, 3],
  ['usual', 24, 5],
  ['widest', 190, 30],
] as const)('every row of the %s chart is as wide as asked for', (_, cells, height) => {
  for (const graphs of ['braille', 'blocks', 'ascii'] as const) {
    const rows = chartOf({ values: [1, 5, Number.NaN, 9, 2, 2], cells, height, limit: 4, graphs });
    expect(rows).toHaveLength(height);
    expect(rows.map(lineWidth)).toEqual(rows.map(() => cells + 4));
  }
});

describe('the axis of a small chart', () => {
  const axis = (cells: number, ...marks: readonly (readonly [number, string])[]): string =>
    lineToText(
      relativeAxis(penOf('braille'), {
        ...{ cells, indent: 4, start: '-5m' },
        marks: marks.map(([cell, letter]) => ({ cell, letter })),
      }),
    );

  test('says its length and where now is', () => {
    expect(axis(20)).toBe('    -5m              now');
    expect(axis(6)).toBe('       now');
  });

  test('a mark wins over a label, and a mark outside is left out', () => {
    expect(axis(20, [1, 'D'], [9, 'A'], [30, 'R'])).toBe('     D       A       now');
  });

  test('a mark never touches a label', () => {
    expect(axis(20, [3, 'A'])).toBe('       A             now');
    expect(axis(20, [4, 'A'], [16, 'R'])).toBe('    -5m A           R   ');
  });
});
