import type { Cursor, MainView, PaneId } from '../../cursor.ts';
import type { SplitView } from '../layouts/layout.ts';

/** Where somebody was, and how they looked at it. */
export interface NavigationEntry {
  /** 'system/env'; absent while none was open. */
  readonly env?: string;
  readonly place: MainView;
  readonly focus: PaneId;
  readonly split?: SplitView;
  readonly cursor: Cursor;
  readonly filter: string;
  readonly opened: boolean;
}

/** The spots before this one and, after going back, those behind it; the nearest one last. */
export interface NavigationHistory {
  readonly back: readonly NavigationEntry[];
  readonly forward: readonly NavigationEntry[];
}

export const emptyNavigationHistory: NavigationHistory = { back: [], forward: [] };

/** More steps back than this nobody remembers. */
const kept = 50;

const isSameNavigationEntry = (a: NavigationEntry, b: NavigationEntry): boolean =>
  a.env === b.env &&
  a.place === b.place &&
  a.focus === b.focus &&
  a.split?.panes.join() === b.split?.panes.join() &&
  a.cursor.key === b.cursor.key &&
  a.filter === b.filter &&
  a.opened === b.opened;

/** The trail after leaving a spot for another one: what lay ahead is given up. */
export const pushEntry = ({ back }: NavigationHistory, spot: NavigationEntry): NavigationHistory => ({
  back: [
    ...back.filter((one, index) => index < back.length - 1 || !isSameNavigationEntry(one, spot)),
    spot,
  ].slice(-kept),
  forward: [],
});

export type NavigationDirection = 'back' | 'forward';

/** The next spot in a direction that is not the one `here`, and the trail once one has gone there. */
export const stepHistory = (
  trail: NavigationHistory,
  direction: NavigationDirection,
  here: NavigationEntry,
): { readonly to: NavigationEntry; readonly trail: NavigationHistory } | undefined => {
  const ahead = trail[direction];
  const at = ahead.findLastIndex((spot) => !isSameNavigationEntry(spot, here));
  const to = ahead[at];
  if (to === undefined) return undefined;
  const rest = ahead.slice(0, at);
  return direction === 'back'
    ? { to, trail: { back: rest, forward: [...trail.forward, here].slice(-kept) } }
    : { to, trail: { back: [...trail.back, here].slice(-kept), forward: rest } };
};
