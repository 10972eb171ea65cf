import { levelCode } from '../../domain/log-level.ts';
import type { Chip, LinePattern } from '../format/chip.ts';
import { rowKind } from '../format/line.ts';
import { compilePattern } from '../format/line-pattern.ts';
import { type Block, rowText } from './block.ts';
import { markMatches } from './match-lines.ts';

/** Tells whether a chip lets rows through. */
export interface Judge {
  /** Of rows `from` up to `to` of a block: 1 or 0 in `verdicts`, at their index. */
  judge(block: Block, from: number, to: number, verdicts: Uint8Array): void;
  /** Of one row. */
  passes(block: Block, index: number): boolean;
  /** True: it can't take long. */
  readonly isQuick: boolean;
  /** True: line by line, it takes a time that grows with their length. */
  readonly isBounded: boolean;
}

const isLine = ({ kind }: Block, index: number): boolean => (kind[index] ?? 0) <= rowKind.continuation;

const patternJudge = (pattern: LinePattern, wanted: boolean): Judge => {
  const compiled = compilePattern(pattern);
  const { plain, line, isQuick, isBounded } = compiled;
  const sought = plain === undefined ? compiled : { ...compiled, needle: Buffer.from(plain) };
  return {
    isQuick,
    isBounded,
    passes: (block, index) => !isLine(block, index) || line.test(rowText(block, index)) === wanted,
    judge: (block, from, to, verdicts) => {
      verdicts.fill(0, from, to);
      markMatches(block, from, to, sought, verdicts);
      if (!wanted) for (let index = from; index < to; index++) verdicts[index] = 1 - (verdicts[index] ?? 0);
      if (!block.words) return;
      for (let index = from; index < to; index++) if (!isLine(block, index)) verdicts[index] = 1;
    },
  };
};

const columnJudge = (passes: (block: Block, index: number) => boolean): Judge => ({
  isQuick: true,
  isBounded: true,
  passes,
  judge: (block, from, to, verdicts) => {
    for (let index = from; index < to; index++) verdicts[index] = passes(block, index) ? 1 : 0;
  },
});

/** `streamIds`: of every stream by its index. Throws SyntaxError for a pattern that is none. */
export const judgeOf = (chip: Chip, streamIds: () => readonly string[]): Judge => {
  switch (chip.is) {
    case 'include':
      return patternJudge(chip.pattern, true);
    case 'exclude':
      return patternJudge(chip.pattern, false);
    case 'level': {
      const least = levelCode(chip.least);
      return columnJudge((block, index) => !isLine(block, index) || (block.level[index] ?? 0) >= least);
    }
    case 'stream': {
      const named = new Set(chip.streams);
      /** Verdicts by index, as they are asked for. */
      const known: boolean[] = [];
      return columnJudge(({ stream }, index) => {
        const place = stream[index] ?? 0;
        const id = known[place] === undefined ? streamIds()[place] : undefined;
        if (id !== undefined) known[place] = named.has(id) !== chip.not;
        return known[place] ?? chip.not;
      });
    }
    case 'time': {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = chip;
      return columnJudge(({ at }, index) => (at[index] ?? 0) >= from && (at[index] ?? 0) < to);
    }
  }
};
