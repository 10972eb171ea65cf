import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { DeclaredSystemChanges } from '../../domain/facts/fingerprint.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { IncidentStatus } from '../../domain/incidents/incident-status.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { createAlertProof } from './alert-proof.ts';
import { FindingAccountant, type FindingAccounts } from './finding-accounts.ts';
import { createFindingParts } from './finding-parts.ts';
import { createFindingSystems } from './finding-systems.ts';
import { findingValues } from './finding-values.ts';
import { holdOf, type IncidentRow, incidentRowsOf, isHeld, ownFindings } from './incident-rows.ts';
import { createMissingSince } from './missing-since.ts';
import { suggestNextRunbook } from './next-runbook.ts';
import { createPresentFeeds } from './present-feeds.ts';

/** Follows the findings that were there when a run was confirmed. */
export interface IncidentTracker {
  /** The kinds and signals of the findings at the confirmation. */
  readonly found: readonly IncidentRow['of'][];
  /** The feeds that read them and their successors, and those of the findings that are new now. */
  feeds(): readonly string[];
  /** Looks at the facts now. Cheap enough for every change of them; more than once a second has no effect. */
  observe(): void;
  /**
   * Reads the rules of its alerts, and who answers, for at most a few seconds. Before the action it shows what they were; afterwards no
   * alert counts as cleared without its rules, and no finding when another system answers.
   */
  readEvidence(signal: AbortSignal, everyMs?: Millis): Promise<void>;
  /** Reads the feeds of findings that are not cleared and were not read since `actedAt`, for at most a few seconds. */
  reread(actedAt: Millis, signal: AbortSignal): Promise<void>;
  /**
   * The status now. `verifiedFrom`: when a run was verified: what only counts the past may remain for a while after that, and then
   * no further runbook is suggested.
   */
  status(verifiedFrom?: Millis): IncidentStatus;
  /**
   * Observes every change of the facts from now on, and reads its evidence. Returns the function that ends it.
   * `actedAt`: when the run has last acted; undefined: not yet.
   */
  follow(actedAt: () => Millis | undefined): () => void;
}

/** Findings listed by name. */
const named = 5;

const observeEveryMs: Millis = 1000;

/** Time limit for the fresh reads at the end of a run: a source that is down must not keep the result away. */
const rereadMs: Millis = 3000;

/** Interval at which the evidence is read. */
const evidenceEveryMs: Millis = 5000;

interface Parts {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  /** Id of the runbook of the run, which is the last one to be suggested next. */
  readonly runbook: string;
  /** The rows that the run ends or replaces. */
  readonly effects: readonly DeclaredEffect[];
  /** The changes of the systems that the run is meant to make. */
  readonly systemChanges: DeclaredSystemChanges;
  /** The sources that the run acts on, and those that its verification reads. */
  readonly involved: ReadonlySet<string>;
}

const worstFirst = (a: IncidentRow, b: IncidentRow): number => levelRank[b.level] - levelRank[a.level];

/** A finding that counts a longer past, such as an SLO over 30 days, says nothing of the action while anyone waits. */
const longestTrailMs: Millis = 15 * 60_000;

/** The longest window of findings that only count the past, in ms; undefined: one of them shows the state of now. */
const trailOf = (found: readonly IncidentRow[]): Millis | undefined => {
  const trails = found.flatMap(({ trailsMs }) => trailsMs ?? []);
  return found.length === 0 || trails.length < found.length ? undefined : Math.max(...trails);
};

/** Until when findings that only count the past are awaited after a verified run, or the time that they count if it is too long. */
const trailing = (
  {
    remaining,
    unproved,
    arisen,
  }: Readonly<Record<'remaining' | 'unproved' | 'arisen', readonly IncidentRow[]>>,
  verifiedFrom: Millis | undefined,
): Pick<IncidentStatus, 'waitsUntil' | 'countsMs'> => {
  const trailMs = trailOf([...remaining, ...unproved, ...arisen]);
  if (verifiedFrom === undefined || trailMs === undefined) return {};
  return trailMs <= longestTrailMs ? { waitsUntil: verifiedFrom + trailMs } : { countsMs: trailMs };
};

/** The findings to name: first those that are known to be there. */
const worstOf = ({
  remaining,
  arisen,
  unknown,
  vanished,
}: Readonly<
  Record<'remaining' | 'arisen' | 'unknown' | 'vanished', readonly IncidentRow[]>
>): IncidentStatus['worst'] =>
  [...[...remaining, ...arisen].sort(worstFirst), ...unknown, ...vanished]
    .slice(0, named)
    .map(({ what, level, why, missing }) => defined({ what, level, why, missing }));

/** The findings of the start over time: which are there, and since when the others have been gone. */
class FindingWatch {
  readonly #own: readonly IncidentRow[];
  readonly #engine: EnvironmentReader;
  readonly #clock: Clock;
  readonly #account: (isVerified: boolean) => FindingAccounts;
  readonly #holds: ReadonlyMap<string, ReturnType<typeof holdOf>>;
  readonly #sinceWhen: ReturnType<typeof createMissingSince>;
  /** Since when a finding of the start has been gone; absent: it is not gone. */
  readonly #goneSince = new Map<string, Millis>();
  #observedAt = Number.NEGATIVE_INFINITY;

  constructor(
    own: readonly IncidentRow[],
    { engine, clock }: Pick<Parts, 'engine' | 'clock'>,
    account: (isVerified: boolean) => FindingAccounts,
  ) {
    this.#own = own;
    this.#engine = engine;
    this.#clock = clock;
    this.#account = account;
    this.#holds = new Map(own.map((finding) => [finding.key, holdOf(finding, engine)]));
    this.#sinceWhen = createMissingSince(own);
  }

  look(isVerified = true): FindingAccounts {
    const time = this.#clock.now();
    this.#observedAt = time;
    const seen = this.#sinceWhen(this.#account(isVerified), time);
    const here = new Set([...seen.remaining, ...seen.unknown, ...seen.vanished].map(({ key }) => key));
    for (const { key } of this.#own)
      if (here.has(key)) this.#goneSince.delete(key);
      else if (!this.#goneSince.has(key)) this.#goneSince.set(key, time);
    return seen;
  }

  observe(): void {
    if (this.#clock.now() - this.#observedAt >= observeEveryMs) this.look();
  }

  stateOf({ remaining, unknown, vanished, arisen }: FindingAccounts): IncidentStatus['state'] {
    if (remaining.length > 0 || arisen.length > 0) return 'ongoing';
    if (unknown.length > 0 || vanished.length > 0) return 'unknown';
    const now = this.#clock.now();
    const { feeds } = this.#engine.facts.getState();
    const areHeld = this.#own.every(({ key }) => {
      const hold = this.#holds.get(key);
      return hold === undefined || isHeld(hold, this.#goneSince.get(key) ?? now, now, feeds);
    });
    return areHeld ? 'all-clear' : 'clearing';
  }
}

/** The status of an incident, with the runbook to try next. */
const statusOf = (
  watch: FindingWatch,
  began: number,
  verifiedFrom: Millis | undefined,
  { engine, clock, runbook }: Pick<Parts, 'engine' | 'clock' | 'runbook'>,
): IncidentStatus => {
  const seen = watch.look(verifiedFrom !== undefined);
  const state = watch.stateOf(seen);
  const { remaining, unknown, vanished, arisen } = seen;
  const { waitsUntil, countsMs } = trailing(seen, verifiedFrom);
  const waits = waitsUntil !== undefined && waitsUntil > clock.now();
  const suggested =
    state === 'all-clear' || waits
      ? undefined
      : suggestNextRunbook([...remaining, ...arisen], runbook, {
          runbooks: engine.profile.runbooks,
          snapshot: engine.snapshot(),
          now: clock.now(),
        });
  return {
    state,
    began,
    remaining: remaining.length,
    unknown: unknown.length,
    ...(vanished.length === 0 ? {} : { vanished: vanished.length }),
    arisen: arisen.length,
    worst: worstOf(seen),
    ...defined({ next: suggested }),
    ...(waits ? { waitsUntil } : {}),
    ...defined({ countsMs }),
  };
};

/**
 * Returns a tracker of the findings that are there now. Undefined: there is none, so there is no incident that could
 * go on.
 */
export const createIncidentTracker = ({
  engine,
  clock,
  runbook,
  effects,
  systemChanges: changes,
  involved,
}: Parts): IncidentTracker | undefined => {
  const before = engine.snapshot();
  const atStart = incidentRowsOf(before, engine);
  const own = ownFindings(atStart);
  if (own.length === 0) return undefined;
  const alerts = own.flatMap(({ alert }) => alert ?? []);
  const proof = createAlertProof(alerts, before, { engine, clock });
  const systems = createFindingSystems(own, { engine, clock, changes, involved });
  const partsBehind = createFindingParts(own, before, { engine, clock, effects });
  let actedAt = (): Millis | undefined => undefined;
  const presentFeeds = createPresentFeeds(engine);
  const feedsReading = (findings: readonly IncidentRow[]): readonly string[] =>
    presentFeeds(findings.flatMap(({ feeds }) => feeds));

  const accountant = new FindingAccountant({
    engine,
    atStart,
    own,
    before,
    effects,
    proof,
    systems,
    partsBehind,
  });
  const watch = new FindingWatch(own, { engine, clock }, (isVerified) =>
    accountant.accounts(engine.snapshot(), actedAt(), isVerified),
  );

  const readEvidence = async (signal: AbortSignal, everyMs = evidenceEveryMs): Promise<void> => {
    const acted = actedAt();
    await Promise.all([
      proof.read(signal, everyMs, acted),
      systems.read(signal, everyMs, acted),
      partsBehind.read(signal, everyMs, acted),
    ]);
  };

  return {
    found: own.map(({ of }) => of),
    feeds: () => feedsReading([...own, ...watch.look().arisen]),
    observe: () => watch.observe(),
    readEvidence,
    follow: (acted) => {
      actedAt = acted;
      const stop = new AbortController();
      const unsubscribe = engine.facts.subscribe(() => {
        watch.observe();
        if (acted() !== undefined) void readEvidence(stop.signal);
      });
      return () => {
        unsubscribe();
        stop.abort();
      };
    },
    reread: async (actedAt, signal) => {
      await proof.read(signal, 0, actedAt);
      const read = engine.facts.getState().feeds;
      const { remaining, unknown, vanished, arisen } = watch.look();
      const due = feedsReading([...remaining, ...unknown, ...vanished, ...arisen]).filter(
        (feed) => (read[feed]?.known?.began ?? Number.NEGATIVE_INFINITY) <= actedAt,
      );
      if (due.length > 0 && !signal.aborted) {
        const deadline = clock.deadline(rereadMs);
        await engine.readNow(due, AbortSignal.any([signal, deadline.signal]));
        deadline.clear();
      }
      await partsBehind.read(signal, 0, actedAt);
      // Who answers is asked after the facts that it speaks for.
      await systems.read(signal, 0, actedAt);
    },
    status: (verifiedFrom) => {
      const status = statusOf(watch, own.length, verifiedFrom, { engine, clock, runbook });
      const values = findingValues(atStart, before, engine.snapshot());
      return values.length === 0 ? status : { ...status, values };
    },
  };
};
