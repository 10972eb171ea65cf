import { defined } from '../../../domain/base/defined.ts';
import type { MainView, PaneId } from '../../kit/components/cursor.ts';

/** The panes of the overview from top to bottom; panes of one band are side by side if there is room. */
export type OverviewBands = readonly (readonly PaneId[])[];

/** Removes a pane. */
export const withoutPane = (bands: OverviewBands, pane: PaneId): OverviewBands =>
  bands.map((band) => band.filter((id) => id !== pane)).filter((band) => band.length > 0);

/** Adds a pane at the end. */
export const withPane = (bands: OverviewBands, pane: PaneId): OverviewBands =>
  bands.some((band) => band.includes(pane)) ? bands : [...bands, [pane]];

/** Swaps a pane's band with the next visible one above (-1) or below (1), if there is one. */
export const movePaneBand = (
  bands: OverviewBands,
  pane: PaneId,
  step: -1 | 1,
  isShown: (id: PaneId) => boolean,
): OverviewBands => {
  const position = bands.findIndex((band) => band.includes(pane));
  let to = position + step;
  while (bands[to]?.some(isShown) === false) to += step;
  const band = bands[position];
  const other = bands[to];
  if (band === undefined || other === undefined) return bands;
  return bands.map((texts, index) => (index === position ? other : index === to ? band : texts));
};

/** Moves a pane into the band of another. */
export const placeBeside = (bands: OverviewBands, pane: PaneId, other: PaneId): OverviewBands =>
  pane === other
    ? bands
    : withoutPane(bands, pane).map((band) => (band.includes(other) ? [...band, pane] : band));

/** A split view and the view it was opened from. */
export interface SplitView {
  readonly panes: readonly [PaneId, PaneId];
  readonly from: MainView;
}

/** The layout of the screen: overview bands, current view and split. */
export interface Layout {
  /** Absent: the default. */
  readonly bands?: OverviewBands;
  readonly place: MainView;
  readonly focus: PaneId;
  readonly split?: SplitView;
}

/** Saved layouts of one environment. */
export interface SavedLayouts {
  /** The layout at the end of the last session. */
  readonly last?: Layout;
  readonly layouts: Readonly<Record<string, Layout>>;
}

export const noSavedLayouts: SavedLayouts = { layouts: {} };

export const maxSavedLayouts = 20;

/** Extracts the current layout. */
export const currentLayout = ({ place, focus, split, bands }: Layout): Layout => ({
  ...defined({ bands }),
  place,
  focus,
  ...defined({ split }),
});
