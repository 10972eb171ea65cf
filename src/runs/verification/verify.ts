import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { ParamValues, Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import { withReadableTitles } from '../../domain/runbooks/runbook.ts';
import type { ExpiredLogin } from '../../domain/runs/proposal.ts';
import { type CheckState, nothingVerified, symptomNotProved } from '../../domain/runs/run.ts';
import type { Witnesses } from '../../expressions/witness/former.ts';
import { orAborted } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { FactsState } from '../../store/facts.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import { expiredLogin, withRenewalHint } from '../context/login-renewal.ts';
import type { RunEnd } from '../context/run-end.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { freshState, untilAfter } from '../evidence/check-feeds.ts';
import { questionedFeeds, type SameSystem } from '../evidence/same-system.ts';
import type { VerificationBaseline } from '../evidence/verification-check.ts';
import {
  type CheckContext,
  createVerificationCheck,
  earlierReading,
  type VerificationCheck,
  type VerificationFacts,
} from '../evidence/verification-check.ts';
import type { ReadSessionParts } from '../reads/read-session.ts';
import { type Evidence, provesSymptom } from '../runbooks/symptom.ts';
import { createOperationCheck } from './operation-check.ts';
import { createPolledCheck } from './polled-check.ts';

/** No baseline was read: changes are invisible, and nothing is known to have been true already. */
export const missingBaseline: VerificationBaseline = { states: [], found: new Map() };

export interface VerifyParts extends ReadSessionParts {
  readonly clock: Clock;
  readonly verify: Runbook['verify'];
  readonly params: ParamValues;
  /** Completion time of the last action (or of the last manual step). */
  readonly actedAt: Millis;
  /** True: this is the reading before the action. */
  readonly isBaseline?: true;
  /** The baseline; undefined while it is being read. */
  readonly before: VerificationBaseline | undefined;
  /** Tells whether the system from before the action answers. Absent: the action has not happened yet. */
  readonly systems?: SameSystem;
  /** The runbook and the findings around the run, by which its symptom is known. Absent: none is named. */
  readonly symptom?: Pick<Evidence, 'runbook' | 'found'>;
  /** The rows that the run ends or replaces, so that nothing else counts as solved because it is gone. Absent: nothing is compared. */
  readonly witnesses?: Witnesses;
  /** Called whenever the state of a check changes. */
  report(checks: readonly CheckState[]): Promise<unknown>;
  /**
   * Called when a login that the checks need has expired; true when it was renewed. Absent: logins cannot be renewed.
   */
  renew?(login: ExpiredLogin): Promise<boolean>;
  /** Explains that a system that the run has acted on is another one since. Absent: nothing is compared. */
  actedSystemProblem?(signal: AbortSignal): Promise<string | undefined>;
  /** Called at the end with what was read last, also when the verification was canceled. */
  seen?(last: VerificationBaseline): void;
}

/** Minimum pause between two readings, even when one takes longer than the interval. */
const shortestPauseMs: Millis = 250;

/** Reads sources for at most `ms`: a slow read continues while the other checks are evaluated. */
const readSources = async (
  checks: readonly VerificationCheck[],
  clock: Clock,
  ms: Millis | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const reads = Promise.all(checks.flatMap((check) => check.read?.(signal) ?? []));
  const deadline = ms === undefined ? undefined : clock.deadline(ms);
  const stops = [signal, ...(deadline === undefined ? [] : [deadline.signal])];
  await orAborted(reads, AbortSignal.any(stops));
  deadline?.clear();
};

/**
 * Reads what the checks need, at most until the next moment that decides one of them. Returns the facts as they were before the
 * systems behind them were asked who answers: what is read meanwhile may come from another one.
 */
export const readForChecks = async (
  checks: readonly VerificationCheck[],
  { engine, clock, systems, actedAt }: VerifyParts,
  signal: AbortSignal,
): Promise<FactsState> => {
  const now = clock.now();
  const feeds = checks.flatMap((check) => check.feeds);
  const ids = [...new Set(feeds.map(({ id }) => id))];
  const moments = checks.flatMap((check) => check.nextAt(now) ?? []);
  const leftMs = moments.length === 0 ? undefined : Math.min(...moments) - now;
  const paceMs = Math.min(...checks.map(({ everyMs }) => everyMs));
  const reading = readSources(
    checks,
    clock,
    ids.length === 0 ? leftMs : Math.min(paceMs, leftMs ?? paceMs),
    signal,
  );
  if (leftMs !== undefined) {
    const deadline = clock.deadline(leftMs);
    await engine.readNow(ids, AbortSignal.any([signal, deadline.signal]));
    deadline.clear();
  }
  const read = engine.facts.getState();
  // Without the deadline: facts whose system is not confirmed in time are unknown.
  await systems?.read(questionedFeeds(feeds, read.feeds, actedAt, clock.now()), signal);
  await reading;
  return read;
};

/** The facts read since the action, as verification steps see them. */
export const checkContextOf = (
  { clock, actedAt, isBaseline }: Pick<VerifyParts, 'clock' | 'actedAt' | 'isBaseline'>,
  read: FactsState,
): CheckContext => {
  const now = clock.now();
  const state = freshState(read, actedAt, now, isBaseline === true);
  return { snapshot: buildSnapshot(state, now), history: state.history, feeds: state.feeds, now };
};

const evaluateChecks = (
  checks: readonly VerificationCheck[],
  parts: VerifyParts,
  read: FactsState,
): readonly CheckState[] => {
  const sight = checkContextOf(parts, read);
  return checks.map((check) => check.evaluate(sight));
};

/** An expired login that keeps the checks from being read. */
const expiredFor = (
  checks: readonly VerificationCheck[],
  { facts, profile }: EnvironmentReader,
  refused: ReadonlyMap<string, ExpiredLogin>,
): ExpiredLogin | undefined => {
  const { feeds } = facts.getState();
  const faults = checks.flatMap((check) => check.feeds.flatMap(({ id }) => feeds[id]?.faults ?? []));
  return faults
    .filter(({ source }) => !refused.has(source))
    .map((fault) => expiredLogin(profile, fault))
    .find((login) => login !== undefined);
};

const notRecovered = (
  states: readonly CheckState[],
  failed: readonly boolean[],
  logins: readonly ExpiredLogin[],
): RunEnd => ({
  ending: 'executed-not-recovered',
  why: logins.reduce(withRenewalHint, words(states, failed)),
});

/** The reason why these checks, by title, prove nothing about the action; empty without checks. */
const inconclusiveText = (why: string, titles: readonly string[]): readonly string[] =>
  titles.length === 0
    ? []
    : [
        `${why}, so ${titles.length === 1 ? 'this check proves' : 'these checks prove'} nothing: ${titles.join(', ')}`,
      ];

/**
 * The end of a run of which a check has become true: it recovered if one of them is on the symptom. That the act took
 * place does not show that it helped.
 */
const unlessOnlyActed = (
  states: readonly CheckState[],
  became: readonly CheckState[],
  { before = missingBaseline, verify, params, engine, symptom }: VerifyParts,
): RunEnd => {
  const recovered: RunEnd = { ending: 'recovered', why: states.map(({ title }) => title).join('; ') };
  if (symptom === undefined || verify === 'none') return recovered;
  const was = new Map(before.states.map(({ id, value }) => [id, value]));
  const isProved = provesSymptom({
    ...symptom,
    steps: verify.map((step) => ({ step, was: was.get(step.id) })),
    facts: {
      signals: engine.profile.signals,
      sourcesOfKind: (kind) => engine.feeds.flatMap((feed) => (feed.kind === kind ? [feed.source] : [])),
    },
    context: { params, before: before.snapshot },
  });
  if (isProved) return recovered;
  return {
    ending: 'executed-not-recovered',
    reason: symptomNotProved,
    why: `the action took place (${became.map(({ title }) => title).join('; ')}), but no check of the symptom failed before the action, so the recovery is not proved${symptom.runbook.when === undefined ? '' : `: ${symptom.runbook.when}`}`,
  };
};

/**
 * The end of a run whose checks all hold. It recovered when at least one of them, guards apart, was false before the
 * action, and is on the symptom. One that was unreadable may have been true, and a source that responds again by itself
 * is no effect of the action.
 */
const unlessTrueBefore = (states: readonly CheckState[], parts: VerifyParts): RunEnd => {
  const { before = missingBaseline, verify: steps } = parts;
  const guards = new Set(
    steps === 'none' ? [] : steps.flatMap(({ id, guard }) => (guard === true ? [id] : [])),
  );
  const checks = states.filter(({ id }) => !guards.has(id));
  const was = new Map(before.states.map((state) => [state.id, state]));
  const became = checks.filter(({ id }) => was.get(id)?.value === 'false');
  if (became.length > 0) return unlessOnlyActed(states, became, parts);
  const alreadyTrue = checks.filter(({ id }) => was.get(id)?.value === 'true');
  const unseen = checks.filter(({ id }) => was.get(id)?.value !== 'true');
  const withReason = ({ id, title }: CheckState): string => {
    const reason = was.get(id)?.why ?? '';
    return reason === '' ? title : `${title} (${reason})`;
  };
  const why = [
    ...inconclusiveText(
      'the check was already true before the action',
      alreadyTrue.map(({ title }) => title),
    ),
    ...inconclusiveText('it is unknown whether the check was true before the action', unseen.map(withReason)),
  ];
  return { ending: 'executed-not-recovered', why: why.join('; ') };
};

/** The end of a run whose checks all hold, unless what it has acted on is another system since. */
const endOfHolding = async (
  states: readonly CheckState[],
  parts: VerifyParts,
  signal: AbortSignal,
): Promise<RunEnd> => {
  const problem = await parts.actedSystemProblem?.(signal);
  return problem === undefined
    ? unlessTrueBefore(states, parts)
    : { ending: 'executed-not-recovered', why: problem };
};

const words = (states: readonly CheckState[], failed: readonly boolean[]): string =>
  states
    .filter((_, index) => failed[index] === true)
    .map(({ title, value, why }) =>
      value === 'true'
        ? `${title}: the check became true, but only after the deadline`
        : `${title}: ${value === 'false' ? 'not met' : value}, ${why}`,
    )
    .join('; ');

const pauseMs = (checks: readonly VerificationCheck[], began: Millis, now: Millis): Millis => {
  const dueAt = Math.max(began + Math.min(...checks.map(({ everyMs }) => everyMs)), now + shortestPauseMs);
  return Math.min(dueAt, ...checks.flatMap((check) => check.nextAt(now) ?? [])) - now;
};

/** Creates each check: on facts from feeds, or by reading a source. */
export const verificationChecksOf = (
  steps: readonly VerifyStep[],
  parts: VerifyParts,
  actedAt: Millis,
): readonly VerificationCheck[] => {
  const { engine, clock, params, before, systems, witnesses } = parts;
  const { signals, sources } = engine.profile;
  const mayGrow = sources.some(({ via }) => via !== undefined);
  const verificationFacts: VerificationFacts = { feeds: () => engine.feeds, mayGrow, signals, systems };
  return steps.map((step) =>
    step.use === undefined
      ? createVerificationCheck(
          step,
          verificationFacts,
          {
            params,
            ...defined({ before: before?.snapshot, witnesses }),
          },
          actedAt,
        )
      : createPolledCheck(
          step,
          createOperationCheck(step, params, parts, earlierReading(before, step.id)),
          clock,
          actedAt,
        ),
  );
};

const awaitRecovery = async (
  create: (since: Millis) => readonly VerificationCheck[],
  parts: VerifyParts,
  signal: AbortSignal,
): Promise<RunEnd> => {
  const { clock, engine, actedAt } = parts;
  let checks = create(actedAt);
  let shown = '';
  /** Logins that were not renewed: the operator is asked once. */
  const refused = new Map<string, ExpiredLogin>();
  await untilAfter(actedAt, clock, signal);
  for (;;) {
    const began = clock.now();
    const read = await readForChecks(checks, parts, signal);
    if (signal.aborted) return { ending: 'cancelled', why: 'canceled during verification' };
    const login = expiredFor(checks, engine, refused);
    if (login !== undefined) {
      if (await parts.renew?.(login))
        // Nothing was readable meanwhile: `within` starts again.
        checks = create(clock.now());
      else refused.set(login.source, login);
      continue;
    }
    const states = evaluateChecks(checks, parts, read);
    const text = JSON.stringify(states);
    if (text !== shown) await parts.report(states);
    shown = text;

    const now = clock.now();
    const verdicts = checks.map((check) => check.verdict(now));
    if (verdicts.every((verdict) => verdict === true)) return endOfHolding(states, parts, signal);
    if (verdicts.includes(false))
      return notRecovered(
        states,
        verdicts.map((verdict) => verdict === false),
        [...refused.values()],
      );
    await clock.sleep(pauseMs(checks, began, now), signal);
  }
};

/**
 * Verifies a run: reads what its checks need until all of them hold at once for the required time, or one can no longer
 * succeed. A reading counts only if it began after the last action completed. A check still unknown at its deadline has
 * failed. An abort of the signal ends it as cancelled.
 */
export const verifyRun = async (parts: VerifyParts, signal: AbortSignal): Promise<RunEnd> => {
  if (parts.verify === 'none') return { ending: 'recovered', why: nothingVerified };
  if (parts.verify.length === 0)
    return {
      ending: 'executed-not-recovered',
      why: 'the runbook defines no verification, so the run cannot end as recovered',
    };
  const over = new AbortController();
  const steps = withReadableTitles(parts.verify, parts.params);
  const made: VerificationCheck[] = [];
  const create = (since: Millis): readonly VerificationCheck[] => {
    const checks = verificationChecksOf(steps, parts, since);
    made.push(...checks);
    return checks;
  };
  try {
    return await awaitRecovery(create, parts, AbortSignal.any([signal, over.signal]));
  } finally {
    const found = made.flatMap((check) => {
      const results = check.found?.();
      return results === undefined ? [] : [[check.id, results] as const];
    });
    parts.seen?.({
      states: [],
      found: new Map(found),
      snapshot: checkContextOf(parts, parts.engine.facts.getState()).snapshot,
    });
    over.abort();
    await Promise.all(made.map((check) => check.close?.()));
  }
};
