import { field, number, text } from '../../wire-value.ts';
import type { Unit } from '../parse/units.ts';

/** What a plan keeps of a unit, to tell a loop from a hand. */
export interface UnitBefore {
  readonly wasActive: boolean;
  readonly state: string;
  readonly restarts?: number;
}

export const unitBefore = (earlier: unknown): UnitBefore => {
  const restarts = number(field(earlier, 'restarts'));
  return {
    wasActive: field(earlier, 'wasActive') === true,
    state: text(field(earlier, 'state')) ?? '',
    ...(restarts === undefined ? {} : { restarts }),
  };
};

const loops: readonly string[] = ['active', 'activating'];

/**
 * True when a unit that was being started again and again by systemd still is: it is another run every few seconds, and has
 * to be stopped all the same. Whoever starts it by hand sets the count back to 0. Source: systemd.service(5), Restart=;
 * org.freedesktop.systemd1(5), NRestarts.
 */
export const isStillLooping = (before: UnitBefore, now: Unit): boolean => {
  const { restarts: was, state } = before;
  const { restarts: is, activeState } = now;
  if (was === undefined || is === undefined || is < was) return false;
  if (![state, activeState].every((one) => loops.includes(one))) return false;
  const wasLooping = was > 0 || state === 'activating';
  return wasLooping && (is > was || activeState === 'activating' || state === 'activating');
};
