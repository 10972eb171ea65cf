import { orAborted } from '../platform/runtime/async.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { FactsStore } from '../store/facts-store.ts';
import { buildSnapshot } from '../store/snapshot.ts';
import type { Executor } from './context/executor-api.ts';
import type { EnvironmentReader } from './environment/environment-reader.ts';
import { ownState } from './evidence/check-feeds.ts';

/**
 * The engine as a run sees it: a reading that was taken from another process is none. No gate, plan or verification rests on
 * what another process has read.
 */
export const withOwnReadings = (
  engine: EnvironmentReader,
  { now }: Pick<Clock, 'now'>,
): EnvironmentReader => {
  const getState: FactsStore['getState'] = () => ownState(engine.facts.getState(), now());
  const seen: Pick<EnvironmentReader, 'facts' | 'snapshot'> = {
    facts: { ...engine.facts, getState },
    snapshot: () => buildSnapshot(getState(), now()),
  };
  // Its other members stay those of the engine; some are getters.
  return Object.create(engine, {
    facts: { value: seen.facts, enumerable: true },
    snapshot: { value: seen.snapshot, enumerable: true },
  });
};

async function* whileReadingAlone<T>(
  engine: EnvironmentReader,
  events: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const alone = engine.readAlone();
  try {
    await orAborted(alone.ready, signal);
    yield* events;
  } finally {
    alone.end();
  }
}

/** The executor, which reads everything itself while it plans, executes, undoes or watches a run. */
export const readingAlone = (executor: Executor, engine: EnvironmentReader): Executor => {
  const during = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const alone = engine.readAlone();
    try {
      // What is not read by then is unknown to the run.
      await orAborted(alone.ready, signal);
      return await work();
    } finally {
      alone.end();
    }
  };
  return {
    ...executor,
    propose: (request, signal) => during(signal, () => executor.propose(request, signal)),
    undoProposal: (run, signal, reasons) => during(signal, () => executor.undoProposal(run, signal, reasons)),
    resetProposal: (reset, signal, reasons) =>
      during(signal, () => executor.resetProposal(reset, signal, reasons)),
    reset: (reset, signal, show) => during(signal, () => executor.reset(reset, signal, show)),
    execute: (proposal, answers, signal) =>
      whileReadingAlone(engine, executor.execute(proposal, answers, signal), signal),
    watch: (run, signal) => whileReadingAlone(engine, executor.watch(run, signal), signal),
  };
};
