import type { Fault, Millis } from '../../domain/fault.ts';
import type { FeedState } from '../../domain/reading.ts';
import { keysRestingOn } from '../../store/derived-feeds.ts';
import type { FactsState } from '../../store/facts.ts';
import { answering, seriesOf } from '../../store/signal-series.ts';

const unread = (state: FeedState, now: Millis): FeedState => {
  const { known: _, ...rest } = state;
  const message = 'not read since the act was answered';
  const fault: Fault = { kind: 'missing', source: state.feed.source, message, at: now };
  return { ...rest, faults: state.faults.length > 0 ? state.faults : [fault] };
};

/** The verdicts' keys of what a feed says of its signals, with or without its last reading. */
const keysOf = ({ feed, known }: FeedState, feeds: FactsState['feeds']): readonly string[] =>
  (feed.signals ?? []).flatMap((signal) => {
    const alone = answering(feeds, signal).length < 2;
    return [known, undefined].flatMap((seen) => seriesOf(feed, seen, signal, alone).map(({ key }) => key));
  });

/**
 * The facts as a proof may see them: what began to be read before the act was answered is not known, and neither are
 * the verdicts on it nor the values of that time.
 */
export const freshState = (state: FactsState, actedAt: Millis, now: Millis): FactsState => {
  const old = Object.values(state.feeds).filter(({ known }) => known !== undefined && known.began <= actedAt);
  const restingOnOld = new Set(keysRestingOn(old, state));
  const oldKeys = new Set([...old.flatMap((feed) => keysOf(feed, state.feeds)), ...restingOnOld]);
  const feeds = { ...state.feeds };
  for (const feed of old) feeds[feed.feed.id] = unread(feed, now);
  const verdicts = Object.entries(state.verdicts).filter(([key]) => !oldKeys.has(key));
  const history = Object.entries(state.history).map(([key, points]) => [
    key,
    points.filter(({ at }) => at > actedAt && !restingOnOld.has(key)),
  ]);
  return {
    ...state,
    feeds,
    verdicts: Object.fromEntries(verdicts),
    history: Object.fromEntries(history),
  };
};
