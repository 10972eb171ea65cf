import { type ContextLineCount, noContextLines } from '../format/filter-chip.ts';
import { rowKind } from '../format/parsed-line.ts';
import { rowFlag } from './block-verdicts.ts';
import { forEachContinuation } from './log-ring.ts';
import type { BlockPosition } from './row-counts.ts';
import type { VisibleRows } from './visible-rows.ts';

/** State of one stream between lines. */
interface StreamContext {
  /** Remaining lines to show after a match. */
  left: number;
  /** Ids of the last hidden lines, newest last. */
  recent: number[];
  /** True: the last line is context, and so are its continuations. */
  isContext: boolean;
}

/**
 * Marks context lines around matches of the same stream: lines that only an include or a level chip hides. A
 * line and its continuations count as one. Processes each row once, oldest first, and resumes there when more
 * rows arrive.
 */
export class ContextMarker {
  context: ContextLineCount = noContextLines;
  readonly #shown: VisibleRows;
  #streams: StreamContext[] = [];
  /** Id of the next row. */
  #next: number | undefined;

  constructor(shown: VisibleRows) {
    this.#shown = shown;
  }

  get isOn(): boolean {
    return this.context.before > 0 || this.context.after > 0;
  }

  /** Number of rows not processed yet. */
  get pending(): number {
    const { first, end } = this.#shown.ring;
    return this.isOn ? end - Math.max(first, this.#next ?? first) : 0;
  }

  /** Removes all context marks. */
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

  /**
   * Runs until all rows are processed or `isOver` returns true (checked once per block). Returns true when
   * all are processed.
   */
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
    forEachContinuation(this.#shown.ring, id, (_, index, position) => {
      const other = this.#shown.judged[position];
      // Unsettled rows are marked later, when they are processed.
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
