import { levelCode } from '../../../src/domain/facts/log-level.ts';
import type { ContextLineCount, FilterChip } from '../../../src/logs/format/filter-chip.ts';
import { compileLinePattern } from '../../../src/logs/format/filter-chip.ts';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import type { MadeRow } from './made-rows.ts';

/** The index of the line that each row continues, or its own. */
export const headsOf = (rows: readonly MadeRow[]): readonly number[] =>
  rows.map(({ kind, stream }, index) => {
    if (kind !== rowKind.continuation) return index;
    const head = rows
      .slice(0, index)
      .findLastIndex((row) => row.kind === rowKind.line && row.stream === stream);
    return head < 0 ? index : head;
  });

const isLine = ({ kind }: MadeRow): boolean => kind === rowKind.line || kind === rowKind.continuation;

const passes = (chip: FilterChip, row: MadeRow, streams: readonly string[]): boolean => {
  switch (chip.is) {
    case 'include':
      return !isLine(row) || compileLinePattern(chip.pattern).line.test(row.text);
    case 'exclude':
      return !isLine(row) || !compileLinePattern(chip.pattern).line.test(row.text);
    case 'level':
      return !isLine(row) || row.level >= levelCode(chip.least);
    case 'stream':
      return chip.streams.includes(streams[row.stream] ?? '') !== chip.not;
    case 'time':
      return row.at >= (chip.from ?? 0) && row.at < (chip.to ?? Number.POSITIVE_INFINITY);
  }
};

/** Reference implementation of a filtered view on an array, without regard to cost. */
export const naiveLens = (
  rows: readonly MadeRow[],
  chips: readonly FilterChip[],
  context: ContextLineCount,
  streams: readonly string[],
  physical: boolean,
) => {
  const heads = physical ? rows.map((_, index) => index) : headsOf(rows);
  const own = rows.map((row) => chips.map((chip) => passes(chip, row, streams)));
  const isRecordChip = (chip: number): boolean => chips[chip]?.is === 'exclude';
  const verdicts = own.map((of, row) =>
    of.map((yes, chip) => {
      if (isRecordChip(chip) && heads[row] === row)
        return own.every((other, index) => heads[index] !== row || other[chip]);
      return chips[chip]?.is === 'time' && heads[row] !== row ? true : yes;
    }),
  );
  const isInclude = (chip: number): boolean => chips[chip]?.is === 'include';
  const lastInclude = chips.findLastIndex(({ is }) => is === 'include');
  const wantsOwn = verdicts.map((of) => lastInclude < 0 || of.some((yes, chip) => yes && isInclude(chip)));
  const expected = heads.map((head) => heads.some((other, row) => other === head && wantsOwn[row]));
  const hiding = verdicts.map((of, row) =>
    of.flatMap((yes, chip) =>
      !isInclude(chip) && (!yes || !verdicts[heads[row] ?? row]?.[chip]) ? [chip] : [],
    ),
  );
  const shown = rows.map((_, row) => (expected[row] ?? false) && hiding[row]?.length === 0);
  const isBarred = (row: number): boolean =>
    hiding[row]?.some((chip) => chips[chip]?.is !== 'level') ?? false;
  const isContext = rows.map(() => false);
  for (const stream of new Set(rows.map((row) => row.stream))) {
    const units = rows.flatMap((row, index) =>
      row.stream === stream && isLine(row) && heads[index] === index && (shown[index] || !isBarred(index))
        ? [index]
        : [],
    );
    for (const [place, head] of units.entries()) {
      const near = units.slice(Math.max(0, place - context.after), place + context.before + 1);
      if (shown[head] || !near.some((other) => shown[other])) continue;
      for (const [row, of] of heads.entries()) if (of === head && !isBarred(row)) isContext[row] = true;
    }
  }
  return {
    visible: rows.flatMap((_, row) => (shown[row] || isContext[row] ? [row] : [])),
    context: rows.flatMap((_, row) => (isContext[row] ? [row] : [])),
    hides: chips.map(
      (_, chip) =>
        rows.filter((_, row) => hiding[row]?.includes(chip) || (chip === lastInclude && !expected[row]))
          .length,
    ),
  };
};
