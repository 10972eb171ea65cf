import { fitLine, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { ruleGlyph } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { borderBeside, joints, type RuleLook, withRules } from './panel.ts';

/** Cells of a list and of the detail at its right, without the borders between them. */
export interface MasterDetailCells {
  readonly list: number;
  readonly detail: number;
}

/** Minimum width inside of a panel that holds a list and a detail: that of a screen of 120 columns. */
const minCells = 118;
/** The list takes this width, and an eighth of what is left of a wider panel. */
const leastList = 41;
const shareOfRest = 8;

/** Divides the inside of a panel; undefined if a detail beside the list has no room. Boxes have a border each between them. */
export const masterDetailCells = (width: number, hasSides: boolean): MasterDetailCells | undefined => {
  if (width < minCells) return undefined;
  const list = leastList + Math.floor((width - minCells) / shareOfRest);
  return { list, detail: width - list - (hasSides ? 2 : 1) };
};

/** A list and the explanation of its selected row. The first line of each is its title, which stands in the upper rule. */
interface MasterDetail {
  readonly list: readonly StyledLine[];
  readonly detail: readonly StyledLine[];
  readonly cells: MasterDetailCells;
  readonly height: number;
  readonly look: RuleLook;
  /** True: the panel has the focus, and its rules that color. */
  readonly focused: boolean;
}

/** Renders a list with its detail at the right in exactly `height` lines, and the rule between them. */
export const renderMasterDetail = (
  pen: Pick<TextPen, 'ascii' | 'ellipsis'>,
  { list, detail, cells, height, look, focused }: MasterDetail,
): readonly StyledLine[] => {
  const own = focused ? look.focused : 'rule';
  const glyph = (sides: number, role: TextRole): StyledRun => ({
    text: ruleGlyph(sides, pen.ascii, look.weight),
    role,
  });
  const line = glyph(joints.horizontal, 'rule');
  const { weight } = look;
  /** The borders between a line of the list and one of the detail; rules that end there are joined with them. */
  const between = (left: StyledLine, right: StyledLine): StyledLine =>
    look.hasSides
      ? [
          borderBeside(pen, left, { side: 'right', role: own, weight }),
          borderBeside(pen, right, { side: 'left', role: 'rule', weight }),
        ]
      : [glyph(joints.vertical, 'rule')];
  const corners = look.hasSides ? [glyph(joints.topRight, own), glyph(joints.topLeft, 'rule')] : [line];
  const fitted = (own: StyledLine | undefined, width: number): StyledLine =>
    fitLine(own ?? [], width, 'plain', pen.ellipsis);
  return Array.from({ length: height }, (_, index): StyledLine => {
    const left = fitted(list[index], cells.list);
    if (index > 0) {
      const right = fitted(detail[index], cells.detail);
      return [...left, ...between(left, right), ...right];
    }
    return [
      ...withRules(left, own, line.text),
      ...corners,
      line,
      ...withRules(fitted(detail[0], cells.detail - 1), 'rule', line.text),
    ];
  });
};
