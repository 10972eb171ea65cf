import { rowKind } from '../format/line.ts';
import type { Block } from './block.ts';
import type { ReadRing } from './ring.ts';

/** Id of the line that a row continues; of any other row, and where that line is gone, its own. */
export const headOf = (ring: ReadRing, id: number): number => {
  const block = ring.blocks[ring.blockOf(id)];
  return id - (block?.back?.[id - block.base] ?? 0);
};

/** Tells each row of a group behind its head, in their order. */
export const eachContinuation = (
  ring: ReadRing,
  head: number,
  tell: (block: Block, index: number, place: number) => void,
): void => {
  let place = ring.blockOf(head);
  const own = ring.blocks[place];
  if (own === undefined || (own.back === undefined && own.spans === undefined)) return;
  const last = head + (own.spans?.get(head - own.base) ?? own.count - 1 - (head - own.base));
  const stream = own.stream[head - own.base];
  for (let block: Block | undefined = own; block !== undefined && block.base <= last; ) {
    const to = Math.min(block.count, last + 1 - block.base);
    for (let index = Math.max(0, head + 1 - block.base); index < to; index++) {
      if (block.stream[index] !== stream) continue;
      if (block.kind[index] === rowKind.line) return;
      if (block.back?.[index] === block.base + index - head) tell(block, index, place);
    }
    block = ring.blocks[++place];
  }
};

/** Ids of the rows that continue a line, in their order. */
export const groupOf = (ring: ReadRing, head: number): readonly number[] => {
  const ids: number[] = [];
  eachContinuation(ring, head, (block, index) => ids.push(block.base + index));
  return ids;
};
