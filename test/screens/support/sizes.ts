import { expect } from 'vitest';
import { widthOf } from '../../../src/ui/text/width.ts';
import { openBare } from './bare.ts';
import { bodyOf, footer, headRow, type Screen, titles } from './screen.ts';
import type { Scene } from './user.ts';

/** From the narrowest screen that opsdeck takes to a wide one. */
export const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

export type Size = readonly [columns: number, rows: number];

/** Keys by name, a command behind a colon as it is typed: '3 z', ':contacts'. */
const strokesOf = (keys: string): readonly string[] =>
  keys.startsWith(':')
    ? [...keys].map((letter) => (letter === ' ' ? 'space' : letter)).concat('enter')
    : keys.split(' ').filter((key) => key !== '');

/** The screen after these keys, without a terminal; each row is as wide as the screen, and there are as many as it has. */
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
  return screen;
};

/** Bars, dots and lines are as many as there is room for. */
const drawnBars = /^[▁▂▃▄▅▆▇█░·─●▲✗-]{2,}$/;

const wordsOf = (line: string): readonly string[] =>
  line
    .replaceAll('·', ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && !drawnBars.test(word));

/**
 * Every word of one line stands in the other, in the same order. A cut may be within a word ('billi…') or go over
 * several ('PspError…billing').
 */
export const isLessOf = (narrow: string, wide: string): boolean => {
  let from = 0;
  const all = wordsOf(wide);
  return wordsOf(narrow).every((word) => {
    const [start = '', end = ''] = word.split('…');
    const isCut = word.includes('…');
    const found = (first: number, fits: (one: string) => boolean): number =>
      all.findIndex((one, index) => index >= first && fits(one));
    const begins = found(from, (one) => (isCut ? one.startsWith(start) : one === word));
    // Where all of the next word was cut, nothing of it is left to be found.
    if (begins === -1) return word === '…';
    const ends = end === '' ? begins : found(begins, (one) => one.endsWith(end));
    from = word === '…' ? from : ends + 1;
    return ends >= 0;
  });
};

/** How many lines have no room: said where it is so. */
const counts = /rows \d+ to \d+ of \d+|\d+ more/;

/**
 * A narrower screen shows the same pane with less in each row, and fewer rows: the same title and first row, the
 * same heads in the same order, no word that the wider one does not have in that place. Rows of `otherWords` are named in
 * another way where there is less room, which tests of their own show.
 */
const showsLess = (narrow: Screen, wide: Screen, title: string, otherWords = /^$/): void => {
  expect(titles(narrow)[0], 'the first title').toBe(title);
  const said = `${narrow.join('\n')}\n\n${wide.join('\n')}`;
  expect(isLessOf(headRow(narrow, title), headRow(wide, title)), `heads:\n${said}`).toBe(true);
  const [lines, all] = [bodyOf(narrow, title), bodyOf(wide, title)];
  let from = 0;
  for (const line of lines) {
    if (counts.test(line) || otherWords.test(line)) continue;
    const at = all.findIndex((other, index) => index >= from && isLessOf(line, other));
    expect(at, `only on the narrow screen: ${line}\n${said}`).toBeGreaterThanOrEqual(0);
    from = at;
  }
  const [first = ''] = lines;
  if (!otherWords.test(first))
    expect(isLessOf(first, all[0] ?? ''), `another first row:\n${said}`).toBe(true);
  if (lines.length < all.length && lines.every((line) => !counts.test(line))) {
    const unseen = all.filter(
      (other) => !otherWords.test(other) && !lines.some((line) => isLessOf(line, other)),
    );
    expect(unseen, `left out without a count:\n${said}`).toEqual([]);
  }
  expect(isLessOf(footer(narrow), footer(wide)), `keys:\n${said}`).toBe(true);
};

interface Fit {
  readonly narrowest?: Size;
  readonly otherWords?: RegExp;
}

/** A pane at every size: whole frames, and each shows what the widest one shows, or less of it. */
export const fitsEverySize = (scene: Scene, keys: string, title: string, fit: Fit = {}): void => {
  const wide = drawn(scene, keys, sizes[2]);
  for (const size of [fit.narrowest ?? sizes[0], sizes[1]])
    showsLess(drawn(scene, keys, size), wide, title, fit.otherWords);
};
