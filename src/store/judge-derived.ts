import type { Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import type { Derived } from './derive.ts';
import { feedsIntoSignals, keysOfSignal } from './derived-feeds.ts';
import { judgeDerived } from './derived-verdict.ts';
import type { FactsState } from './facts.ts';
import type { SignalDrafts } from './judge-feed.ts';
import { notePoint, seriesRemembered } from './points.ts';
import { createRowReader } from './row-reader.ts';

/** Series that are not there any more leave nothing behind. */
const forgetGone = (spec: SignalSpec, series: readonly Derived[], drafts: SignalDrafts): void => {
  const kept = new Set(series.map(({ key }) => key));
  for (const key of keysOfSignal(spec.id, drafts.verdicts.result)) {
    if (kept.has(key)) continue;
    drafts.verdicts.delete(key);
    drafts.history.delete(key);
    drafts.past.delete(key);
  }
};

const note = (
  { key, value, newest, staleSince }: Derived,
  drafts: SignalDrafts,
  remembered: boolean,
): void => {
  if (value === undefined || newest === undefined || staleSince !== undefined) return;
  notePoint(key, { at: newest, value }, drafts, remembered);
};

/**
 * Judges the signals that are worked out from what these feeds gave, once for all that happened in one tick; all of
 * them when feeds have gone. `state` is that after the feeds' own signals were judged.
 */
export const judgeDerivedSignals = (
  touched: ReadonlySet<string> | 'all',
  state: FactsState,
  drafts: SignalDrafts,
  now: Millis,
): void => {
  const { frame } = state;
  const into = feedsIntoSignals(frame);
  const feeds = Object.values(state.feeds);
  const reader = createRowReader(state, now);
  for (const spec of frame.signals) {
    if (spec.derived === undefined || spec.problem !== undefined) continue;
    const own = feeds.filter(({ feed }) => into(feed, spec));
    if (touched !== 'all' && !own.some(({ feed }) => touched.has(feed.id))) continue;
    const series = reader.derived(spec, spec.derived);
    const faults = own.flatMap((one) => one.faults);
    forgetGone(spec, series, drafts);
    for (const one of series) {
      const was = drafts.verdicts.get(one.key);
      const verdict = judgeDerived(one, spec, was, faults, { memory: frame.memory, now });
      if (verdict === undefined) drafts.verdicts.delete(one.key);
      else drafts.verdicts.set(one.key, verdict);
      note(one, drafts, series.length <= seriesRemembered);
    }
  }
};
