import type { Block } from './block.ts';

/** What is shown of a block. */
export interface ShownBlock {
  readonly block: Block;
  /** 1: shown. May be shorter than the block, or longer. */
  readonly visible: Uint8Array;
  readonly visibleCount: number;
  /** Of what is shown, by `levelCode`. */
  readonly levels: Uint32Array;
  /** Another number whenever something else is shown. */
  readonly stamp: number;
}

/** The next shown row behind one; `place`: of the block that has it. */
export const shownAfter = (blocks: readonly ShownBlock[], place: number, id: number): number | undefined => {
  for (let at = place; at < blocks.length; at++) {
    const shown = blocks[at];
    if (shown === undefined || shown.visibleCount === 0) continue;
    const index = shown.visible.indexOf(1, Math.max(0, id + 1 - shown.block.base));
    if (index >= 0) return shown.block.base + index;
  }
  return undefined;
};

/** The next shown row in front of one; `place`: of the block that has the row in front of it. */
export const shownBefore = (blocks: readonly ShownBlock[], place: number, id: number): number | undefined => {
  for (let at = place; at >= 0; at--) {
    const shown = blocks[at];
    if (shown === undefined || shown.visibleCount === 0 || id <= shown.block.base) continue;
    const index = shown.visible.lastIndexOf(1, id - 1 - shown.block.base);
    if (index >= 0) return shown.block.base + index;
  }
  return undefined;
};

/** How many rows that are shown stand in front of one. */
export const rankOf = (blocks: readonly ShownBlock[], id: number): number => {
  let sum = 0;
  for (const { block, visible, visibleCount } of blocks) {
    if (block.base >= id) break;
    if (block.base + block.count <= id) sum += visibleCount;
    else for (let index = 0; index < id - block.base; index++) sum += visible[index] ?? 0;
  }
  return sum;
};

/** The shown row in front of which so many stand that are shown, too. */
export const idAtRank = (blocks: readonly ShownBlock[], rank: number): number | undefined => {
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
