import type { Millis } from '../domain/fault.ts';
import type { ParamValues } from '../domain/param-value.ts';
import type { ExpiredLogin } from '../domain/proposal.ts';
import { readable } from '../domain/readable.ts';
import type { Engine } from '../engine/engine.ts';
import { evaluate, type Truth } from '../expressions/evaluate.ts';
import { parseExpression } from '../expressions/parse.ts';
import type { Feed } from '../sources/source.ts';
import { snapshotOf } from '../store/snapshot.ts';
import type { End } from './end.ts';
import type { HeldStep } from './held.ts';
import { expiredLogin } from './logins/expired.ts';
import { throughLogin } from './logins/renew.ts';
import { cancelled, type Run } from './run-context.ts';
import { withTurn } from './runbooks/bind.ts';
import { freshState } from './verification/fresh-state.ts';
import { proofFeeds } from './verification/proof-feeds.ts';
import { untilAfter } from './verification/until-after.ts';

/** How long the readings for what a step needs may take together. */
const readsMs: Millis = 20_000;

/** A truth, and the expired login because of which nobody can tell. */
interface Seen extends Truth {
  readonly login?: ExpiredLogin | undefined;
}

const expiredIn = ({ facts, profile }: Engine, feeds: readonly Feed[]): ExpiredLogin | undefined => {
  const state = facts.getState().feeds;
  return feeds
    .flatMap(({ id }) => state[id]?.faults ?? [])
    .map((fault) => expiredLogin(profile, fault))
    .find((login) => login !== undefined);
};

const valuesOf = ({ held }: Run, { planned }: HeldStep): ParamValues => withTurn(held.params, planned.each);

/** Whether it is so now: by readings that begin after this call, which is after the step before it was answered. */
const truthOf = async (run: Run, needs: string, step: HeldStep): Promise<Seen> => {
  const { engine, clock, signal } = run;
  const parsed = parseExpression(needs);
  if (!parsed.ok) return { value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` };
  const since = clock.now();
  await untilAfter(since, clock, signal);
  const feeds = proofFeeds(parsed.expression, engine.feeds, engine.profile.signals);
  const deadline = clock.deadline(readsMs);
  await engine.readNow(
    feeds.map(({ id }) => id),
    AbortSignal.any([signal, deadline.signal]),
  );
  deadline.clear();
  const now = clock.now();
  const state = freshState(engine.facts.getState(), since, now);
  const truth = evaluate(parsed.expression, snapshotOf(state, now), {
    params: valuesOf(run, step),
    now,
    history: (key) => state.history[key] ?? [],
  });
  return truth.value === 'unknown' ? { ...truth, login: expiredIn(engine, feeds) } : truth;
};

const readOnce = async (run: Run, needs: string, step: HeldStep): Promise<End | undefined> => {
  const { title } = step.planned;
  const { value, why, login } = await truthOf(run, needs, step);
  if (run.signal.aborted) return cancelled(`while what "${title}" needs was read`);
  if (value === 'true') return undefined;
  const said = value === 'false' ? 'not so' : 'cannot tell';
  return {
    ending: run.sent.lines().length > 0 ? 'failed' : 'not-applicable',
    why: `"${title}" needs ${readable(needs, valuesOf(run, step))}: ${said}, ${why}`,
    ...(login === undefined ? {} : { login }),
  };
};

/**
 * Ends the run when what a step needs is not so, or nobody can tell: the step is not sent. A login that has expired is asked
 * for, and then it is read again.
 */
export const needed = async (run: Run, step: HeldStep): Promise<End | undefined> => {
  const { needs } = step.planned;
  return needs === undefined ? undefined : throughLogin(run, () => readOnce(run, needs, step));
};
