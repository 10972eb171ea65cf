import type { Millis } from '../../../src/domain/base/fault.ts';
import { type FeedState, isStale } from '../../../src/domain/facts/reading.ts';
import { isExpectedAbsence, type Snapshot } from '../../../src/domain/facts/snapshot.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { factKinds } from '../../../src/kinds/registry/registry.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { isTotal, type WireFault } from './fault-kinds.ts';
import type { Breach } from './table.ts';

/** The connections of a source, with a fault while one is set. */
export interface RoundFaults {
  set(fault: WireFault | undefined): void | Promise<void>;
  /** Number of open connections and running programs. */
  open(): number;
  /** Connections, programs and calls since the start that a fault has changed. */
  affected(): number;
}

/** Target of a round: a simulated system in simulated time, or a real server on the real clock. */
export interface RoundGround {
  readonly clock: Pick<Clock, 'now'>;
  readonly faults: RoundFaults;
  /** Opens an engine with one source, and those that it is reached through. */
  openEngine(): Promise<Engine>;
  /** Waits for work that may need time to pass. */
  until<T>(work: Promise<T>): Promise<T>;
  wait(ms: Millis): Promise<void>;
  /** Number of timers that are set. */
  timers(): number;
  /** Waits until work of an earlier round has ended. */
  quiet(): Promise<void>;
  /** Gives connections and timers of a closed engine time to end. */
  settle(isSettled: () => boolean): Promise<void>;
  /** Interval between two looks at the engine. */
  readonly stepMs: Millis;
  /** Tolerance of the age of what is shown as OK. */
  readonly slackMs: Millis;
  /** Longest time until every feed has been read once. */
  readonly startMs: Millis;
  /** Time so far in which the machine was too busy for an undisturbed source. Absent: none. */
  lostMs?(): Millis;
  /** Compares what is shown with the system itself. Absent: it is not compared. */
  readonly truth?: RoundTruth;
}

/** Values that an undisturbed reader has read from the system. */
export interface RoundTruth {
  /** True: a changed byte is detected by the protocol, so that it cannot become a value. */
  readonly detectsCorruption: boolean;
  /** Notes what is shown. */
  observe(snapshot: Snapshot): void;
  /** Noted values that the undisturbed reader has not read until now either. */
  contradictions(): Promise<readonly string[]>;
}

/** The result of a round. */
export interface RoundResult {
  readonly breaches: readonly Breach[];
  /** True if the fault changed at least one connection or program. */
  readonly affected: boolean;
  /** Reads that failed while the fault lasted. */
  readonly failed: number;
  /** Time from the end of the fault until every feed was read again. */
  readonly recoveryMs: Millis;
}

/** Longest back-off of a feed whose interval is shorter. */
const backOffCapMs: Millis = 120_000;

const scheduled = (engine: Engine): readonly FeedState[] =>
  Object.values(engine.facts.getState().feeds).filter(({ feed }) => feed.everyMs > 0);

const faultKinds = ({ faults }: FeedState): string =>
  [...new Set(faults.map(({ kind }) => kind))].sort().join('+');

/** Longest time until a source is asked again who it is, after a corrupted byte made it another system. */
const identityMs: Millis = 20_000;

const isOtherSystem = (engine: Engine): boolean =>
  scheduled(engine).some(({ faults }) => faults.some(({ kind }) => kind === 'wrong-system'));

const hasBeenRead = (state: FeedState): boolean => state.known !== undefined || state.faults.length > 0;

/** The rows and signals that are OK although their source cannot have responded for longer than its stale time. */
const lies = (
  engine: Engine,
  snapshot: Snapshot,
  sourceId: string,
  { clock, slackMs }: Pick<RoundGround, 'clock' | 'slackMs'>,
  downSince: Millis | undefined,
): readonly string[] => {
  const now = clock.now();
  const { feeds } = engine.facts.getState();
  const found: string[] = [];
  const staleMs = Math.max(0, ...scheduled(engine).map(({ feed }) => feed.staleMs));
  for (const kind of factKinds())
    for (const row of snapshot.kinds[kind].rows) {
      const state = feeds[row.feed];
      if (row.level !== 'ok' || state?.known === undefined) continue;
      const lastAt = downSince === undefined ? state.known.at : Math.min(state.known.at, downSince);
      const age = now - lastAt;
      if (age > state.feed.staleMs + slackMs)
        found.push(`${kind} ${row.key} is ok, last response ${age} ms ago`);
    }
  for (const row of snapshot.signals) {
    if (row.level !== 'ok' || row.source !== sourceId || row.value === undefined || isExpectedAbsence(row))
      continue;
    // The time of a value may be that of a file: what counts is when it was read.
    const readings = Object.values(feeds).flatMap(({ known }) =>
      known?.samples.some(({ signal }) => signal === row.id) === true ? [known.at] : [],
    );
    const position = Math.max(0, ...readings);
    const age = now - (downSince === undefined ? position : Math.min(position, downSince));
    if (age > staleMs + slackMs) found.push(`signal ${row.key} is ok, last response ${age} ms ago`);
  }
  if (downSince !== undefined && now - downSince > staleMs + slackMs && snapshot.level === 'ok')
    found.push(`the environment is ok, its only source is down for ${now - downSince} ms`);
  return found;
};

/** The exceptions of the feeds: the scheduler catches them, and shows a fault. */
const exceptions = (engine: Engine): readonly string[] =>
  Object.values(engine.facts.getState().feeds).flatMap(({ feed, faults }) =>
    faults.filter(({ kind }) => kind === 'bug').map(({ message }) => `${feed.id}: ${message}`),
  );

/** Tries a fault on one source: open, read, fault, end of the fault, recovery, close. */
export const playRound = async (
  ground: RoundGround,
  sourceId: string,
  fault: WireFault,
): Promise<RoundResult> => {
  const { clock, faults, stepMs, truth } = ground;
  const breaches: Breach[] = [];
  const report = (promise: Breach['promise'], ...all: readonly string[]): void => {
    for (const what of all)
      if (!breaches.some((breach) => breach.promise === promise)) breaches.push({ promise, what });
  };
  await ground.quiet();
  const before = { connections: faults.open(), timers: ground.timers() };
  const engine = await ground.until(ground.openEngine());
  let failed = 0;
  let recoveryMs = 0;
  const affectedBefore = faults.affected();
  /** Looks at what is shown while the fault lasts, and until the source has recovered. */
  const look = (downSince: Millis | undefined): void => {
    const snapshot = engine.snapshot();
    report('no lie', ...lies(engine, snapshot, sourceId, ground, downSince));
    report('crash', ...exceptions(engine));
    // Without a checksum, a changed byte is another value, which no client can tell.
    if (fault.name !== 'corrupt' || truth?.detectsCorruption === true) truth?.observe(snapshot);
  };
  try {
    engine.start();
    const startedBy = clock.now() + ground.startMs;
    while (clock.now() < startedBy && !(scheduled(engine).length > 0 && scheduled(engine).every(hasBeenRead)))
      await ground.wait(stepMs);
    const start = new Map(scheduled(engine).map((state) => [state.feed.id, faultKinds(state)]));
    if (start.size === 0 && engine.feeds.length > 0) return { breaches, affected: false, failed, recoveryMs };
    report(
      'starts',
      ...scheduled(engine).flatMap((feedState) =>
        hasBeenRead(feedState) ? [] : [`${feedState.feed.id}: no read`],
      ),
    );

    const staleMs = Math.max(0, ...scheduled(engine).map(({ feed }) => feed.staleMs));
    await faults.set(fault);
    const downSince = isTotal(fault) ? clock.now() : undefined;
    const until = clock.now() + Math.min(staleMs, 240_000) * fault.lasts;
    while (clock.now() < until) {
      await ground.wait(stepMs);
      look(downSince);
      failed += scheduled(engine).filter((feedState) => feedState.faults.length > 0).length;
    }

    await faults.set(undefined);
    const end = clock.now();
    // A read that was under way at the end may fail, and then backs off once more.
    const deadlines = new Map(
      scheduled(engine).map((state) => {
        const { feed, nextAt = end } = state;
        const pause = Math.max(feed.everyMs, Math.min(backOffCapMs, feed.everyMs * 2 ** state.losses));
        return [
          feed.id,
          Math.max(nextAt, end + feed.timeoutMs + pause) + feed.everyMs + 2 * feed.timeoutMs,
        ] as const;
      }),
    );
    const missing = (): readonly string[] =>
      [...start].flatMap(([id, kinds]) => {
        const state = engine.facts.getState().feeds[id];
        if (state === undefined) return [`${id}: no longer read`];
        const kindsNow = faultKinds(state);
        // The server may have been out of slots at the start.
        const isBack =
          (kindsNow === kinds || kindsNow === '') &&
          !isStale(state, clock.now()) &&
          (state.known === undefined || kindsNow !== '' || state.known.began >= end);
        const [fault] = state.faults;
        return isBack ? [] : [`${id}: ${fault === undefined ? 'stale' : `${fault.kind} ${fault.message}`}`];
      });
    const lost = (): Millis => ground.lostMs?.() ?? 0;
    const last = Math.max(end, ...deadlines.values()) - lost();
    while (missing().length > 0 && clock.now() < last + lost() + (isOtherSystem(engine) ? identityMs : 0)) {
      await ground.wait(stepMs);
      look(undefined);
    }
    recoveryMs = clock.now() - end;
    report('recovery', ...missing().map((what) => `after ${recoveryMs} ms: ${what}`));
    if (truth !== undefined && missing().length === 0) {
      truth.observe(engine.snapshot());
      report('no lie', ...(await truth.contradictions()));
    }
  } catch (error) {
    report('crash', String(error instanceof Error ? error.stack : error));
  } finally {
    await faults.set(undefined);
    await ground.until(engine.close());
  }
  const connections = (): number => faults.open() - before.connections;
  const timers = (): number => ground.timers() - before.timers;
  await ground.settle(() => connections() <= 0 && timers() <= 0);
  if (connections() > 0) report('leak', `${connections()} connections are open after the end`);
  if (timers() > 0) report('leak', `${timers()} timers are set after the end`);
  return { breaches, affected: faults.affected() > affectedBefore, failed, recoveryMs };
};
