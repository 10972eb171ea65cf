import { expect } from 'vitest';
import { real } from './customers.ts';
import type { User } from './user.ts';

/** So many letters in a row give a name away. */
const piece = 6;

const piecesOf = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - piece + 1) }, (_, at) => text.slice(at, at + piece));

type Real = keyof typeof real;

const pieces: readonly (readonly [name: Real, text: string, pieces: readonly string[]])[] = (
  Object.keys(real) as Real[]
).map((name) => [name, real[name], piecesOf(real[name].toLowerCase())]);

/** What of the real world can be read in these rows, in whole or in part; `but` may be. */
export const givenAway = (rows: readonly string[], but: readonly Real[] = []): readonly string[] => {
  const text = rows.join('\n').toLowerCase();
  return pieces
    .filter(([name]) => !but.includes(name))
    .flatMap(([name, , parts]) => {
      const part = parts.find((one) => text.includes(one));
      const row = part === undefined ? undefined : rows.find((one) => one.toLowerCase().includes(part));
      return part === undefined ? [] : [`${name}: "${part}" in ${row?.trim()}`];
    });
};

/** Nobody who sees this screen learns anything. */
export const hides = (user: Pick<User, 'rows'>, when: string, but: readonly Real[] = []): void => {
  expect(givenAway(user.rows(), but), when).toEqual([]);
};
