import type { StyledLine, StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { widthOf } from '../text/width.ts';
import { type RuleWeight, ruleGlyph } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';

/** The outline of a panel in cells. Boxes side by side have a rule each. */
export interface PanelOutline {
  readonly left: number;
  readonly top: number;
  /** The column of its right rule. */
  readonly right: number;
  /** The row of its bottom rule. */
  readonly bottom: number;
  readonly focused: boolean;
}

/** The look of rules. */
export interface RuleLook {
  readonly weight: RuleWeight;
  /** The role of the rules around the focused panel. */
  readonly focused: TextRole;
  /** False: on a small screen, only the rules above panels are drawn, with their titles. */
  readonly hasSides: boolean;
}

const sides = { up: 1, right: 2, down: 4, left: 8 } as const;

/** The sides that a rule connects: left and right. */
export const horizontal = sides.left + sides.right;
/** The sides that rules between and around panels connect. */
export const joints = {
  horizontal,
  vertical: sides.up + sides.down,
  topLeft: sides.right + sides.down,
  topRight: sides.left + sides.down,
  topMiddle: sides.left + sides.right + sides.down,
  bottomLeft: sides.right + sides.up,
  bottomRight: sides.left + sides.up,
} as const;
/** Marks the cells around the focused panel. */
const focusedCell = 16;

const addRow = (grid: Uint8Array, width: number, y: number, { left, right, focused }: PanelOutline): void => {
  for (let x = left; x <= right; x++) {
    const index = y * width + x;
    grid[index] =
      (grid[index] ?? 0) |
      (x > left ? sides.left : 0) |
      (x < right ? sides.right : 0) |
      (focused ? focusedCell : 0);
  }
};

const addColumn = (
  grid: Uint8Array,
  width: number,
  x: number,
  { top, bottom, focused }: PanelOutline,
): void => {
  for (let y = top; y <= bottom; y++) {
    const index = y * width + x;
    grid[index] =
      (grid[index] ?? 0) |
      (y > top ? sides.up : 0) |
      (y < bottom ? sides.down : 0) |
      (focused ? focusedCell : 0);
  }
};

/**
 * Draws the rules of panels as `height` lines of `width` cells, blank inside of the panels. Rules that meet are joined; those of
 * the focused panel have the focus role.
 */
export const renderPanelRules = (
  pen: Pick<TextPen, 'ascii'>,
  outlines: readonly PanelOutline[],
  width: number,
  height: number,
  { weight, focused, hasSides }: RuleLook = { weight: 'thin', focused: 'focus', hasSides: true },
): readonly StyledLine[] => {
  const grid = new Uint8Array(width * height);
  for (const outline of outlines) {
    addRow(grid, width, outline.top, outline);
    if (!hasSides) continue;
    addRow(grid, width, outline.bottom, outline);
    addColumn(grid, width, outline.left, outline);
    addColumn(grid, width, outline.right, outline);
  }
  return Array.from({ length: height }, (_, y): StyledLine => {
    const runs: StyledRun[] = [];
    let text = '';
    let role: TextRole = 'rule';
    for (let x = 0; x < width; x++) {
      const cell = grid[y * width + x] ?? 0;
      const next: TextRole = cell >= focusedCell ? focused : 'rule';
      if (next !== role && text !== '') {
        runs.push({ text, role });
        text = '';
      }
      role = next;
      const ends = cell & 15;
      // Without sides, a rule ends with a whole character.
      text += ruleGlyph(hasSides || ends === 0 ? ends : horizontal, pen.ascii, weight);
    }
    return [...runs, { text, role }];
  });
};

/** The sides that a border connects where the rule of a section begins or ends at its inner side. */
const jointSides = {
  left: joints.vertical + sides.right,
  right: joints.vertical + sides.left,
} as const;

/** The border of a panel beside a line: joined with the line where it is a rule that ends there. */
export const borderBeside = (
  pen: Pick<TextPen, 'ascii'>,
  line: StyledLine | undefined,
  {
    side,
    role,
    weight,
  }: { readonly side: 'left' | 'right'; readonly role: TextRole; readonly weight: RuleWeight },
): StyledRun => ({
  text: ruleGlyph(
    endsAsRule(pen, line, side, weight) ? jointSides[side] : joints.vertical,
    pen.ascii,
    weight,
  ),
  role,
});

/** The roles of rules: text that looks like a rule has others. */
const ruleRoles: ReadonlySet<TextRole> = new Set<TextRole>(['rule', 'key', 'warn']);

/** True if the line has a rule at its end on this side. */
export const endsAsRule = (
  { ascii }: Pick<TextPen, 'ascii'>,
  line: StyledLine | undefined,
  side: 'left' | 'right',
  weight: RuleWeight,
): boolean => {
  const isDrawn = ({ text }: StyledRun): boolean => text !== '';
  const end = side === 'left' ? line?.find(isDrawn) : line?.findLast(isDrawn);
  const rule = ruleGlyph(joints.horizontal, ascii, weight);
  if (end === undefined || !ruleRoles.has(end.role)) return false;
  return side === 'left' ? end.text.startsWith(rule) : end.text.endsWith(rule);
};

/** Minimum number of blanks that are replaced by a rule: shorter pieces look ragged. One blank stays beside the text. */
const minRuledBlanks = 5;

/** The same at the end of a line, where the rule goes on to the corner. */
const minRuledEnd = 2;

/** Replaces the blank stretches of a title line by the rule beneath it, so that title and column heads are in the rule. */
export const withRules = (line: StyledLine, role: TextRole, rule: string): StyledLine => {
  const merged = mergeBlanks(line);
  return merged.flatMap((run, index): StyledLine => {
    const cells = widthOf(run.text);
    const isLast = index === merged.length - 1;
    if (run.text.trim() !== '' || cells < (isLast ? minRuledEnd : minRuledBlanks)) return [run];
    const before = index === 0 ? '' : ' ';
    const after = isLast ? '' : ' ';
    const text = rule.repeat(cells - before.length - after.length);
    return [
      { text: before, role: 'plain' },
      { text, role },
      { text: after, role: 'plain' },
    ];
  });
};

/** Splits runs at stretches of blanks and joins neighboring stretches. */
const mergeBlanks = (line: StyledLine): readonly StyledRun[] => {
  const result: StyledRun[] = [];
  for (const { text, role } of line)
    for (const part of text.split(/( {2,})/)) {
      const last = result.at(-1);
      if (part === '') continue;
      if (part.trim() === '' && last !== undefined && last.text.trim() === '')
        result[result.length - 1] = { text: last.text + part, role: 'plain' };
      else result.push({ text: part, role: part.trim() === '' ? 'plain' : role });
    }
  return result;
};
