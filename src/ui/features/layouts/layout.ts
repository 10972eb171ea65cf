import type { PaneId, Place } from '../../cursor.ts';
import type { Arrangement } from './arrangement.ts';

/** Two panes in the middle, and where one was before. */
export interface Split {
  readonly panes: readonly [PaneId, PaneId];
  readonly from: Place;
}

/** How the screen is set up: what the overview shows, and what is in the middle. */
export interface Layout {
  /** Absent: as it comes. */
  readonly bands?: Arrangement;
  readonly place: Place;
  readonly focus: PaneId;
  readonly split?: Split;
}

/** What is kept of one environment. */
export interface Kept {
  /** How it was left. */
  readonly last?: Layout;
  readonly layouts: Readonly<Record<string, Layout>>;
}

export const nothingKept: Kept = { layouts: {} };

/** More layouts of one environment than this nobody tells apart. */
export const layoutsKept = 20;

/** The layout that the screen has now. */
export const layoutOf = ({ place, focus, split, bands }: Layout): Layout => ({
  ...(bands === undefined ? {} : { bands }),
  place,
  focus,
  ...(split === undefined ? {} : { split }),
});
