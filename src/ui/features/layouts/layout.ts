import type { MainView, PaneId } from '../../cursor.ts';

/** The panes of the overview, top to bottom; those of one band stand beside each other where there is room. */
export type OverviewBands = readonly (readonly PaneId[])[];

/** The arrangement without a pane. */
export const withoutPane = (bands: OverviewBands, pane: PaneId): OverviewBands =>
  bands.map((band) => band.filter((id) => id !== pane)).filter((band) => band.length > 0);

/** The arrangement with a pane that was not in it, at its end. */
export const withPane = (bands: OverviewBands, pane: PaneId): OverviewBands =>
  bands.some((band) => band.includes(pane)) ? bands : [...bands, [pane]];

/**
 * A pane's band changed with the next one above (-1) or below (1) of which something is shown; where there is none, the
 * same.
 */
export const movePaneBand = (
  bands: OverviewBands,
  pane: PaneId,
  step: -1 | 1,
  isShown: (id: PaneId) => boolean,
): OverviewBands => {
  const at = bands.findIndex((band) => band.includes(pane));
  let to = at + step;
  while (bands[to]?.some(isShown) === false) to += step;
  const [band, other] = [bands[at], bands[to]];
  if (band === undefined || other === undefined) return bands;
  return bands.map((one, index) => (index === at ? other : index === to ? band : one));
};

/** A pane in the band of another, behind it. */
export const placeBeside = (bands: OverviewBands, pane: PaneId, other: PaneId): OverviewBands =>
  pane === other
    ? bands
    : withoutPane(bands, pane).map((band) => (band.includes(other) ? [...band, pane] : band));

/** Two panes in the middle, and where one was before. */
export interface SplitView {
  readonly panes: readonly [PaneId, PaneId];
  readonly from: MainView;
}

/** How the screen is set up: what the overview shows, and what is in the middle. */
export interface Layout {
  /** Absent: as it comes. */
  readonly bands?: OverviewBands;
  readonly place: MainView;
  readonly focus: PaneId;
  readonly split?: SplitView;
}

/** What is kept of one environment. */
export interface SavedLayouts {
  /** How it was left. */
  readonly last?: Layout;
  readonly layouts: Readonly<Record<string, Layout>>;
}

export const noSavedLayouts: SavedLayouts = { layouts: {} };

/** More layouts of one environment than this nobody tells apart. */
export const maxSavedLayouts = 20;

/** The layout that the screen has now. */
export const currentLayout = ({ place, focus, split, bands }: Layout): Layout => ({
  ...(bands === undefined ? {} : { bands }),
  place,
  focus,
  ...(split === undefined ? {} : { split }),
});
