import { expect } from 'vitest';
import { widthOf } from '../../../src/ui/kit/text/width.ts';
import { contentOf } from './content.ts';
import { openBare } from './headless.ts';
import { bodyOf, footer, headRow, type Screen, titles } from './screen.ts';
import type { Scene } from './user.ts';

/** From the minimum terminal size to a wide one. */
export const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

export type Size = readonly [columns: number, rows: number];

/** Keys by name, a command as typed after a colon: '3 z', ':contacts'. */
const strokesOf = (keys: string): readonly string[] =>
  keys.startsWith(':')
    ? [...keys].map((letter) => (letter === ' ' ? 'space' : letter)).concat('enter')
    : keys.split(' ').filter((key) => key !== '');

/** The screen after these keys, without a terminal; every row has the full width, and there are as many as the screen has. */
export const drawn = (scene: Scene, keys: string, size: Size, options = {}): Screen => {
  const [columns, rows] = size;
  const bare = openBare(scene, options);
  Object.assign(bare.size, { columns, rows });
  bare.frame();
  for (const key of strokesOf(keys)) {
    bare.strokes(key);
    bare.frame();
  }
  const frame = bare.frame();
  const screen = frame.map((row) => row.map(({ text }) => text).join(''));
  expect(frame.length, `rows at ${columns}×${rows}`).toBe(rows);
  for (const row of screen) expect(widthOf(row), `cells of: ${row}`).toBe(columns);
  return contentOf(screen);
};

/** Bars, dots and lines fill the available room. */
const drawnBars = /^(?:[▁▂▃▄▅▆▇█░·─●▲✗-]{2,}|[▁▂▃▄▅▆▇])$/;

/** Where a pane is named in a narrow list, its noun is enough. */
const titleNouns = /(?:Threshold|Circuit|Connection|Consumer|DB) (matrix|breakers|pools|lag|sessions)/g;

const wordsOf = (line: string): readonly string[] =>
  line
    .replaceAll('·', ' ')
    .replaceAll(titleNouns, (_, noun: string) => noun.charAt(0).toUpperCase() + noun.slice(1))
    .split(/\s+/)
    .filter((word) => word !== '' && !drawnBars.test(word));

/**
 * True if every word of one line occurs in the other, in the same order. A cut can be inside a word ('billi…') or span
 * several ('PspError…billing').
 */
const isLessOf = (narrow: string, wide: string): boolean => {
  let from = 0;
  const all = wordsOf(wide);
  return wordsOf(narrow).every((word) => {
    const [start = '', end = ''] = word.split('…');
    const isCut = word.includes('…');
    const found = (first: number, fits: (text: string) => boolean): number =>
      all.findIndex((text, index) => index >= first && fits(text));
    const begins = found(from, (text) => (isCut ? text.startsWith(start) : text === word));
    // If the whole next word was cut, there is nothing to match.
    if (begins === -1) return word === '…';
    const ends = end === '' ? begins : found(begins, (text) => text.endsWith(end));
    from = word === '…' ? from : ends + 1;
    return ends >= 0;
  });
};

/** The number of hidden lines, where shown. */
const counts = /rows \d+ to \d+ of \d+|\d+ more/;

/**
 * A narrower screen shows the same pane with less content: the same title and first row, the same heads in the same
 * order, and no word that the wider one does not have there. Rows of `otherWords` have other names in narrow layouts
 * (tested separately).
 */
const showsLess = (narrow: Screen, wide: Screen, title: string, otherWords = /^$/): void => {
  expect(titles(narrow)[0], 'the first title').toBe(title);
  const screens = `${narrow.join('\n')}\n\n${wide.join('\n')}`;
  expect(isLessOf(headRow(narrow, title), headRow(wide, title)), `heads:\n${screens}`).toBe(true);
  const lines = bodyOf(narrow, title);
  const all = bodyOf(wide, title);
  let from = 0;
  for (const line of lines) {
    if (counts.test(line) || otherWords.test(line)) continue;
    const position = all.findIndex((other, index) => index >= from && isLessOf(line, other));
    expect(position, `only on the narrow screen: ${line}\n${screens}`).toBeGreaterThanOrEqual(0);
    from = position;
  }
  const [first = ''] = lines;
  if (!otherWords.test(first))
    expect(isLessOf(first, all[0] ?? ''), `another first row:\n${screens}`).toBe(true);
  if (lines.length < all.length && lines.every((line) => !counts.test(line))) {
    const unseen = all.filter(
      (other) => !otherWords.test(other) && !lines.some((line) => isLessOf(line, other)),
    );
    expect(unseen, `left out without a count:\n${screens}`).toEqual([]);
  }
  expect(isLessOf(footer(narrow), footer(wide)), `keys:\n${screens}`).toBe(true);
};

interface Fit {
  readonly narrowest?: Size;
  readonly otherWords?: RegExp;
}

/** Renders a pane at every size: frames are complete, and each shows a subset of the widest one. */
export const fitsEverySize = (scene: Scene, keys: string, title: string, fit: Fit = {}): void => {
  const wide = drawn(scene, keys, sizes[2]);
  for (const size of [fit.narrowest ?? sizes[0], sizes[1]])
    showsLess(drawn(scene, keys, size), wide, title, fit.otherWords);
};
