import { paneStateOf } from '../../model.ts';
import type { View } from '../../view.ts';

/** What `w` goes through. */
export const windows: readonly number[] = [20 * 60_000, 3_600_000, 6 * 3_600_000];

/** The stretch of time that sparklines and charts show, in ms. */
export const windowOf = (view: View): number =>
  windows[(paneStateOf(view.ui, 'matrix').chosen?.window ?? 0) % windows.length] ?? 20 * 60_000;

/** Whether `t` has put the limits up. */
export const showsLimits = (view: View): boolean => paneStateOf(view.ui, 'matrix').chosen?.limits === 1;

/** The environment whose column is chosen; the open one until another is. */
export const chosenEnvironment = (view: View, environments: readonly string[]): string => {
  const { column } = paneStateOf(view.ui, 'matrix');
  const own = view.cockpit.open?.env ?? '';
  return column === undefined ? own : (environments[column] ?? own);
};

/** From so many columns on there is room for other environments. */
const acrossFrom = 96;

export const showsOthers = ({ columns }: Pick<View, 'columns'>): boolean => columns >= acrossFrom;
