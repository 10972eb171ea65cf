import type { Millis } from '../../domain/fault.ts';
import type { ProofState } from '../../domain/run.ts';
import type { VerifyStep } from '../../domain/runbook.ts';
import type { Engine } from '../../engine/engine.ts';
import { evaluate } from '../../expressions/evaluate.ts';
import type { Given } from '../../expressions/given.ts';
import { parseExpression } from '../../expressions/parse.ts';
import { snapshotOf } from '../../store/snapshot.ts';
import type { AskedProof } from '../reads/asked-proof.ts';
import { freshState } from '../verification/fresh-state.ts';
import { proofFeeds } from '../verification/proof-feeds.ts';

/** A proof that has held, looked at again and again for whether it still does. */
export interface WatchedProof {
  /** How often what decides it is read: asking it more often tells nothing. */
  everyMs(): Millis;
  look(signal: AbortSignal): Promise<ProofState>;
  /** Ends what it opened. */
  close?(): Promise<void>;
}

/** Where no feed says how often it is read. */
const slowestMs: Millis = 60_000;

/** What is gone sooner is a restart's ripple or a lost packet, not a relapse. */
const graceFloorMs: Millis = 5000;

/** A source is asked for nothing but this: seldom enough that nobody there notices. */
const askedEveryMs: Millis = 15_000;

/** What a source is asked: nobody reads it anyway, so it is asked as long as it is watched. */
export const watchedReading = ({ id, title }: VerifyStep, asked: AskedProof): WatchedProof => ({
  everyMs: () => askedEveryMs,
  look: async (signal) => ({ id, title, ...(await asked.ask(signal)) }),
  close: asked.close,
});

/** For how long a proof may be false, or unknown, before that is told: two readings of it, and 5 s at least. */
export const graceOf = (everyMs: Millis): Millis => Math.max(graceFloorMs, 2 * everyMs);

/**
 * An expression over facts that the engine reads anyway: nothing is asked for it. What it says of `for` is taken as
 * fulfilled, since the grace is what keeps a single reading from being a relapse. Only what was read since the act counts.
 */
export const watchedExpression = (
  { id, title, that }: VerifyStep,
  engine: Engine,
  given: Given,
  actedAt: Millis,
  now: () => Millis,
): WatchedProof => {
  const parsed = parseExpression(that ?? '');
  return {
    everyMs: () => {
      const feeds = parsed.ok ? proofFeeds(parsed.expression, engine.feeds, engine.profile.signals) : [];
      return feeds.length === 0 ? slowestMs : Math.max(...feeds.map(({ everyMs }) => everyMs));
    },
    look: async () => {
      if (!parsed.ok) return { id, title, value: 'unknown', why: parsed.message };
      const at = now();
      const state = freshState(engine.facts.getState(), actedAt, at);
      const history = (key: string) => state.history[key] ?? [];
      const { value, why } = evaluate(parsed.expression, snapshotOf(state, at), {
        ...given,
        now: at,
        history,
      });
      return { id, title, value, why };
    },
  };
};
