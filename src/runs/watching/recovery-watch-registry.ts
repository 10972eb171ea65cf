import type { Millis } from '../../domain/fault.ts';
import type { RunEvent } from '../../domain/run.ts';
import type { PendingRun } from '../pending-run.ts';

/** A run that has recovered and can be watched. */
interface RecoveredRun {
  readonly held: PendingRun;
  /** When its last act was answered: readings that began later count. */
  readonly actedAt: Millis;
}

/** Which runs have recovered, which of them are watched, and what ends that. */
export interface RecoveryWatchRegistry {
  /** One more event of a run: remembers a recovery, and ends the watch of what another run acts on. */
  seen(held: PendingRun, event: RunEvent): void;
  /** The recovered run, once; and a signal that aborts, with why in words, when its watch must end. */
  take(run: string): { readonly recovered: RecoveredRun; readonly signal: AbortSignal } | undefined;
  ended(run: string): void;
}

/** Recovered runs that nobody has begun to watch: few, as a cockpit begins at once. */
const keptMost = 20;

/** What pins the targets of a run: source and uid of each. */
const pinsOf = ({ steps }: PendingRun): ReadonlySet<string> =>
  new Set(steps.flatMap(({ act }) => act?.plan.targets.map(({ uid }) => `${act.source} ${uid}`) ?? []));

export const createRecoveryWatchRegistry = (): RecoveryWatchRegistry => {
  const recovered = new Map<string, RecoveredRun>();
  const watched = new Map<string, { readonly held: PendingRun; readonly stop: AbortController }>();

  const lastActs = new Map<string, Millis>();

  /** Its proofs would tell of the other run from then on, not of this one. */
  const stopFor = (acting: PendingRun): void => {
    const { proposal } = acting;
    const pins = pinsOf(acting);
    for (const [run, { held, stop }] of watched)
      if (proposal.undoes === run) stop.abort(`run ${proposal.run} is undoing it`);
      else if ([...pinsOf(held)].some((pin) => pins.has(pin)))
        stop.abort(`run ${proposal.run} (${proposal.title}) acts on the same target`);
  };

  return {
    seen: (held, event) => {
      if (event.event === 'acting') stopFor(held);
      if (event.event === 'acted' || event.event === 'ticked') lastActs.set(event.run, event.at);
      if (event.event !== 'ended') return;
      const actedAt = lastActs.get(event.run) ?? event.at;
      lastActs.delete(event.run);
      if (event.ending !== 'recovered') return;
      recovered.set(event.run, { held, actedAt });
      for (const run of [...recovered.keys()].slice(0, -keptMost)) recovered.delete(run);
    },
    take: (run) => {
      const found = recovered.get(run);
      if (found === undefined) return undefined;
      recovered.delete(run);
      const stop = new AbortController();
      watched.set(run, { held: found.held, stop });
      return { recovered: found, signal: stop.signal };
    },
    ended: (run) => void watched.delete(run),
  };
};
