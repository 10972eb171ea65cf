import type { RenderContext } from '../contract/render-context.ts';

/** Minimum size of a terminal that shows panes and cards completely. */
export const fullColumns = 80;
export const fullRows = 24;

/** Minimum size of a terminal with borders at the sides of panels: on a smaller one they cost too much. */
const sidesFrom = { columns: 100, rows: 30 } as const;

/** True if panels are boxes; otherwise their titles are rules. */
export const hasPanelSides = ({ columns, rows }: Pick<RenderContext, 'columns' | 'rows'>): boolean =>
  columns >= sidesFrom.columns && rows >= sidesFrom.rows;

/** The room that the borders of panels take. */
export interface BorderRoom {
  /** Cells between the insides of two panels side by side. */
  readonly between: number;
  /** Rows below the inside of a panel. */
  readonly below: number;
}

/** Boxes have a border each; so have rules side by side, and one blank between their ends. */
export const borderRoom = (size: Pick<RenderContext, 'columns' | 'rows'>): BorderRoom =>
  hasPanelSides(size) ? { between: 2, below: 1 } : { between: 3, below: 0 };

/** Heights of a small screen from which on it has a second row of its head, a footer and a message line. */
export const smallScreenRows = { summary: 3, footer: 6, message: 8 } as const;

/** Rows between the head and the foot of a small screen. */
export const smallBodyRows = (rows: number): number => {
  const others = Object.values(smallScreenRows).filter((from) => rows >= from).length;
  return Math.max(0, rows - 1 - others);
};

/** True if the terminal is smaller than 80×24 and shows the list of `small-screen.ts`. */
export const isSmallScreen = ({ columns, rows }: Pick<RenderContext, 'columns' | 'rows'>): boolean =>
  columns < fullColumns || rows < fullRows;
