import {
  type BlockVerdicts,
  changeVerdict,
  continuationsIn,
  emptyVerdicts,
  isPassing,
  newBlockVerdicts,
  noContinuations,
  resetCounts,
  resizeColumn,
  resizeColumns,
  rowFlag,
} from './block-verdicts.ts';
import type { FilterMatcher } from './filter-matcher.ts';
import type { ReadonlyLogRing } from './log-ring.ts';
import { forEachContinuation } from './log-ring.ts';
import type { RowBlock } from './row-block.ts';
import { type BlockPosition, countRow, countRows, countsDiffer, hideNotes, rowFlags } from './row-counts.ts';

/** Shown rows of a block. */
export interface VisibleBlock {
  readonly block: RowBlock;
  /** 1: shown. May be shorter or longer than the block. */
  readonly visible: Uint8Array;
  readonly visibleCount: number;
  /** Number of shown rows by `levelCode`. */
  readonly levels: Uint32Array;
  /** Changes whenever the shown rows change. */
  readonly stamp: number;
}

/** Returns the next shown row after one. `place`: index of the block that contains it. */
export const nextVisible = (
  blocks: readonly VisibleBlock[],
  place: number,
  id: number,
): number | undefined => {
  for (let position = place; position < blocks.length; position++) {
    const shown = blocks[position];
    if (shown === undefined || shown.visibleCount === 0) continue;
    const index = shown.visible.indexOf(1, Math.max(0, id + 1 - shown.block.base));
    if (index >= 0) return shown.block.base + index;
  }
  return undefined;
};

/** Returns the last shown row before one. `place`: index of the block that contains the row before it. */
export const previousVisible = (
  blocks: readonly VisibleBlock[],
  place: number,
  id: number,
): number | undefined => {
  for (let position = place; position >= 0; position--) {
    const shown = blocks[position];
    if (shown === undefined || shown.visibleCount === 0 || id <= shown.block.base) continue;
    const index = shown.visible.lastIndexOf(1, id - 1 - shown.block.base);
    if (index >= 0) return shown.block.base + index;
  }
  return undefined;
};

/** Returns the number of shown rows before a row. */
export const visibleRank = (blocks: readonly VisibleBlock[], id: number): number => {
  let sum = 0;
  for (const { block, visible, visibleCount } of blocks) {
    if (block.base >= id) break;
    if (block.base + block.count <= id) sum += visibleCount;
    else for (let index = 0; index < id - block.base; index++) sum += visible[index] ?? 0;
  }
  return sum;
};

/** Returns the shown row with this rank. */
export const visibleIdAt = (blocks: readonly VisibleBlock[], rank: number): number | undefined => {
  let left = rank;
  for (const { block, visible, visibleCount } of rank < 0 ? [] : blocks) {
    if (left >= visibleCount) left -= visibleCount;
    else {
      let index = visible.indexOf(1);
      while (left-- > 0) index = visible.indexOf(1, index + 1);
      return block.base + index;
    }
  }
  return undefined;
};

/** True: a continuation with these flags decides about its group. */
const concernsGroup = (flags: number): boolean => (flags & (rowFlag.wanted | rowFlag.out)) !== 0;

/** Hides a line, and with it its group, by these excludes. */
const hideHead = ({ judged, index }: BlockPosition, chips: readonly number[]): void => {
  for (const chip of chips) {
    const verdict = judged.verdicts[chip];
    if (verdict !== undefined) changeVerdict(judged, verdict, index, 0);
  }
  if (chips.length > 0) judged.flags[index] = (judged.flags[index] ?? 0) | rowFlag.out | rowFlag.barred;
};

/**
 * The shown rows of a ring according to some chips, with counts that are always current. A group (a line and
 * its continuations) is a record: it is shown as a whole when an include matches any of its rows, and hidden
 * as a whole when its head is hidden or an exclude matches any of its rows.
 */
export class VisibleRows {
  /** Parallel to `ring.blocks`, as of the last `sync`. */
  judged: BlockVerdicts[] = [];
  /** Number of shown rows, of counted rows, and of rows that each chip hides. */
  count = 0;
  settled = 0;
  hidden: number[] = [];
  /** Changes whenever the shown rows change. */
  version = 0;
  works: readonly FilterMatcher[] = [];
  readonly ring: ReadonlyLogRing;
  /** True: no groups; every row counts on its own. */
  readonly physical: boolean;
  readonly linesOnly: boolean;
  /** Called before settled rows change, or rows are prepended. */
  readonly #disturbed: () => void;

  constructor(ring: ReadonlyLogRing, how: { physical?: boolean; seeks?: boolean }, disturbed: () => void) {
    this.ring = ring;
    this.linesOnly = how.seeks ?? false;
    this.physical = this.linesOnly || (how.physical ?? false);
    this.#disturbed = disturbed;
  }

  /** Replaces the matchers; keeps the results of those that were used before. */
  by(works: readonly FilterMatcher[]): void {
    this.sync();
    const places = works.map((work) => this.works.indexOf(work));
    this.works = works;
    for (const judged of this.judged) {
      const { verdicts } = judged;
      judged.verdicts = places.map((place) => verdicts[place] ?? emptyVerdicts());
      for (const [place, { isOwn, marks }] of verdicts.entries())
        if (isOwn && !places.includes(place)) judged.unusedMarks = marks;
    }
    this.again();
  }

  /** Resets all counts, so that every row is settled again. */
  again(): void {
    this.#disturbed();
    this.count = 0;
    this.settled = 0;
    this.hidden = this.works.map(() => 0);
    for (const judged of this.judged) {
      if (judged.settled > 0 || judged.hasGroups) judged.flags.fill(0);
      judged.hasGroups = false;
      resetCounts(judged, this.works.length);
    }
    this.version++;
  }

  /** Synchronizes with the ring: evicted, prepended and appended blocks. */
  sync(): void {
    const { blocks } = this.ring;
    const firstKept = this.judged.findIndex(({ block }) => !block.evicted);
    for (const judged of this.judged.splice(0, firstKept < 0 ? this.judged.length : firstKept))
      this.#forget(judged);
    const [first] = this.judged;
    const fresh = (block: RowBlock): BlockVerdicts => newBlockVerdicts(block, this.works.length);
    if (first !== undefined && first.block !== blocks[0]) {
      this.#disturbed();
      this.judged.unshift(...blocks.slice(0, this.ring.blockOf(first.block.base)).map(fresh));
    }
    if (this.judged.length < blocks.length) this.judged.push(...blocks.slice(this.judged.length).map(fresh));
  }

  /** Resets blocks in which rows were attached to another line. */
  regroup(): void {
    if (this.physical) return;
    for (const judged of this.judged) {
      if (judged.regrouped === judged.block.regrouped) continue;
      this.#disturbed();
      this.#around(judged, 0, judged.settled, () => {
        this.#forget(judged);
        resetCounts(judged, this.works.length);
        for (const [index, flags] of judged.flags.entries()) judged.flags[index] = flags & rowFlag.grouped;
      });
      // Whether a row has a time of its own depends on its line.
      for (const [place, { chip }] of this.works.entries())
        if (chip.is === 'time') judged.verdicts[place] = emptyVerdicts();
      judged.regrouped = judged.block.regrouped;
    }
  }

  at(id: number): BlockVerdicts | undefined {
    return this.judged[this.ring.blockOf(id)];
  }

  /** Counts the rows of a block that every chip has judged. */
  settle(judged: BlockVerdicts): void {
    const { block, settled: from } = judged;
    const to = this.works.reduce(
      (least, work, place) => (work.isGivenUp ? least : Math.min(least, judged.verdicts[place]?.to ?? 0)),
      block.count,
    );
    if (to <= from) return;
    resizeColumns(judged);
    this.#around(judged, from, to, () => this.#settleRows(judged, from, to));
    judged.stamp = ++this.version;
  }

  #settleRows(judged: BlockVerdicts, from: number, to: number): void {
    const continuations = this.physical ? noContinuations : continuationsIn(judged, from, to);
    this.#passTime(judged, continuations.indexes);
    const flags = rowFlags(judged, this.works, from, to);
    const common = this.#mayDiffer(judged) ? undefined : flags;
    // If all flags are the same, a continuation counts like its line.
    const grouped = common === undefined ? continuations.indexes : continuations.ofOthers;
    if (this.linesOnly) hideNotes(judged, from, to);
    this.#excludeHeads(judged, from, to);
    for (const index of grouped) if (concernsGroup(judged.flags[index] ?? 0)) this.#join({ judged, index });
    countRows(this, judged, from, to, common);
    this.#group(judged, grouped);
    judged.settled = to;
    this.settled += to - from;
  }

  /** True: rows get other flags than their chips give them: notes are hidden, or lines by continuations in other blocks. */
  #mayDiffer({ block: { words, spans } }: BlockVerdicts): boolean {
    if (this.linesOnly && words) return true;
    return spans !== undefined && spans.size > 0 && this.works.some(({ chip }) => chip.is === 'exclude');
  }

  /** Returns the line that a row continues, if it is in the ring. */
  headOf({ judged, index }: BlockPosition): BlockPosition | undefined {
    const back = this.physical ? 0 : (judged.block.back?.[index] ?? 0);
    if (back === 0) return undefined;
    if (back <= index) return { judged, index: index - back };
    const id = judged.block.base + index - back;
    const other = this.at(id);
    return other === undefined ? undefined : { judged: other, index: id - other.block.base };
  }

  /** Lets continuations pass the time chips: the time of a record is that of its line, which hides all of it. */
  #passTime(judged: BlockVerdicts, grouped: Uint16Array): void {
    for (const [place, { chip }] of this.works.entries()) {
      const verdict = judged.verdicts[place];
      if (chip.is !== 'time' || verdict === undefined) continue;
      for (const index of grouped)
        if (this.headOf({ judged, index }) !== undefined) changeVerdict(judged, verdict, index, 1);
    }
  }

  /** Applies a continuation's own verdicts to its group: wanted by an include, hidden by an exclude. */
  #join(place: BlockPosition): void {
    const own = place.judged.flags[place.index] ?? 0;
    const head = this.headOf(place);
    if (head === undefined) return;
    if ((own & rowFlag.wanted) !== 0) this.#want(place, head);
    if ((own & rowFlag.out) !== 0) this.#exclude(place, head);
  }

  #want(place: BlockPosition, head: BlockPosition): void {
    const { judged, index } = head;
    judged.flags = resizeColumn(judged.flags, judged.block);
    const flags = judged.flags[index] ?? 0;
    if ((flags & rowFlag.grouped) !== 0) return;
    const isNew = judged === place.judged && index >= judged.settled;
    const rows = isNew ? [] : this.#settledOf(head);
    this.#recount(rows, () => {
      judged.flags[index] = flags | rowFlag.grouped;
      judged.hasGroups = true;
    });
  }

  /** Hides a group because an exclude matches this continuation; a head that is not settled yet does it then. */
  #exclude(place: BlockPosition, head: BlockPosition): void {
    const chips = this.#excludesOf(place).filter((chip) => {
      const verdict = head.judged.verdicts[chip];
      return verdict !== undefined && isPassing(verdict, head.index);
    });
    if (chips.length === 0) return;
    const isNew = head.judged === place.judged && head.index >= head.judged.settled;
    if (!isNew && head.index >= head.judged.settled) return;
    this.#recount(isNew ? [] : this.#settledOf(head), () => hideHead(head, chips));
  }

  /** Hides the lines whose continuations in newer blocks are excluded. */
  #excludeHeads(judged: BlockVerdicts, from: number, to: number): void {
    if (this.physical || !this.works.some(({ chip }) => chip.is === 'exclude')) return;
    for (const index of judged.block.spans?.keys() ?? []) {
      if (index < from || index >= to) continue;
      forEachContinuation(this.ring, judged.block.base + index, (_, row, position) => {
        const other = this.judged[position];
        if (other === undefined || other === judged || row >= other.settled) return;
        hideHead({ judged, index }, this.#excludesOf({ judged: other, index: row }));
      });
    }
  }

  /** Returns the indices of the excludes that match a row. */
  #excludesOf({ judged, index }: BlockPosition): readonly number[] {
    return this.works.flatMap(({ chip, isGivenUp }, place) => {
      const verdict = judged.verdicts[place];
      const isMatch = verdict !== undefined && !isPassing(verdict, index);
      return chip.is === 'exclude' && !isGivenUp && isMatch ? [place] : [];
    });
  }

  /** Counts rows as members of their groups; so far they were counted as single. */
  #group(judged: BlockVerdicts, grouped: Uint16Array): void {
    const { flags, block } = judged;
    for (const index of grouped) {
      const own = flags[index] ?? 0;
      const back = block.back?.[index] ?? 0;
      // For most filters neither the row nor its head is wanted. No objects are created for them.
      if (back <= index && !countsDiffer(own, flags[index - back] ?? 0)) continue;
      const place = { judged, index };
      const head = this.#headOf(place);
      if (!countsDiffer(own, head.judged.flags[head.index] ?? 0)) continue;
      countRow(this, place, place, -1);
      countRow(this, place, head, 1);
    }
  }

  #headOf(place: BlockPosition): BlockPosition {
    return this.headOf(place) ?? place;
  }

  /** Returns the counted rows of a group. */
  #settledOf({ judged, index }: BlockPosition): readonly BlockPosition[] {
    const rows: BlockPosition[] = index < judged.settled ? [{ judged, index }] : [];
    forEachContinuation(this.ring, judged.block.base + index, (_, row, position) => {
      const other = this.judged[position];
      if (other !== undefined && row < other.settled) rows.push({ judged: other, index: row });
    });
    return rows;
  }

  /** Applies a change to the lines of a block, and updates their continuations in other blocks. */
  #around(judged: BlockVerdicts, from: number, to: number, change: () => void): void {
    const { spans } = judged.block;
    if (this.physical || spans === undefined || spans.size === 0) {
      change();
      return;
    }
    const rows = [...spans.keys()]
      .filter((index) => index >= from && index < to)
      .flatMap((index) => this.#settledOf({ judged, index }))
      .filter((place) => place.judged !== judged);
    this.#recount(rows, change);
  }

  #recount(rows: readonly BlockPosition[], change: () => void): void {
    if (rows.length > 0) this.#disturbed();
    for (const place of rows) countRow(this, place, this.#headOf(place), -1);
    change();
    for (const place of rows) {
      countRow(this, place, this.#headOf(place), 1);
      place.judged.stamp = ++this.version;
    }
  }

  #forget({ visibleCount, settled, hidden }: BlockVerdicts): void {
    this.count -= visibleCount;
    this.settled -= settled;
    for (const [place, rows] of hidden.entries()) this.hidden[place] = (this.hidden[place] ?? 0) - rows;
    this.version++;
  }
}
