import type { Millis } from '../../src/domain/base/fault.ts';
import { disappear, leaveOneBad } from './lies/disappear.ts';
import { addInhibitor, firingAlerts, removeRules, silence, stopPrometheus } from './lies/monitoring.ts';
import { moveSymptom } from './lies/move.ts';
import { restartProcesses } from './lies/restart.ts';
import type { World } from './lies/world.ts';

/**
 * What the world does after an action that was acknowledged and not executed. Nothing of it is an effect of the action, and the
 * problem remains.
 */
/** `KIND` or `KIND/VARIANT`. */
export type LieName = (typeof lies)[number]['name'];

export interface Lie {
  readonly name: string;
  /** Prepares the world before the run. */
  prepare?(world: World): void;
  /** Changes the world; returns the number of changed objects. 0: this lie is impossible here. */
  tell?(world: World): number;
  /** Where reads go once it is told; absent: to the system. */
  readonly reads?: 'stand-in' | 'denied';
  /** True: it is what an action that restarts something does by itself. */
  readonly isRestart?: true;
  /** True: it matters only to verifications that compare times. */
  readonly needsTimes?: true;
}

const stepClock =
  (byMs: Millis) =>
  ({ model, clock }: World): number => {
    model.stepClock(byMs, clock.now());
    return 1;
  };

const hideRows = ({ env: { parts } }: World): number => {
  const { database, messaging } = parts;
  const groups = messaging?.groups.size ?? 0;
  if (database !== undefined) database.hidesSessions = true;
  messaging?.groups.clear();
  return groups + (database === undefined ? 0 : 1);
};

const seconds = 1000;
const hour = 3600 * seconds;

/** All lies. */
export const lies = [
  { name: 'vanish', prepare: leaveOneBad, tell: disappear },
  { name: 'stand-in', reads: 'stand-in' },
  { name: 'muted/silence', tell: (world) => (firingAlerts(world) === 0 ? 0 : silence(world)) },
  { name: 'muted/inhibition', tell: (world) => (firingAlerts(world) === 0 ? 0 : addInhibitor(world)) },
  { name: 'muted/rule-removed', tell: (world) => (firingAlerts(world) === 0 ? 0 : removeRules(world)) },
  { name: 'muted/prometheus-down', tell: (world) => (firingAlerts(world) === 0 ? 0 : stopPrometheus(world)) },
  { name: 'restart', tell: restartProcesses, isRestart: true },
  { name: 'clock/-30s', tell: stepClock(-30 * seconds), needsTimes: true },
  { name: 'clock/+30s', tell: stepClock(30 * seconds), needsTimes: true },
  { name: 'clock/-1h', tell: stepClock(-hour), needsTimes: true },
  { name: 'clock/+1h', tell: stepClock(hour), needsTimes: true },
  { name: 'blind/denied', reads: 'denied' },
  { name: 'blind/hidden', tell: hideRows },
  { name: 'moved', tell: moveSymptom },
] as const satisfies readonly Lie[];

/** The kind of a lie: 'muted' of 'muted/silence'. */
export const kindOfLie = (name: string): string => name.split('/')[0] ?? name;
