import { fitLine, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { ruleGlyph } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { borderBeside, joints, type RuleLook, withRules } from './panel.ts';

/** Cells of a list and of the detail beside it, without the borders between them. */
export interface MasterDetailCells {
  readonly list: number;
  readonly detail: number;
  /** True: the detail is at the left. */
  readonly isMirrored: boolean;
}

/** A list that is not the usual one: at the right, and with this share of the width. */
export interface MirroredList {
  readonly share: number;
}

/** Minimum width inside of a panel that holds a list and a detail: that of a screen of 120 columns. */
const minCells = 118;
/** The list takes this width, and an eighth of what is left of a wider panel. */
const leastList = 41;
const shareOfRest = 8;

/** Divides the inside of a panel; undefined if a detail beside the list has no room. Boxes have a border each between them. */
export const masterDetailCells = (
  width: number,
  hasSides: boolean,
  mirrored?: MirroredList,
): MasterDetailCells | undefined => {
  if (width < minCells) return undefined;
  const usual = leastList + Math.floor((width - minCells) / shareOfRest);
  const list = mirrored === undefined ? usual : Math.floor(width * mirrored.share);
  return { list, detail: width - list - (hasSides ? 2 : 1), isMirrored: mirrored !== undefined };
};

/** The cell of a panel at which its list begins, and that of the border between its two parts. */
export const masterDetailPlaces = (
  { list, detail, isMirrored }: MasterDetailCells,
  width: number,
): { readonly listStart: number; readonly divider: number } => ({
  listStart: isMirrored ? width - list : 0,
  divider: isMirrored ? detail : list,
});

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

/** Renders a list with its detail beside it in exactly `height` lines, and the rule between them. */
export const renderMasterDetail = (
  pen: Pick<TextPen, 'ascii' | 'ellipsis'>,
  { list, detail, cells, height, look, focused }: MasterDetail,
): readonly StyledLine[] => {
  const listRole = focused ? look.focused : 'rule';
  const { isMirrored } = cells;
  const [left, right] = isMirrored
    ? [
        { lines: detail, width: cells.detail, role: 'rule' as const },
        { lines: list, width: cells.list, role: listRole },
      ]
    : [
        { lines: list, width: cells.list, role: listRole },
        { lines: detail, width: cells.detail, role: 'rule' as const },
      ];
  const glyph = (sides: number, role: TextRole): StyledRun => ({
    text: ruleGlyph(sides, pen.ascii, look.weight),
    role,
  });
  const line = glyph(joints.horizontal, 'rule');
  const { weight } = look;
  /** The borders between a line of the left part and one of the right; rules that end there are joined with them. */
  const between = (leftLine: StyledLine, rightLine: StyledLine): StyledLine =>
    look.hasSides
      ? [
          borderBeside(pen, leftLine, { side: 'right', role: left.role, weight }),
          borderBeside(pen, rightLine, { side: 'left', role: right.role, weight }),
        ]
      : [glyph(joints.vertical, 'rule')];
  const corners = look.hasSides
    ? [glyph(joints.topRight, left.role), glyph(joints.topLeft, right.role)]
    : [line];
  /** A word does not touch the border. */
  const fitted = (own: StyledLine | undefined, width: number): StyledLine => {
    const line = fitLine(own ?? [], width, 'plain', pen.ellipsis);
    return /[\p{L}\p{N}]$/u.test(line.at(-1)?.text ?? '')
      ? [...fitLine(own ?? [], width - 1, 'plain', pen.ellipsis), { text: ' ', role: 'plain' }]
      : line;
  };
  /** The title of a part in the upper rule; that of a detail is a cell away from the corner. */
  const title = ({ lines, width, role }: typeof left, isDetail: boolean): StyledLine =>
    isDetail
      ? [line, ...withRules(fitted(lines[0], width - 1), 'rule', line.text)]
      : withRules(fitted(lines[0], width), role, line.text);
  return Array.from({ length: height }, (_, index): StyledLine => {
    if (index === 0) return [...title(left, isMirrored), ...corners, ...title(right, !isMirrored)];
    const leftLine = fitted(left.lines[index], left.width);
    const rightLine = fitted(right.lines[index], right.width);
    return [...leftLine, ...between(leftLine, rightLine), ...rightLine];
  });
};
