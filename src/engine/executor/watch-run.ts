import type { Clock } from '../../io/io.ts';
import type { Engine } from '../engine.ts';
import type { Recorder } from './recorder.ts';
import { defaultWatchMs, watch } from './watch.ts';
import { watchedExpression } from './watched-proof.ts';
import type { Watching } from './watching.ts';

/** Watches a run that has recovered, if its runbook has proofs and wants that. Never rejects. */
export const watchRun = async (
  run: string,
  watching: Watching,
  { engine, clock }: { readonly engine: Engine; readonly clock: Clock },
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
    const proofs = verify.map((step) => watchedExpression(step, engine, params, actedAt, clock.now));
    await watch({ proofs, clock, recorder, forMs }, AbortSignal.any([signal, taken.signal]));
  } finally {
    watching.ended(run);
  }
};
