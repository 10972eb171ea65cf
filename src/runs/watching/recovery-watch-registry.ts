import type { Millis } from '../../domain/base/fault.ts';
import { goesOn, type IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import type { PendingRun } from '../context/pending-run.ts';

/** A run that can be watched: it recovered, or it was executed in an incident that goes on. */
interface WatchableRun {
  readonly pending: PendingRun;
  /** False: only the incident around it is watched. */
  readonly isRecovered: boolean;
  /** The incident at its end. */
  readonly incident: IncidentStatus | undefined;
  /** Completion time of its last action: readings that began later count. */
  readonly actedAt: Millis;
  /** The time of its ending: its checks held by then. */
  readonly endedAt: Millis;
}

/** Registry of watchable runs and their watches. */
export interface RecoveryWatchRegistry {
  /**
   * Processes an event of a run: remembers a watchable run, and stops the watch of any run whose target this one acts on.
   */
  seen(pending: PendingRun, event: RunEvent): void;
  /** Returns a watchable run once, with a signal that aborts when its watch must end. The abort reason is text. */
  take(run: string): { readonly watchable: WatchableRun; readonly signal: AbortSignal } | undefined;
  ended(run: string): void;
}

/** Maximum number of runs kept for watching; few, because the cockpit starts watching at once. */
const keptMost = 20;

/** The targets of a run, as "source uid". */
const pinsOf = ({ steps }: PendingRun): ReadonlySet<string> =>
  new Set(steps.flatMap(({ act }) => act?.plan.targets.map(({ uid }) => `${act.source} ${uid}`) ?? []));

export const createRecoveryWatchRegistry = (): RecoveryWatchRegistry => {
  const watchables = new Map<string, WatchableRun>();
  const watched = new Map<string, { readonly pending: PendingRun; readonly stop: AbortController }>();

  const lastActs = new Map<string, Millis>();

  /** Stops the watches on the same targets: from now on their checks would reflect this run. */
  const stopFor = (acting: PendingRun): void => {
    const { proposal } = acting;
    const pins = pinsOf(acting);
    for (const [run, { pending, stop }] of watched)
      if (proposal.undoes === run) stop.abort(`run ${proposal.run} undoes this run`);
      else if ([...pinsOf(pending)].some((pin) => pins.has(pin)))
        stop.abort(`run ${proposal.run} (${proposal.title}) acts on the same target`);
  };

  return {
    seen: (pending, event) => {
      if (event.event === 'acting') stopFor(pending);
      if (event.event === 'acted' || event.event === 'ticked') lastActs.set(event.run, event.at);
      if (event.event !== 'ended') return;
      const actedAt = lastActs.get(event.run) ?? event.at;
      lastActs.delete(event.run);
      const { ending, incident } = event;
      const isRecovered = ending === 'recovered';
      if (!isRecovered && !(ending === 'executed-not-recovered' && goesOn(incident))) return;
      watchables.set(event.run, { pending, isRecovered, incident, actedAt, endedAt: event.at });
      for (const run of [...watchables.keys()].slice(0, -keptMost)) watchables.delete(run);
    },
    take: (run) => {
      const watchable = watchables.get(run);
      if (watchable === undefined) return undefined;
      watchables.delete(run);
      const stop = new AbortController();
      watched.set(run, { pending: watchable.pending, stop });
      return { watchable, signal: stop.signal };
    },
    ended: (run) => void watched.delete(run),
  };
};
