import type { Cursor, PaneId, Place } from '../../cursor.ts';
import type { Split } from '../layouts/layout.ts';

/** Where somebody was, and how they looked at it. */
export interface Spot {
  /** 'system/env'; absent while none was open. */
  readonly env?: string;
  readonly place: Place;
  readonly focus: PaneId;
  readonly split?: Split;
  readonly cursor: Cursor;
  readonly filter: string;
  readonly opened: boolean;
}

/** The spots before this one and, after going back, those behind it; the nearest one last. */
export interface Trail {
  readonly back: readonly Spot[];
  readonly forward: readonly Spot[];
}

export const noTrail: Trail = { back: [], forward: [] };

/** More steps back than this nobody remembers. */
const kept = 50;

const sameSpot = (a: Spot, b: Spot): boolean =>
  a.env === b.env &&
  a.place === b.place &&
  a.focus === b.focus &&
  a.split?.panes.join() === b.split?.panes.join() &&
  a.cursor.key === b.cursor.key &&
  a.filter === b.filter &&
  a.opened === b.opened;

/** The trail after leaving a spot for another one: what lay ahead is given up. */
export const leaving = ({ back }: Trail, spot: Spot): Trail => ({
  back: [...back.filter((one, index) => index < back.length - 1 || !sameSpot(one, spot)), spot].slice(-kept),
  forward: [],
});

export type Direction = 'back' | 'forward';

/** The next spot in a direction that is not the one `here`, and the trail once one has gone there. */
export const stepped = (
  trail: Trail,
  direction: Direction,
  here: Spot,
): { readonly to: Spot; readonly trail: Trail } | undefined => {
  const ahead = trail[direction];
  const at = ahead.findLastIndex((spot) => !sameSpot(spot, here));
  const to = ahead[at];
  if (to === undefined) return undefined;
  const rest = ahead.slice(0, at);
  return direction === 'back'
    ? { to, trail: { back: rest, forward: [...trail.forward, here].slice(-kept) } }
    : { to, trail: { back: [...trail.back, here].slice(-kept), forward: rest } };
};
