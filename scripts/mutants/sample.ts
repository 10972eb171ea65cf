import { seededRandom } from '../../src/simulator/model/spec/seeded-random.ts';
import type { Mutation } from './operators.ts';

/** A mutation of a file, with its number in the population. */
export interface Mutant extends Mutation {
  readonly id: number;
  /** Path from the root of the project. */
  readonly file: string;
}

/** A part of the sources that has its own share of a sample. */
export interface Group {
  readonly name: string;
  readonly lines: number;
  readonly mutants: readonly Mutant[];
}

/** Divides a number in proportion to weights, by the largest remainders. */
export const shares = (total: number, weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (total * weight) / sum));
  const counts = exact.map(Math.floor);
  const missing = sum === 0 ? 0 : total - counts.reduce((all, count) => all + count, 0);
  const order = exact
    .map((share, index) => ({ index, rest: share - Math.floor(share) }))
    .toSorted((first, other) => other.rest - first.rest || first.index - other.index);
  for (const { index } of order.slice(0, missing)) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
};

const shuffled = <T>(all: readonly T[], random: () => number): readonly T[] =>
  all
    .map((item) => ({ one: item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one);

/** At most one of ten is an emptied text: many of them are only shown. */
const isText = ({ operator }: Mutant): boolean => operator === 'string';

/** Draws `count` mutants of a group: at most one per line, and at most a tenth of them emptied texts. */
const drawFrom = (group: Group, count: number, seed: string): readonly Mutant[] => {
  const texts = Math.floor(count / 10);
  const lines = new Set<string>();
  const drawn: Mutant[] = [];
  for (const mutant of shuffled(group.mutants, seededRandom(`${seed} ${group.name}`))) {
    if (drawn.length === count) break;
    const line = `${mutant.file}:${mutant.line}`;
    if (lines.has(line) || (isText(mutant) && drawn.filter(isText).length >= texts)) continue;
    lines.add(line);
    drawn.push(mutant);
  }
  return drawn;
};

/** Draws a sample of mutants, from each group by its number of lines. The same seed draws the same mutants. */
export const drawSample = (groups: readonly Group[], count: number, seed: string): readonly Mutant[] => {
  const counts = shares(
    count,
    groups.map(({ lines }) => lines),
  );
  return groups.flatMap((group, index) => drawFrom(group, counts[index] ?? 0, seed));
};
