import { type ContextLineCount, noContextLines } from '../format/filter-chip.ts';
import { rowKind } from '../format/parsed-line.ts';
import { rowFlag } from './block-verdicts.ts';
import { forEachContinuation } from './log-ring.ts';
import type { BlockPosition } from './row-counts.ts';
import type { VisibleRows } from './visible-rows.ts';

/** One stream, as far as its lines have been gone through. */
interface StreamContext {
  /** So many lines are still shown because of one in front of them. */
  left: number;
  /** Ids of the last lines that are not shown, the newest last. */
  recent: number[];
  /** The last line is context: what continues it is, too. */
  isContext: boolean;
}

/**
 * Marks lines around those that pass, of their stream: those that only an include or a level hides. A line and what
 * continues it are one. Goes through the rows once, oldest first, and goes on where it stopped when more come.
 */
export class ContextMarker {
  context: ContextLineCount = noContextLines;
  readonly #shown: VisibleRows;
  #streams: StreamContext[] = [];
  /** Id of the row that comes next. */
  #next: number | undefined;

  constructor(shown: VisibleRows) {
    this.#shown = shown;
  }

  get isOn(): boolean {
    return this.context.before > 0 || this.context.after > 0;
  }

  /** Rows that have not been gone through. */
  get pending(): number {
    const { first, end } = this.#shown.ring;
    return this.isOn ? end - Math.max(first, this.#next ?? first) : 0;
  }

  /** Nothing is context. */
  clear(): void {
    if (this.#next === undefined) return;
    this.#next = undefined;
    this.#streams = [];
    for (const judged of this.#shown.judged) {
      for (let index = 0; judged.contextCount > 0 && index < judged.settled; index++) {
        if (((judged.flags[index] ?? 0) & rowFlag.context) === 0) continue;
        judged.flags[index] = (judged.flags[index] ?? 0) & ~rowFlag.context;
        this.#count({ judged, index }, -1);
      }
    }
  }

  /** Goes on until every row has been gone through or `isOver` says so (asked once a block). True: all have been. */
  run(isOver: () => boolean): boolean {
    while (this.pending > 0) {
      if (isOver()) return false;
      const from = Math.max(this.#shown.ring.first, this.#next ?? this.#shown.ring.first);
      const judged = this.#shown.at(from);
      if (judged === undefined) return true;
      for (let index = from - judged.block.base; index < judged.block.count; index++)
        this.#take({ judged, index });
      this.#next = judged.block.base + judged.block.count;
    }
    return true;
  }

  #take(place: BlockPosition): void {
    const { judged, index } = place;
    const { block, visible } = judged;
    if ((block.kind[index] ?? 0) > rowKind.continuation) return;
    const stream = block.stream[index] ?? 0;
    this.#streams[stream] ??= { left: 0, recent: [], isContext: false };
    const state = this.#streams[stream];
    if (this.#shown.headOf(place) !== undefined) {
      if (state.isContext) this.#mark(place);
      return;
    }
    state.isContext = false;
    if (visible[index] === 1) {
      for (const id of state.recent) this.#markGroup(id);
      state.recent = [];
      state.left = this.context.after;
    } else if (((judged.flags[index] ?? 0) & rowFlag.barred) === 0) this.#hidden(state, place);
  }

  #hidden(state: StreamContext, place: BlockPosition): void {
    state.isContext = state.left > 0;
    if (state.isContext) {
      state.left--;
      this.#mark(place);
    } else if (this.context.before > 0) {
      state.recent.push(place.judged.block.base + place.index);
      if (state.recent.length > this.context.before) state.recent.shift();
    }
  }

  #markGroup(id: number): void {
    const judged = id < this.#shown.ring.first ? undefined : this.#shown.at(id);
    if (judged === undefined) return;
    this.#mark({ judged, index: id - judged.block.base });
    if (this.#shown.physical) return;
    forEachContinuation(this.#shown.ring, id, (_, index, at) => {
      const other = this.#shown.judged[at];
      // What is still to come is marked when it is gone through.
      if (other !== undefined && index < other.settled) this.#mark({ judged: other, index });
    });
  }

  #mark(place: BlockPosition): void {
    const { judged, index } = place;
    const flags = judged.flags[index] ?? 0;
    if (judged.visible[index] === 1 || (flags & rowFlag.barred) !== 0) return;
    judged.flags[index] = flags | rowFlag.context;
    this.#count(place, 1);
  }

  #count({ judged, index }: BlockPosition, sign: 1 | -1): void {
    const grade = judged.block.level[index] ?? 0;
    judged.visible[index] = sign > 0 ? 1 : 0;
    judged.levels[grade] = (judged.levels[grade] ?? 0) + sign;
    judged.visibleCount += sign;
    judged.contextCount += sign;
    this.#shown.count += sign;
    judged.stamp = ++this.#shown.version;
  }
}
