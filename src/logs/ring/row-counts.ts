import { rowKind } from '../format/parsed-line.ts';
import { type BlockVerdicts, countLevels, isPassing, rowFlag } from './block-verdicts.ts';
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

/** A column as words of four rows each. */
const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength >> 2);
/** The same byte for each row of a word. */
const inEach = 0x01_01_01_01;

/** Processes rows four at a time, and those at both ends that are no whole word singly. */
const byWords = (
  from: number,
  to: number,
  singles: (from: number, to: number) => void,
  words: (from: number, to: number) => void,
): void => {
  const first = Math.min(to, (from + 3) & ~3);
  const last = Math.max(first, to & ~3);
  if (from < first) singles(from, first);
  if (first < last) words(first >> 2, last >> 2);
  if (last < to) singles(last, to);
};

/** Clears all flags except `grouped`, and sets these bits. */
const resetFlags = (flags: Uint8Array, from: number, to: number, bits: number): void =>
  byWords(
    from,
    to,
    (begin, end) => {
      for (let index = begin; index < end; index++)
        flags[index] = ((flags[index] ?? 0) & rowFlag.grouped) | bits;
    },
    (begin, end) => {
      const all = wordsOf(flags);
      for (let word = begin; word < end; word++)
        all[word] = ((all[word] ?? 0) & (rowFlag.grouped * inEach)) | (bits * inEach);
    },
  );

/** Sets these bits in the flags of rows with this mark. */
const addFlags = (
  flags: Uint8Array,
  marks: Uint8Array,
  from: number,
  to: number,
  mark: 0 | 1,
  bits: number,
): void => {
  const flip = 1 - mark;
  byWords(
    from,
    to,
    (begin, end) => {
      for (let index = begin; index < end; index++)
        flags[index] = (flags[index] ?? 0) | (((marks[index] ?? 0) ^ flip) * bits);
    },
    (begin, end) => {
      const all = wordsOf(flags);
      const marked = wordsOf(marks);
      // A mark is 0 or 1 and bits are less than 256: no product reaches the next row.
      for (let word = begin; word < end; word++)
        all[word] = (all[word] ?? 0) | Math.imul((marked[word] ?? 0) ^ (flip * inEach), bits);
    },
  );
};

const sumOf = (marks: Uint8Array, from: number, to: number): number => {
  let sum = 0;
  byWords(
    from,
    to,
    (begin, end) => {
      for (let index = begin; index < end; index++) sum += marks[index] ?? 0;
    },
    (begin, end) => {
      const marked = wordsOf(marks);
      // The product adds the four bytes of a word in its highest one.
      for (let word = begin; word < end; word++) sum += Math.imul(marked[word] ?? 0, inEach) >>> 24;
    },
  );
  return sum;
};

/** Bits that a chip sets in the flags of rows that have this mark. */
const bitsOf = ({ chip }: FilterMatcher): { readonly mark: 0 | 1; readonly bits: number } => {
  if (chip.is === 'include') return { mark: 1, bits: rowFlag.wanted };
  return { mark: 0, bits: chip.is === 'level' ? rowFlag.out : rowFlag.out | rowFlag.barred };
};

/** The same flags in every row; undefined: they differ. */
type CommonFlags = number | undefined;

/**
 * Computes the flags of each row on its own. A disabled pattern has no effect. Returns the flags of all rows, if they are the same:
 * in most blocks a chip passes no row, or every row.
 */
export const rowFlags = (
  { flags, hasGroups, verdicts }: BlockVerdicts,
  works: readonly FilterMatcher[],
  from: number,
  to: number,
): CommonFlags => {
  let common = lastInclude(works) < 0 ? rowFlag.wanted : 0;
  let isCommon = !hasGroups;
  for (const [place, work] of works.entries()) {
    const verdict = verdicts[place];
    if (verdict === undefined || work.isGivenUp) continue;
    const { mark, bits } = bitsOf(work);
    const count = mark === 1 ? verdict.passing : verdict.to - verdict.passing;
    if (count === verdict.to) common |= bits;
    else if (count > 0) isCommon = false;
  }
  if (hasGroups) resetFlags(flags, from, to, common);
  else flags.fill(common, from, to);
  if (isCommon) return common;
  for (const [place, work] of works.entries()) {
    const verdict = verdicts[place];
    if (verdict === undefined || work.isGivenUp || verdict.passing === 0 || verdict.passing === verdict.to)
      continue;
    const { mark, bits } = bitsOf(work);
    addFlags(flags, verdict.marks, from, to, mark, bits);
  }
  return undefined;
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

const wantedInEach = (rowFlag.wanted | rowFlag.grouped) * inEach;

/** Shows the rows whose flags say so. Returns how many are not wanted. */
const showByFlags = (judged: BlockVerdicts, from: number, to: number): number => {
  const { flags, visible, levels, block } = judged;
  const { level } = block;
  let shown = 0;
  let unwanted = 0;
  const singles = (begin: number, end: number): void => {
    for (let index = begin; index < end; index++) {
      const own = flags[index] ?? 0;
      if (!isWanted(own)) unwanted++;
      if (shows[own] !== 1) continue;
      visible[index] = 1;
      shown++;
      const grade = level[index] ?? 0;
      levels[grade] = (levels[grade] ?? 0) + 1;
    }
  };
  byWords(from, to, singles, (begin, end) => {
    const words = wordsOf(flags);
    for (let word = begin; word < end; word++) {
      // Most filters want few rows.
      if (((words[word] ?? 0) & wantedInEach) === 0) unwanted += 4;
      else singles(word << 2, (word << 2) + 4);
    }
  });
  judged.visibleCount += shown;
  return unwanted;
};

/** Shows the rows of a whole block, if these flags of all of them say so. Returns how many are not wanted. */
const showAll = (judged: BlockVerdicts, common: number): number => {
  const { count } = judged.block;
  if (shows[common] === 1) {
    judged.visible.fill(1, 0, count);
    judged.levels.set(countLevels(judged));
    judged.visibleCount += count;
  }
  return isWanted(common) ? 0 : count;
};

/** Counts rows as if each were single or the head of its group. `common`: the flags of all rows, if they are the same. */
export const countRows = (
  counts: Counts,
  judged: BlockVerdicts,
  from: number,
  to: number,
  common: CommonFlags,
): void => {
  const isWhole = from === 0 && to === judged.block.count;
  const before = judged.visibleCount;
  const unwanted = common !== undefined && isWhole ? showAll(judged, common) : showByFlags(judged, from, to);
  counts.count += judged.visibleCount - before;
  const hide = (place: number, rows: number): void => {
    judged.hidden[place] = (judged.hidden[place] ?? 0) + rows;
    counts.hidden[place] = (counts.hidden[place] ?? 0) + rows;
  };
  for (const [place, { chip, isGivenUp }] of counts.works.entries()) {
    const verdict = judged.verdicts[place];
    if (verdict === undefined || isGivenUp || chip.is === 'include') continue;
    const isAll = isWhole && verdict.to === to;
    hide(place, to - from - (isAll ? verdict.passing : sumOf(verdict.marks, from, to)));
  }
  const include = lastInclude(counts.works);
  if (include >= 0) hide(include, unwanted);
};

const isHiddenBy = (chip: number, { judged, index }: BlockPosition): boolean => {
  const verdict = judged.verdicts[chip];
  return (
    ((judged.flags[index] ?? 0) & rowFlag.out) !== 0 && verdict !== undefined && !isPassing(verdict, index)
  );
};

/** False when a row with the flags `own` counts the same alone and as a member of the group of a head with the flags `above`. */
export const countsDiffer = (own: number, above: number): boolean =>
  (above & rowFlag.out) !== 0 || isWanted(own | above) !== isWanted(own);

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
