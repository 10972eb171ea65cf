import type { Millis } from '../../../src/domain/fault.ts';
import { type FeedState, isStale } from '../../../src/domain/reading.ts';
import { isExpectedAbsence } from '../../../src/domain/snapshot.ts';
import { type Engine, openEngine } from '../../../src/engine/engine.ts';
import { factKinds } from '../../../src/kinds/registry.ts';
import { withFaultyFiles } from './fault-files.ts';
import { isTotal, type WireFault } from './fault-kinds.ts';
import type { Breach } from './table.ts';
import { type FaultyEnvironment, partOf } from './targets.ts';

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
const stepMs: Millis = 1000;
const startMs: Millis = 90_000;

const scheduled = (engine: Engine): readonly FeedState[] =>
  Object.values(engine.facts.getState().feeds).filter(({ feed }) => feed.everyMs > 0);

const faultKinds = ({ faults }: FeedState): string =>
  [...new Set(faults.map(({ kind }) => kind))].sort().join('+');

const hasBeenRead = (state: FeedState): boolean => state.known !== undefined || state.faults.length > 0;

/** The rows and signals that are OK although their source cannot have responded for longer than its stale time. */
const lies = (
  engine: Engine,
  sourceId: string,
  now: Millis,
  downSince: Millis | undefined,
): readonly string[] => {
  const { feeds } = engine.facts.getState();
  const snapshot = engine.snapshot();
  const found: string[] = [];
  const staleMs = Math.max(0, ...scheduled(engine).map(({ feed }) => feed.staleMs));
  for (const kind of factKinds())
    for (const row of snapshot.kinds[kind].rows) {
      const state = feeds[row.feed];
      if (row.level !== 'ok' || state?.known === undefined) continue;
      const lastAt = downSince === undefined ? state.known.at : Math.min(state.known.at, downSince);
      const age = now - lastAt;
      if (age > state.feed.staleMs + stepMs)
        found.push(`${kind} ${row.key} is ok, last response ${age} ms ago`);
    }
  for (const row of snapshot.signals) {
    if (row.level !== 'ok' || row.source !== sourceId || row.value === undefined || isExpectedAbsence(row))
      continue;
    // The time of a value may be that of a file: what counts is when it was read.
    const readings = Object.values(feeds).flatMap(({ known }) =>
      known?.samples.some(({ signal }) => signal === row.id) === true ? [known.at] : [],
    );
    const at = Math.max(0, ...readings);
    const age = now - (downSince === undefined ? at : Math.min(at, downSince));
    if (age > staleMs + stepMs) found.push(`signal ${row.key} is ok, last response ${age} ms ago`);
  }
  if (downSince !== undefined && now - downSince > staleMs + stepMs && snapshot.level === 'ok')
    found.push(`the environment is ok, its only source is down for ${now - downSince} ms`);
  return found;
};

/** The exceptions of the feeds: the scheduler catches them, and shows a fault. */
const exceptions = (engine: Engine): readonly string[] =>
  Object.values(engine.facts.getState().feeds).flatMap(({ feed, faults }) =>
    faults.filter(({ kind }) => kind === 'bug').map(({ message }) => `${feed.id}: ${message}`),
  );

/** Tries a fault on one source of an environment: open, read, fault, end of the fault, recovery, close. */
export const playRound = async (
  { simulation, network, context, profile, modules }: FaultyEnvironment,
  sourceId: string,
  fault: WireFault,
): Promise<RoundResult> => {
  const { clock } = simulation;
  const type = profile.sources.find(({ id }) => id === sourceId)?.type;
  const breaches: Breach[] = [];
  const report = (promise: Breach['promise'], ...all: readonly string[]): void => {
    for (const what of all)
      if (!breaches.some((one) => one.promise === promise)) breaches.push({ promise, what });
  };
  await simulation.quiet();
  const before = { connections: network.open(), timers: simulation.timers() };
  const engine = await simulation.until(
    openEngine(partOf(profile, sourceId), {
      modules,
      clock,
      random: context.random,
      memory: true,
      openIo: (_, way) => {
        const io = context.openIo(way);
        return type === 'file' ? withFaultyFiles(io, clock, network.current, network.note) : io;
      },
    }),
  );
  let [failed, recoveryMs] = [0, 0];
  const affectedBefore = network.affected();
  try {
    engine.start();
    const startedBy = clock.now() + startMs;
    while (clock.now() < startedBy && !(scheduled(engine).length > 0 && scheduled(engine).every(hasBeenRead)))
      await simulation.wait(stepMs);
    const start = new Map(scheduled(engine).map((state) => [state.feed.id, faultKinds(state)]));
    if (start.size === 0 && engine.feeds.length > 0) return { breaches, affected: false, failed, recoveryMs };
    report(
      'starts',
      ...scheduled(engine).flatMap((one) => (hasBeenRead(one) ? [] : [`${one.feed.id}: no read`])),
    );

    const staleMs = Math.max(0, ...scheduled(engine).map(({ feed }) => feed.staleMs));
    network.set(fault);
    const downSince = isTotal(fault) ? clock.now() : undefined;
    const until = clock.now() + Math.min(staleMs, 240_000) * fault.lasts;
    while (clock.now() < until) {
      await simulation.wait(stepMs);
      report('no lie', ...lies(engine, sourceId, clock.now(), downSince));
      report('crash', ...exceptions(engine));
      failed += scheduled(engine).filter((one) => one.faults.length > 0).length;
    }

    network.set(undefined);
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
        const isBack =
          faultKinds(state) === kinds &&
          !isStale(state, clock.now()) &&
          (state.known === undefined || kinds !== '' || state.known.began >= end);
        const [fault] = state.faults;
        return isBack ? [] : [`${id}: ${fault === undefined ? 'stale' : `${fault.kind} ${fault.message}`}`];
      });
    const last = Math.max(end, ...deadlines.values());
    while (missing().length > 0 && clock.now() < last) {
      await simulation.wait(stepMs);
      report('no lie', ...lies(engine, sourceId, clock.now(), undefined));
      report('crash', ...exceptions(engine));
    }
    recoveryMs = clock.now() - end;
    report('recovery', ...missing().map((what) => `after ${recoveryMs} ms: ${what}`));
  } catch (error) {
    report('crash', String(error instanceof Error ? error.stack : error));
  } finally {
    network.set(undefined);
    await simulation.until(engine.close());
  }
  await simulation.wait(stepMs);
  const connections = network.open() - before.connections;
  if (connections > 0) report('leak', `${connections} connections are open after the end`);
  const timers = simulation.timers() - before.timers;
  if (timers > 0) report('leak', `${timers} timers are set after the end`);
  return { breaches, affected: network.affected() > affectedBefore, failed, recoveryMs };
};
