import type { RenderContext } from '../render-context.ts';

/** Minimum size of a terminal that shows panes and cards completely. */
export const fullColumns = 80;
export const fullRows = 24;

/** True if the terminal is smaller than 80×24 and shows the list of `small-screen.ts`. */
export const isSmallScreen = ({ columns, rows }: Pick<RenderContext, 'columns' | 'rows'>): boolean =>
  columns < fullColumns || rows < fullRows;
