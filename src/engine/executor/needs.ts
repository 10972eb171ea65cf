import { evaluate, type Truth } from '../../domain/expression/evaluate.ts';
import { parseExpression } from '../../domain/expression/parse.ts';
import type { Millis } from '../../domain/fault.ts';
import { snapshotOf } from '../../store/snapshot.ts';
import type { End } from './end.ts';
import { freshState } from './fresh-state.ts';
import type { HeldStep } from './held.ts';
import { proofFeeds } from './proof-feeds.ts';
import { cancelled, type Run } from './run-context.ts';
import { untilAfter } from './until-after.ts';

/** How long the readings for what a step needs may take together. */
const readsMs: Millis = 20_000;

/** Whether it is so now: by readings that begin after this call, which is after the step before it was answered. */
const truthOf = async (run: Run, needs: string, step: HeldStep): Promise<Truth> => {
  const { engine, clock, held, signal } = run;
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
  const { each } = step.planned;
  return evaluate(parsed.expression, snapshotOf(state, now), {
    params: { ...held.params, ...(each === undefined ? {} : { each: each.value }) },
    now,
    history: (key) => state.history[key] ?? [],
  });
};

/** Ends the run when what a step needs is not so, or nobody can tell: the step is not sent. */
export const needed = async (run: Run, step: HeldStep): Promise<End | undefined> => {
  const { needs, title } = step.planned;
  if (needs === undefined) return undefined;
  const { value, why } = await truthOf(run, needs, step);
  if (run.signal.aborted) return cancelled(`while what "${title}" needs was read`);
  if (value === 'true') return undefined;
  const said = value === 'false' ? 'not so' : 'cannot tell';
  return {
    ending: run.sent.lines().length > 0 ? 'failed' : 'not-applicable',
    why: `"${title}" needs ${needs}: ${said}, ${why}`,
  };
};
