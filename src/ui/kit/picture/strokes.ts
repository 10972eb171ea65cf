/** An area of a cell that a character fills, in fractions of the cell from its top left corner. */
export interface CellStroke {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Opacity: 1 for a full block, 0.25 for `░`. */
  readonly shade: number;
}

const whole: CellStroke = { left: 0, top: 0, width: 1, height: 1, shade: 1 };
const steps = 8;
const edge: CellStroke = { ...whole, left: 0.4, width: 0.2 };
/** Thin rules. */
const rules: Readonly<Record<string, CellStroke>> = {
  '─': { ...whole, top: 0.47, height: 0.06 },
  '━': { ...whole, top: 0.44, height: 0.12 },
  '╌': { ...whole, left: 0.15, width: 0.7, top: 0.47, height: 0.06 },
  '│': { ...whole, left: 0.44, width: 0.12 },
};

/** A stroke from the middle of a cell to one side. */
const half = {
  thin: {
    up: { ...whole, left: 0.44, width: 0.12, height: 0.53 },
    down: { ...whole, left: 0.44, width: 0.12, top: 0.47, height: 0.53 },
    left: { ...whole, width: 0.56, top: 0.47, height: 0.06 },
    right: { ...whole, left: 0.44, width: 0.56, top: 0.47, height: 0.06 },
  },
  thick: {
    up: { ...edge, height: 0.56 },
    down: { ...edge, top: 0.44, height: 0.56 },
    left: { ...whole, width: 0.6, top: 0.44, height: 0.12 },
    right: { ...whole, left: 0.4, width: 0.6, top: 0.44, height: 0.12 },
  },
} as const;

/** The strokes of double rules: both upright ones, both level ones. `from` and `to`: fractions of the cell. */
const upright = (left: number, from = 0, to = 1): CellStroke => ({
  ...whole,
  left,
  width: 0.12,
  top: from,
  height: to - from,
});
const level = (top: number, from = 0, to = 1): CellStroke => ({
  ...whole,
  top,
  height: 0.06,
  left: from,
  width: to - from,
});
const west = 0.3;
const east = 0.58;
const north = 0.4;
const south = 0.54;

/** Characters of several strokes: corners, junctions, double rules. */
const joints: Readonly<Record<string, readonly CellStroke[]>> = {
  '═': [level(north), level(south)],
  '║': [upright(west), upright(east)],
  '╔': [upright(west, north), upright(east, south), level(north, west), level(south, east)],
  '╗': [
    upright(east, north),
    upright(west, south),
    level(north, 0, east + 0.12),
    level(south, 0, west + 0.12),
  ],
  '╚': [upright(west, 0, south + 0.06), upright(east, 0, north), level(south, west), level(north, east)],
  '╝': [
    upright(east, 0, south + 0.06),
    upright(west, 0, north),
    level(south, 0, east + 0.12),
    level(north, 0, west),
  ],
  '╠': [upright(west), upright(east, 0, north), upright(east, south), level(north, east), level(south, east)],
  '╣': [
    upright(east),
    upright(west, 0, north),
    upright(west, south),
    level(north, 0, west),
    level(south, 0, west),
  ],
  '╦': [level(north), level(south, 0, west), level(south, east), upright(west, south), upright(east, south)],
  '╩': [
    level(south),
    level(north, 0, west),
    level(north, east),
    upright(west, 0, north),
    upright(east, 0, north),
  ],
  '╬': [upright(west), upright(east), level(north), level(south)],
  '┏': [half.thick.down, half.thick.right],
  '┓': [half.thick.down, half.thick.left],
  '┗': [half.thick.up, half.thick.right],
  '┛': [half.thick.up, half.thick.left],
  '├': [{ ...whole, left: 0.44, width: 0.12 }, half.thin.right],
  '┤': [{ ...whole, left: 0.44, width: 0.12 }, half.thin.left],
  '┬': [half.thin.down, { ...whole, top: 0.47, height: 0.06 }],
  '┴': [half.thin.up, { ...whole, top: 0.47, height: 0.06 }],
  '┼': [
    { ...whole, left: 0.44, width: 0.12 },
    { ...whole, top: 0.47, height: 0.06 },
  ],
};

/**
 * The area of a block element (U+2580 to U+258F, U+2591 to U+2593) or a rule (`─ ━ ╌ │ ┃`); undefined for other characters.
 * They are drawn as shapes, because font glyphs leave gaps between cells.
 */
const strokeOf = (character: string): CellStroke | undefined => {
  const code = character.codePointAt(0) ?? 0;
  if (character === '┃') return edge;
  const rule = rules[character];
  if (rule !== undefined) return rule;
  if (code === 0x2580) return { ...whole, height: 1 / 2 };
  if (code >= 0x2581 && code <= 0x2588) {
    const height = (code - 0x2580) / steps;
    return { ...whole, top: 1 - height, height };
  }
  if (code >= 0x2589 && code <= 0x258f) return { ...whole, width: (0x2590 - code) / steps };
  if (code >= 0x2591 && code <= 0x2593) return { ...whole, shade: (code - 0x2590) / 4 };
  return undefined;
};

/** The areas that a character fills; none: it is drawn as text. */
export const cellStrokes = (character: string): readonly CellStroke[] => {
  const joint = joints[character];
  if (joint !== undefined) return joint;
  const stroke = strokeOf(character);
  return stroke === undefined ? [] : [stroke];
};
