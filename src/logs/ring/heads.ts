import { rowKind } from '../format/line.ts';
import type { Block } from './block.ts';

/** Remembers, of each stream, the last line: what is continued by the continuations that come. */
export class Heads {
  /** Id by stream. */
  last: (number | undefined)[] = [];

  /**
   * Notes a row that was just written as the last one of `block`, the last of `blocks`. `blockAt` gives the block of an id.
   * True: the block holds more bytes than before.
   */
  note(
    block: Block,
    kind: number,
    stream: number,
    first: number,
    blockAt: (id: number) => Block | undefined,
  ): boolean {
    const index = block.count - 1;
    const id = block.base + index;
    if (kind === rowKind.line) this.last[stream] = id;
    if (kind !== rowKind.continuation) return false;
    const head = this.last[stream];
    if (head === undefined || head < first) return false;
    const grows = block.back === undefined;
    join(block, index, id - head);
    if (head < block.base) spanTo(blockAt(head), head, id);
    return grows;
  }

  /** Lines that stand in front of all from `first` on: of streams that have none of their own there. */
  precede(lines: readonly (number | undefined)[], first: number): void {
    for (const [stream, id] of lines.entries())
      if ((this.last[stream] ?? Number.NEGATIVE_INFINITY) < first) this.last[stream] = id;
  }
}

const join = (block: Block, index: number, back: number): void => {
  block.back ??= new Uint32Array(block.ends.length);
  block.back[index] = back;
};

const spanTo = (block: Block | undefined, head: number, id: number): void => {
  if (block === undefined) return;
  block.spans ??= new Map();
  block.spans.set(head - block.base, id - head);
};

/** Rows of later blocks that continue lines of one that is gone: they continue nothing any more. */
export const orphan = (gone: Block, blocks: readonly Block[], from: number): void => {
  for (const [index, span] of gone.spans ?? []) {
    const head = gone.base + index;
    for (let place = from; place < blocks.length; place++) {
      const block = blocks[place];
      if (block === undefined || block.base > head + span) break;
      const to = Math.min(block.count, head + span + 1 - block.base);
      for (let row = 0; row < to; row++)
        if (block.back?.[row] === block.base + row - head) {
          block.back[row] = 0;
          block.regrouped++;
        }
    }
  }
};

/** Ids of lines by stream. */
type Lines = Map<number, number>;

const adoptIn = (block: Block, lines: Lines, blockAt: (id: number) => Block | undefined): void => {
  for (let index = 0; index < block.count; index++) {
    const head = lines.get(block.stream[index] ?? 0);
    if (head === undefined) continue;
    if (block.kind[index] === rowKind.line) lines.delete(block.stream[index] ?? 0);
    if (block.kind[index] !== rowKind.continuation) continue;
    join(block, index, block.base + index - head);
    spanTo(blockAt(head), head, block.base + index);
    block.regrouped++;
  }
};

/**
 * Rows that continue nothing because their lines were not there, and now stand in front of them: `last` has the ids of
 * those lines by stream. Returns the blocks that hold more bytes than before.
 */
export const adopt = (
  blocks: readonly Block[],
  last: readonly (number | undefined)[],
  blockAt: (id: number) => Block | undefined,
): readonly Block[] => {
  const lines: Lines = new Map();
  for (const [stream, id] of last.entries()) if (id !== undefined) lines.set(stream, id);
  const before = new Set(blocks.filter(({ back }) => back === undefined));
  for (const block of blocks) {
    if (lines.size === 0) break;
    adoptIn(block, lines, blockAt);
  }
  return [...before].filter(({ back }) => back !== undefined);
};
