import type { Millis } from '../../domain/base/fault.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import { withReadableTitles } from '../../domain/runbooks/runbook.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { openReadIo } from '../../doors/read-io.ts';
import { evaluateExpression } from '../../expressions/evaluate.ts';
import type { EvaluationContext } from '../../expressions/rows/evaluation-context.ts';
import { type Expression, parseExpression } from '../../expressions/rows/parse.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { checkFeeds, evidenceFeeds, freshState } from '../evidence/check-feeds.ts';
import { questionedFeeds, type SameSystem, strangerProblem } from '../evidence/same-system.ts';
import { earlierReading } from '../evidence/verification-check.ts';
import { watchIncident } from '../incidents/watch-incident.ts';
import type { ReadSessionParts } from '../reads/read-session.ts';
import type { RunRecorder } from '../records/recorder.ts';
import { sameSystemOf } from '../verification/declared-system-changes.ts';
import type { OperationCheck } from '../verification/operation-check.ts';
import { createOperationCheck } from '../verification/operation-check.ts';
import { witnessesOf } from '../verification/witnesses.ts';
import type { RecoveryWatchRegistry } from './recovery-watch-registry.ts';
import { watchTimeOf } from './watch-time.ts';

/** A check that has held and is evaluated repeatedly to see whether it still does. */
interface WatchedCheck {
  /** Interval at which its data is read: evaluating it more often adds nothing. */
  everyMs(): Millis;
  evaluate(signal: AbortSignal): Promise<CheckState>;
  /** Closes the connections it opened. */
  close?(): Promise<void>;
}

/** Interval when no feed sets one. */
const slowestMs: Millis = 60_000;

/** Shorter failures are the ripple of a restart or a lost packet, not a relapse. */
const graceFloorMs: Millis = 5000;

/** Interval of reads made only for the watch: rare enough not to load the source. */
const sourceReadEveryMs: Millis = 15_000;

/** A check that reads its source: no feed reads this, so the watch does. */
const watchedReading = ({ id, title }: VerifyStep, operationCheck: OperationCheck): WatchedCheck => ({
  everyMs: () => sourceReadEveryMs,
  evaluate: async (signal) => ({ id, title, ...(await operationCheck.ask(signal)) }),
  close: operationCheck.close,
});

/** Grace period for a false or unknown check: two readings, and at least 5 s. */
const graceOf = (everyMs: Millis): Millis => Math.max(graceFloorMs, 2 * everyMs);

/**
 * A check on facts that the engine reads anyway: it causes no extra reads, except of the rules of alerts and the parts of signals. Ignores `for`, because the grace period
 * already keeps a single reading from being a relapse. Only readings since the action count.
 */
const watchedExpression = (
  { id, title, that }: VerifyStep,
  engine: EnvironmentReader,
  context: EvaluationContext,
  actedAt: Millis,
  now: () => Millis,
  systems: SameSystem | undefined,
): WatchedCheck => {
  const parsed = parseExpression(that ?? '');
  const feedsOf = (): readonly Feed[] =>
    parsed.ok ? checkFeeds(parsed.expression, engine.feeds, engine.profile.signals) : [];
  let evidenceReadAt: Millis | undefined;
  /** Reads the rules of its alerts and the parts of its signals: no poll does, and what is only absent proves nothing. */
  const readEvidence = async (expression: Expression, signal: AbortSignal): Promise<void> => {
    const feeds = evidenceFeeds(expression, engine.feeds, engine.profile.signals).filter(
      ({ everyMs }) => everyMs === 0,
    );
    if (feeds.length === 0 || now() - (evidenceReadAt ?? Number.NEGATIVE_INFINITY) < sourceReadEveryMs)
      return;
    evidenceReadAt = now();
    await engine.readNow(
      feeds.map(({ id }) => id),
      signal,
    );
  };
  return {
    everyMs: () => {
      const feeds = feedsOf();
      return feeds.length === 0 ? slowestMs : Math.max(...feeds.map(({ everyMs }) => everyMs));
    },
    evaluate: async (signal) => {
      if (!parsed.ok) return { id, title, value: 'unknown', why: parsed.message };
      const feeds = feedsOf();
      await readEvidence(parsed.expression, signal);
      const read = engine.facts.getState();
      await systems?.read(questionedFeeds(feeds, read.feeds, actedAt, now()), signal);
      const time = now();
      const state = freshState(read, actedAt, time, false);
      const stranger = strangerProblem(systems, feeds, parsed.expression, state.feeds);
      if (stranger !== undefined) return { id, title, value: 'unknown', why: stranger.why };
      const history = (key: string) => state.history[key];
      const { value, why } = evaluateExpression(parsed.expression, buildSnapshot(state, time), {
        actedAt,
        ...context,
        now: time,
        history,
      });
      return { id, title, value, why };
    },
  };
};

/** Minimum interval: evaluating more often than the data is read adds nothing. */
const shortestMs: Millis = 1000;

interface WatchParts {
  readonly checks: readonly WatchedCheck[];
  readonly clock: Clock;
  readonly recorder: RunRecorder;
  readonly forMs: Millis;
}

/** The last state of a check, and since when it has had that value. */
interface TimedCheckState {
  readonly state: CheckState;
  readonly since: Millis;
}

const words = ({ state }: TimedCheckState): string => `${state.title}: ${state.why}`;

/** The reason why the watch ended: the abort reason of its signal. */
const reasonOf = (signal: AbortSignal): string =>
  typeof signal.reason === 'string' ? signal.reason : 'stopped';

/**
 * Evaluates the checks of a recovered run until the watch time is over, a check was false beyond its grace period, or
 * the signal aborts. Unknown is not a relapse: lasting blindness is reported, and its end as well. Always records
 * `watched`.
 */
const watch = async (parts: WatchParts, signal: AbortSignal): Promise<void> => {
  const { checks, clock, recorder, forMs } = parts;
  const began = clock.now();
  const until = began + forMs;
  const checkStates = new Map<WatchedCheck, TimedCheckState>();
  let lastBlind = '';

  const poll = async (): Promise<void> => {
    for (const check of checks) {
      const state = await check.evaluate(signal);
      const was = checkStates.get(check);
      const since = was?.state.value === state.value ? was.since : clock.now();
      checkStates.set(check, { state, since });
    }
  };

  /** The checks that have had this value for longer than their grace period. */
  const lasting = (value: CheckState['value'], now: Millis): readonly TimedCheckState[] =>
    [...checkStates].flatMap(([check, checkState]) =>
      checkState.state.value === value && now - checkState.since >= graceOf(check.everyMs())
        ? [checkState]
        : [],
    );

  const reportBlind = async (now: Millis): Promise<void> => {
    const blind = lasting('unknown', now).map(words).join('; ');
    const isNews = (blind === '') !== (lastBlind === '');
    lastBlind = blind;
    if (isNews) await recorder.note({ event: 'watching', until, ...(blind === '' ? {} : { blind }) });
  };

  const ended = (held: boolean, why: string) => recorder.note({ event: 'watched', held, why });
  const passed = (): string => formatAge(clock.now() - began);

  await recorder.note({ event: 'watching', until });
  for (;;) {
    await poll();
    const now = clock.now();
    if (signal.aborted) return void (await ended(false, `after ${passed()}: ${reasonOf(signal)}`));
    const relapsed = lasting('false', now);
    if (relapsed.length > 0) {
      const why = relapsed.map(words).join('; ');
      await recorder.note({
        event: 'relapsed',
        proofs: [...checkStates.values()].map(({ state }) => state),
        why,
      });
      return void (await ended(false, `relapsed after ${passed()}`));
    }
    await reportBlind(now);
    if (now >= until) return void (await endOfWatch(checkStates, ended, passed()));
    const pace = Math.min(...checks.map((check) => check.everyMs()));
    await clock.sleep(Math.min(Math.max(shortestMs, pace), until - now), signal);
  }
};

/** Ends the watch: it held when every check is true now. */
const endOfWatch = (
  checkStates: ReadonlyMap<WatchedCheck, TimedCheckState>,
  ended: (held: boolean, why: string) => Promise<unknown>,
  passed: string,
): Promise<unknown> => {
  const open = [...checkStates.values()].filter(({ state }) => state.value !== 'true');
  if (open.length === 0) return ended(true, `for ${passed}`);
  return ended(
    false,
    `after ${passed} it is unknown whether the recovery lasts: ${open.map(words).join('; ')}`,
  );
};

interface WatchRunParts {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  /** Opens the io for checks. Absent: directly over the network. */
  readonly openIo?: ReadSessionParts['openIo'];
}

/**
 * Watches a run after its end, if its runbook has a watch time: the checks of a recovered one, and the incident around
 * it. Never rejects.
 */
export const watchRun = async (
  run: string,
  watching: RecoveryWatchRegistry,
  { engine, clock, openIo = (options) => openReadIo(clock, options) }: WatchRunParts,
  recorder: RunRecorder,
  signal: AbortSignal,
): Promise<void> => {
  const taken = watching.take(run);
  if (taken === undefined) return;
  const { pending, isRecovered, incident: last, actedAt, endedAt: verifiedAt } = taken.watchable;
  const { verify } = pending.runbook;
  const forMs = watchTimeOf(pending, actedAt);
  const stop = AbortSignal.any([signal, taken.signal]);

  const watchChecks = async (): Promise<void> => {
    if (!isRecovered || verify === 'none' || verify.length === 0) return;
    const { params } = pending;
    const same = sameSystemOf(pending, { engine, clock });
    const witnesses = witnessesOf(pending, engine, clock);
    const reading = { engine, clock, openIo, witnesses, ...same };
    const context = { params, before: pending.before?.snapshot, witnesses };
    const checks = withReadableTitles(verify, params).map((step) =>
      step.use === undefined
        ? watchedExpression(step, engine, context, actedAt, clock.now, same.systems)
        : watchedReading(
            step,
            createOperationCheck(step, params, reading, earlierReading(pending.before, step.id)),
          ),
    );
    await watch({ checks, clock, recorder, forMs }, stop);
    await Promise.all(checks.map((check) => check.close?.()));
  };

  const { incident } = pending;
  try {
    if (forMs <= 0) return;
    await Promise.all([
      watchChecks(),
      incident === undefined || last === undefined
        ? undefined
        : watchIncident({ incident, last, clock, recorder, forMs, verifiedAt }, stop),
    ]);
  } finally {
    watching.ended(run);
  }
};
