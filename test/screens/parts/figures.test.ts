import { expect, test } from 'vitest';
import { alignFigure, measureFigures, padFigure } from '../../../src/ui/kit/components/figures.ts';
import { lineToText, type StyledRun } from '../../../src/ui/kit/text/line.ts';

const runs = (texts: readonly string[]): readonly StyledRun[] =>
  texts.map((text) => ({ text, role: 'plain' }));

/** The numbers of a column as it shows them, padded at their start. */
const padded = (...texts: string[]): readonly string[] => {
  const figures = measureFigures(runs(texts));
  return runs(texts).map((run) => (figures === undefined ? run.text : lineToText(padFigure(run, figures))));
};

test('numbers of one unit line up at the decimal point, and units below each other', () => {
  expect(padded('82.5 %', '7 %', '100 %')).toEqual([' 82.5 %', '  7   %', '100   %']);
});

test('where only some numbers have a unit, it follows its number', () => {
  expect(padded('0.02', '254 MiB', '1,510')).toEqual(['    0.02    ', '  254 MiB   ', '1,510       ']);
});

test('numbers in different units line up at their ends', () => {
  expect(padded('4.8s', '31ms', '180ms')).toEqual([' 4.8s', ' 31ms', '180ms']);
});

test('a text without a number stays as it is', () => {
  const figures = measureFigures(runs(['1.5', '–'])) ?? { whole: 0, fraction: 0, unit: 0 };
  const none: StyledRun = { text: '–', role: 'faint' };
  expect(alignFigure(none, figures)).toBe(none);
  expect(padFigure(none, figures)).toEqual([none]);
});
