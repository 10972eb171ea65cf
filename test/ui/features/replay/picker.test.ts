import { expect, test } from 'vitest';
import { pickerRows, pressPickerKey } from '../../../../src/ui/features/replay/picker.ts';
import { createTextPen } from '../../../../src/ui/kit/text/pen.ts';
import { createTheme } from '../../../../src/ui/kit/theme/theme.ts';

const look = (columns: number, rows: number) => ({
  ...{ columns, rows, pen: createTextPen(false), theme: createTheme('none') },
});
const textsOf = (rows: ReturnType<typeof pickerRows>): readonly string[] =>
  rows.map((row) => row.map(({ text }) => text).join(''));

test('the list has a cursor and its keys, and fills the screen', () => {
  const rows = textsOf(pickerRows(look(50, 8), 'FOLLOW', ['ana', 'ben'], 1));
  expect(rows).toHaveLength(8);
  expect(rows[0]).toMatch(/^ FOLLOW/);
  expect(rows[2]).toMatch(/^ {3}ana/);
  expect(rows[3]).toMatch(/^ ▸ ben/);
  expect(rows.at(-1)).toMatch(/enter follow .*q quit/);
});

test('a long list scrolls, so that the cursor is visible', () => {
  const items = Array.from({ length: 30 }, (_, nth) => `cockpit ${nth}`);
  expect(textsOf(pickerRows(look(40, 10), 'FOLLOW', items, 29)).join('\n')).toContain('▸ cockpit 29');
});

test('control characters and long texts do not leave their row', () => {
  const rows = textsOf(pickerRows(look(20, 8), 'FOLLOW', [`a\u001b[2J${'x'.repeat(80)}`], 0));
  expect(rows.every((row) => row.length <= 20)).toBe(true);
  expect(rows.join('')).not.toContain('\u001b');
});

test.each([
  ['down', 0, 1],
  ['down', 2, 2],
  ['up', 0, 0],
  ['k', 2, 1],
  ['x', 1, 1],
  ['enter', 1, 'pick'],
  ['q', 1, 'quit'],
  ['ctrl-c', 1, 'quit'],
] as const)('%s at %i leads to %s', (key, position, to) => {
  expect(pressPickerKey(position, 3, key)).toBe(to);
});
