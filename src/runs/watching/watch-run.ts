import { readableSteps } from '../../domain/readable.ts';
import { openReadIo } from '../../doors/read-io.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import { createAskedProof } from '../reads/asked-proof.ts';
import type { ReadingParts } from '../reads/reading.ts';
import type { Recorder } from '../recorder.ts';
import { defaultWatchMs, watch } from './watch.ts';
import { watchedExpression, watchedReading } from './watched-proof.ts';
import type { Watching } from './watching.ts';

interface WatchRunParts {
  readonly engine: Engine;
  readonly clock: Clock;
  /** How proofs are asked. Absent: straight from the wire. */
  readonly openIo?: ReadingParts['openIo'];
}

/** Watches a run that has recovered, if its runbook has proofs and wants that. Never rejects. */
export const watchRun = async (
  run: string,
  watching: Watching,
  { engine, clock, openIo = (options) => openReadIo(clock, options) }: WatchRunParts,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> => {
  const taken = watching.take(run);
  if (taken === undefined) return;
  const { held, actedAt } = taken.recovered;
  const { verify, watchMs: forMs = defaultWatchMs } = held.runbook;
  try {
    if (verify === 'none' || verify.length === 0 || forMs <= 0) return;
    const { params } = held;
    const reading = { engine, clock, openIo };
    const proofs = readableSteps(verify, params).map((step) =>
      step.use === undefined
        ? watchedExpression(step, engine, { params, before: held.before?.snapshot }, actedAt, clock.now)
        : watchedReading(
            step,
            createAskedProof(step, params, reading, held.before?.found.get(step.id) ?? []),
          ),
    );
    await watch({ proofs, clock, recorder, forMs }, AbortSignal.any([signal, taken.signal]));
    await Promise.all(proofs.map((proof) => proof.close?.()));
  } finally {
    watching.ended(run);
  }
};
