/** The part of a cell that a block fills, in parts of the cell from its left upper corner. */
export interface Block {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How much of the colour lies on it: 1 for all, 0.25 for `░`. */
  readonly shade: number;
}

const whole: Block = { left: 0, top: 0, width: 1, height: 1, shade: 1 };
const steps = 8;
const edge: Block = { ...whole, left: 0.4, width: 0.2 };

/**
 * What a block element (U+2580 to U+258F, U+2591 to U+2593) or `┃` fills; undefined for every other character. They
 * are drawn as areas, because a font's own would leave gaps between rows.
 */
export const blockOf = (character: string): Block | undefined => {
  const code = character.codePointAt(0) ?? 0;
  if (character === '┃') return edge;
  if (code === 0x2580) return { ...whole, height: 1 / 2 };
  if (code >= 0x2581 && code <= 0x2588) {
    const height = (code - 0x2580) / steps;
    return { ...whole, top: 1 - height, height };
  }
  if (code >= 0x2589 && code <= 0x258f) return { ...whole, width: (0x2590 - code) / steps };
  if (code >= 0x2591 && code <= 0x2593) return { ...whole, shade: (code - 0x2590) / 4 };
  return undefined;
};
