import { formatAge } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { ProofState } from '../../domain/run.ts';
import type { VerifyStep } from '../../domain/runbook.ts';
import { withReadableTitles } from '../../domain/runbook.ts';
import { openReadIo } from '../../doors/read-io.ts';
import type { Engine } from '../../engine/engine.ts';
import { evaluateExpression } from '../../expressions/evaluate.ts';
import type { EvaluationContext } from '../../expressions/evaluation-context.ts';
import { parseExpression } from '../../expressions/parse.ts';
import type { Clock } from '../../platform/clock.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import type { OperationProof } from '../reads/operation-proof.ts';
import { createOperationProof } from '../reads/operation-proof.ts';
import type { ReadSessionParts } from '../reads/read-session.ts';
import type { RunRecorder } from '../recorder.ts';
import { freshState, proofFeeds } from '../verification/proof-feeds.ts';
import type { RecoveryWatchRegistry } from './recovery-watch-registry.ts';

/** A proof that has held, looked at again and again for whether it still does. */
interface WatchedProof {
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
const watchedReading = ({ id, title }: VerifyStep, asked: OperationProof): WatchedProof => ({
  everyMs: () => askedEveryMs,
  look: async (signal) => ({ id, title, ...(await asked.ask(signal)) }),
  close: asked.close,
});

/** For how long a proof may be false, or unknown, before that is told: two readings of it, and 5 s at least. */
const graceOf = (everyMs: Millis): Millis => Math.max(graceFloorMs, 2 * everyMs);

/**
 * An expression over facts that the engine reads anyway: nothing is asked for it. What it says of `for` is taken as
 * fulfilled, since the grace is what keeps a single reading from being a relapse. Only what was read since the act counts.
 */
const watchedExpression = (
  { id, title, that }: VerifyStep,
  engine: Engine,
  given: EvaluationContext,
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
      const { value, why } = evaluateExpression(parsed.expression, buildSnapshot(state, at), {
        ...given,
        now: at,
        history,
      });
      return { id, title, value, why };
    },
  };
};

/** How long a run that has recovered stays watched when its runbook says nothing. */
const defaultWatchMs: Millis = 10 * 60_000;

/** Looking more often than this tells nobody anything sooner: what is looked at is read at its own pace. */
const shortestMs: Millis = 1000;

interface WatchParts {
  readonly proofs: readonly WatchedProof[];
  readonly clock: Clock;
  readonly recorder: RunRecorder;
  readonly forMs: Millis;
}

/** Since when a proof has been what it is, and what it said last. */
interface Standing {
  readonly state: ProofState;
  readonly since: Millis;
}

const words = ({ state }: Standing): string => `${state.title}: ${state.why}`;

/** Who ended it, in words: the reason that its signal was aborted with. */
const reasonOf = (signal: AbortSignal): string =>
  typeof signal.reason === 'string' ? signal.reason : 'stopped';

/**
 * Looks at the proofs of a recovered run until its time is over, one of them has been false for longer than its grace,
 * or the signal aborts. Unknown is no relapse; where it lasts, that is told, and again when it is over. Always ends with
 * `watched`.
 */
const watch = async (parts: WatchParts, signal: AbortSignal): Promise<void> => {
  const { proofs, clock, recorder, forMs } = parts;
  const began = clock.now();
  const until = began + forMs;
  const standings = new Map<WatchedProof, Standing>();
  let blindTold = '';

  const look = async (): Promise<void> => {
    for (const proof of proofs) {
      const state = await proof.look(signal);
      const was = standings.get(proof);
      const since = was?.state.value === state.value ? was.since : clock.now();
      standings.set(proof, { state, since });
    }
  };

  /** The proofs that have had this value for longer than their grace. */
  const lasting = (value: ProofState['value'], now: Millis): readonly Standing[] =>
    [...standings].flatMap(([proof, standing]) =>
      standing.state.value === value && now - standing.since >= graceOf(proof.everyMs()) ? [standing] : [],
    );

  const tellBlind = async (now: Millis): Promise<void> => {
    const blind = lasting('unknown', now).map(words).join('; ');
    const isNews = (blind === '') !== (blindTold === '');
    blindTold = blind;
    if (isNews) await recorder.note({ event: 'watching', until, ...(blind === '' ? {} : { blind }) });
  };

  const ended = (held: boolean, why: string) => recorder.note({ event: 'watched', held, why });
  const passed = (): string => formatAge(clock.now() - began);

  await recorder.note({ event: 'watching', until });
  for (;;) {
    await look();
    const now = clock.now();
    if (signal.aborted) return void (await ended(false, `after ${passed()}: ${reasonOf(signal)}`));
    const relapsed = lasting('false', now);
    if (relapsed.length > 0) {
      const why = relapsed.map(words).join('; ');
      await recorder.note({
        event: 'relapsed',
        proofs: [...standings.values()].map(({ state }) => state),
        why,
      });
      return void (await ended(false, `relapsed after ${passed()}`));
    }
    await tellBlind(now);
    if (now >= until) return void (await atTheEnd(standings, ended, passed()));
    const pace = Math.min(...proofs.map((proof) => proof.everyMs()));
    await clock.sleep(Math.min(Math.max(shortestMs, pace), until - now), signal);
  }
};

/** Its time is over: it has held when all of it is seen to hold now. */
const atTheEnd = (
  standings: ReadonlyMap<WatchedProof, Standing>,
  ended: (held: boolean, why: string) => Promise<unknown>,
  passed: string,
): Promise<unknown> => {
  const open = [...standings.values()].filter(({ state }) => state.value !== 'true');
  if (open.length === 0) return ended(true, `for ${passed}`);
  return ended(false, `unknown after ${passed}: ${open.map(words).join('; ')}`);
};

interface WatchRunParts {
  readonly engine: Engine;
  readonly clock: Clock;
  /** How proofs are asked. Absent: straight from the wire. */
  readonly openIo?: ReadSessionParts['openIo'];
}

/** Watches a run that has recovered, if its runbook has proofs and wants that. Never rejects. */
export const watchRun = async (
  run: string,
  watching: RecoveryWatchRegistry,
  { engine, clock, openIo = (options) => openReadIo(clock, options) }: WatchRunParts,
  recorder: RunRecorder,
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
    const proofs = withReadableTitles(verify, params).map((step) =>
      step.use === undefined
        ? watchedExpression(step, engine, { params, before: held.before?.snapshot }, actedAt, clock.now)
        : watchedReading(
            step,
            createOperationProof(step, params, reading, held.before?.found.get(step.id) ?? []),
          ),
    );
    await watch({ proofs, clock, recorder, forMs }, AbortSignal.any([signal, taken.signal]));
    await Promise.all(proofs.map((proof) => proof.close?.()));
  } finally {
    watching.ended(run);
  }
};
