import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import type { RowHead } from '../../../src/logs/ring/row-block.ts';
import type { RandomSource } from '../../../src/simulator/model/spec/seeded-random.ts';

export interface MadeRow extends RowHead {
  readonly text: string;
}

const words = [
  'timeout',
  'Timeout',
  'ok',
  'psp',
  'order=17',
  'ERROR',
  'café',
  '注文',
  'a\u2028b',
  '',
  'at x.Y(Z.java:3)',
  '  ',
  '\t',
];
const { line, continuation, gap, dropped, note } = rowKind;

/** Generates a row of a random stream and kind, close to this time. */
export const madeRow = (chance: RandomSource, position: number, streams = 3): MadeRow => ({
  text: Array.from(
    { length: Math.floor(chance() * 5) },
    () => words[Math.floor(chance() * words.length)],
  ).join(' '),
  at: position + Math.floor(chance() * 20) - 10,
  level: Math.floor(chance() * 7),
  stream: Math.floor(chance() * streams),
  kind:
    [line, line, line, line, continuation, continuation, gap, dropped, note][Math.floor(chance() * 9)] ??
    line,
});
