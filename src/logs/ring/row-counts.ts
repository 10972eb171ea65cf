import { rowKind } from '../format/parsed-line.ts';
import { type BlockVerdicts, rowFlag } from './block-verdicts.ts';
import type { FilterMatcher } from './filter-matcher.ts';

/** A row, addressed by its block. */
export interface BlockPosition {
  readonly judged: BlockVerdicts;
  readonly index: number;
}

/** Counts over all blocks. */
interface Counts {
  count: number;
  readonly hidden: number[];
  readonly works: readonly FilterMatcher[];
}

const isWanted = (flags: number): boolean => (flags & (rowFlag.wanted | rowFlag.grouped)) !== 0;

/** By flags: 1 when the head of a group is shown. */
const shows = Uint8Array.from({ length: 32 }, (_, flags) =>
  isWanted(flags) && (flags & rowFlag.out) === 0 ? 1 : 0,
);

const lastInclude = (works: readonly FilterMatcher[]): number =>
  works.findLastIndex(({ chip, isGivenUp }) => chip.is === 'include' && !isGivenUp);

/** Sets `hides` in the flags of rows that a chip hides. */
const addHidden = (flags: Uint8Array, marks: Uint8Array, from: number, to: number, hides: number): void => {
  // A mark is 0 or 1.
  for (let index = from; index < to; index++)
    flags[index] = (flags[index] ?? 0) | (hides * (1 - (marks[index] ?? 0)));
};

const addWanted = (flags: Uint8Array, marks: Uint8Array, from: number, to: number): void => {
  for (let index = from; index < to; index++)
    flags[index] = (flags[index] ?? 0) | (rowFlag.wanted * (marks[index] ?? 0));
};

/** Computes the flags of each row on its own. A disabled pattern has no effect. */
export const rowFlags = (
  { flags, verdicts }: BlockVerdicts,
  works: readonly FilterMatcher[],
  from: number,
  to: number,
): void => {
  const atFirst = lastInclude(works) < 0 ? rowFlag.wanted : 0;
  for (let index = from; index < to; index++)
    flags[index] = ((flags[index] ?? 0) & rowFlag.grouped) | atFirst;
  for (const [place, { chip, isGivenUp }] of works.entries()) {
    const marks = verdicts[place]?.marks;
    if (marks === undefined || isGivenUp) continue;
    if (chip.is === 'include') addWanted(flags, marks, from, to);
    else addHidden(flags, marks, from, to, chip.is === 'level' ? rowFlag.out : rowFlag.out | rowFlag.barred);
  }
};

/** Hides rows that are not lines. */
export const hideNotes = (
  { flags, block: { kind, words } }: BlockVerdicts,
  from: number,
  to: number,
): void => {
  if (!words) return;
  for (let index = from; index < to; index++)
    if ((kind[index] ?? 0) > rowKind.continuation) flags[index] = rowFlag.out;
};

/** Counts rows as if each were single or the head of its group. */
export const countRows = (counts: Counts, judged: BlockVerdicts, from: number, to: number): void => {
  const { flags, visible, levels, verdicts, block } = judged;
  const { level } = block;
  let shown = 0;
  let unwanted = 0;
  for (let index = from; index < to; index++) {
    const flags_ = flags[index] ?? 0;
    if (!isWanted(flags_)) unwanted++;
    if (shows[flags_] !== 1) continue;
    visible[index] = 1;
    shown++;
    const grade = level[index] ?? 0;
    levels[grade] = (levels[grade] ?? 0) + 1;
  }
  judged.visibleCount += shown;
  counts.count += shown;
  const hide = (place: number, rows: number): void => {
    judged.hidden[place] = (judged.hidden[place] ?? 0) + rows;
    counts.hidden[place] = (counts.hidden[place] ?? 0) + rows;
  };
  for (const [place, { chip, isGivenUp }] of counts.works.entries()) {
    const marks = verdicts[place]?.marks;
    if (marks === undefined || isGivenUp || chip.is === 'include') continue;
    let passing = 0;
    for (let index = from; index < to; index++) passing += marks[index] ?? 0;
    hide(place, to - from - passing);
  }
  const include = lastInclude(counts.works);
  if (include >= 0) hide(include, unwanted);
};

const isHiddenBy = (chip: number, { judged, index }: BlockPosition): boolean =>
  ((judged.flags[index] ?? 0) & rowFlag.out) !== 0 && judged.verdicts[chip]?.marks[index] === 0;

/**
 * Adds one row of the group of `head` to the counts, or removes it (-1), provided that neither has changed
 * since.
 */
export const countRow = (counts: Counts, place: BlockPosition, head: BlockPosition, sign: 1 | -1): void => {
  const { judged, index } = place;
  // An unsettled head has only the `grouped` flag.
  const own = judged.flags[index] ?? 0;
  const above = head.judged.flags[head.index] ?? 0;
  const isIncluded = isWanted(own | above);
  const isOut = ((own | above) & rowFlag.out) !== 0;
  const isShown = isIncluded && !isOut;
  judged.visible[index] = isShown && sign > 0 ? 1 : 0;
  if (isShown) {
    const grade = judged.block.level[index] ?? 0;
    judged.levels[grade] = (judged.levels[grade] ?? 0) + sign;
    judged.visibleCount += sign;
    counts.count += sign;
  }
  const hide = (chip: number): void => {
    judged.hidden[chip] = (judged.hidden[chip] ?? 0) + sign;
    counts.hidden[chip] = (counts.hidden[chip] ?? 0) + sign;
  };
  if (!isIncluded) hide(lastInclude(counts.works));
  if (!isOut) return;
  for (const [chip, work] of counts.works.entries()) {
    if (work.chip.is === 'include' || work.isGivenUp) continue;
    if (isHiddenBy(chip, place) || isHiddenBy(chip, head)) hide(chip);
  }
};
