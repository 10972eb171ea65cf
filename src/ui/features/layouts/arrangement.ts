import type { PaneId } from '../../cursor.ts';

/** The panes of the overview, top to bottom; those of one band stand beside each other where there is room. */
export type Arrangement = readonly (readonly PaneId[])[];

/** The arrangement without a pane. */
export const without = (bands: Arrangement, pane: PaneId): Arrangement =>
  bands.map((band) => band.filter((id) => id !== pane)).filter((band) => band.length > 0);

/** The arrangement with a pane that was not in it, at its end. */
export const withPane = (bands: Arrangement, pane: PaneId): Arrangement =>
  bands.some((band) => band.includes(pane)) ? bands : [...bands, [pane]];

/**
 * A pane's band changed with the next one above (-1) or below (1) of which something is shown; where there is none, the
 * same.
 */
export const moved = (
  bands: Arrangement,
  pane: PaneId,
  step: -1 | 1,
  isShown: (id: PaneId) => boolean,
): Arrangement => {
  const at = bands.findIndex((band) => band.includes(pane));
  let to = at + step;
  while (bands[to]?.some(isShown) === false) to += step;
  const [band, other] = [bands[at], bands[to]];
  if (band === undefined || other === undefined) return bands;
  return bands.map((one, index) => (index === at ? other : index === to ? band : one));
};

/** A pane in the band of another, behind it. */
export const beside = (bands: Arrangement, pane: PaneId, other: PaneId): Arrangement =>
  pane === other
    ? bands
    : without(bands, pane).map((band) => (band.includes(other) ? [...band, pane] : band));
