import { expect } from 'vitest';
import { real } from './customers.ts';
import type { User } from './user.ts';

/** This many consecutive letters reveal a name. */
const piece = 6;

const piecesOf = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - piece + 1) }, (_, index) =>
    text.slice(index, index + piece),
  );

type Real = keyof typeof real;

const pieces: readonly (readonly [name: Real, text: string, pieces: readonly string[]])[] = (
  Object.keys(real) as Real[]
).map((name) => [name, real[name], piecesOf(real[name].toLowerCase())]);

/** Returns the real names that are readable in these rows, in whole or in part; those in `but` are allowed. */
export const givenAway = (rows: readonly string[], but: readonly Real[] = []): readonly string[] => {
  const text = rows.join('\n').toLowerCase();
  return pieces
    .filter(([name]) => !but.includes(name))
    .flatMap(([name, , parts]) => {
      const part = parts.find((candidate) => text.includes(candidate));
      const row =
        part === undefined ? undefined : rows.find((candidate) => candidate.toLowerCase().includes(part));
      return part === undefined ? [] : [`${name}: "${part}" in ${row?.trim()}`];
    });
};

/** Asserts that this screen reveals no name. */
export const hides = (user: Pick<User, 'rows'>, when: string, but: readonly Real[] = []): void => {
  expect(givenAway(user.rows(), but), when).toEqual([]);
};
