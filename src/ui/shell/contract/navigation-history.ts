import type { Cursor, MainView, PaneId } from '../../kit/components/cursor.ts';
import type { SplitView } from './layout.ts';

/** A location in the UI: pane, cursor and filter. */
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

/** The locations before the current one and, after going back, those after it; the nearest one last. */
export interface NavigationHistory {
  readonly back: readonly NavigationEntry[];
  readonly forward: readonly NavigationEntry[];
}

export const emptyNavigationHistory: NavigationHistory = { back: [], forward: [] };

/** Maximum entries per direction. */
const maxEntries = 50;

const isSameNavigationEntry = (a: NavigationEntry, b: NavigationEntry): boolean =>
  a.env === b.env &&
  a.place === b.place &&
  a.focus === b.focus &&
  a.split?.panes.join() === b.split?.panes.join() &&
  a.cursor.key === b.cursor.key &&
  a.filter === b.filter &&
  a.opened === b.opened;

/** Records a location that is left. Clears the forward history. */
export const pushEntry = ({ back }: NavigationHistory, entry: NavigationEntry): NavigationHistory => ({
  back: [
    ...back.filter(
      (navigationEntry, index) => index < back.length - 1 || !isSameNavigationEntry(navigationEntry, entry),
    ),
    entry,
  ].slice(-maxEntries),
  forward: [],
});

export type NavigationDirection = 'back' | 'forward';

/** The next different location in a direction, with the history after going there. Undefined if there is none. */
export const stepHistory = (
  history: NavigationHistory,
  direction: NavigationDirection,
  here: NavigationEntry,
): { readonly to: NavigationEntry; readonly history: NavigationHistory } | undefined => {
  const ahead = history[direction];
  const index = ahead.findLastIndex((entry) => !isSameNavigationEntry(entry, here));
  const to = ahead[index];
  if (to === undefined) return undefined;
  const rest = ahead.slice(0, index);
  return direction === 'back'
    ? { to, history: { back: rest, forward: [...history.forward, here].slice(-maxEntries) } }
    : { to, history: { back: [...history.back, here].slice(-maxEntries), forward: rest } };
};
