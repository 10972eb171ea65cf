import type { Millis } from '../../../domain/fault.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import { feedsIntoSignals } from '../../../store/derived-feeds.ts';
import type { FactsState, Point } from '../../../store/facts.ts';
import type { Pen } from '../../text/pen.ts';
import { sparkline } from '../../text/spark.ts';
import { type Buckets, bucketsOf, fill, meansOf } from './buckets.ts';

const holding = new WeakMap<FactsState['frame'], Map<string, Millis>>();

/** How long a value of a signal is believed: its own measure, or else that of the slowest feed behind it. */
export const holdsFor = (spec: SignalSpec, { frame, feeds }: FactsState): Millis => {
  if (spec.threshold.staleMs !== undefined) return spec.threshold.staleMs;
  const known = holding.get(frame) ?? new Map<string, Millis>();
  holding.set(frame, known);
  const had = known.get(spec.id);
  if (had !== undefined) return had;
  const into = feedsIntoSignals(frame);
  const slow = Object.values(feeds).flatMap(({ feed }) => (into(feed, spec) ? [feed.staleMs] : []));
  if (slow.length === 0) return 0;
  const longest = Math.max(...slow);
  known.set(spec.id, longest);
  return longest;
};

/** A line as it was drawn last, with what it was made of. */
interface Line {
  readonly beat: number;
  /** The lists that it was made of; of the older one its beginning, which stays while values are only added. */
  readonly recent: readonly Point[];
  readonly oldest: Point | undefined;
  readonly lastAt: Millis;
  readonly buckets: Buckets;
  readonly text: string;
}

/** More lines than any screen has: what is not drawn any more is let go. */
const linesKept = 4000;
const drawn = new WeakMap<FactsState['frame'], Map<string, Line>>();

const linesOf = (frame: FactsState['frame']): Map<string, Line> => {
  const had = drawn.get(frame);
  if (had !== undefined && had.size < linesKept) return had;
  const made = new Map<string, Line>();
  drawn.set(frame, made);
  return made;
};

const none: readonly Point[] = [];

export interface SparkForm {
  readonly now: Millis;
  readonly spanMs: Millis;
  readonly cells: number;
  readonly pen: Pen;
}

/** True when all that came since the line was drawn came at the end. */
const goesOn = (
  line: Line | undefined,
  beat: number,
  recent: readonly Point[],
  oldest: Point | undefined,
): line is Line =>
  line?.beat === beat && line.oldest === oldest && (recent[0]?.at ?? Number.POSITIVE_INFINITY) <= line.lastAt;

/**
 * The values of a series over the last `spanMs` in `cells` steps. Its cells begin at whole multiples of what one of them
 * shows, so that a line stands still between two readings; until they move on, only what is new is added to it.
 */
export const sparkOf = (
  spec: SignalSpec,
  key: string,
  facts: FactsState,
  { now, spanMs, cells, pen }: SparkForm,
): string => {
  const cellMs = spanMs / cells;
  const beat = Math.floor(now / cellMs) + 1;
  const span = { from: (beat - cells) * cellMs, cellMs, cells };
  const recent = facts.history[key] ?? none;
  const past = facts.past[key] ?? none;
  const lines = linesOf(facts.frame);
  const id = `${cells}/${spanMs}/${pen.steps}/${key}`;
  const had = lines.get(id);
  const same = goesOn(had, beat, recent, past[0]) ? had : undefined;
  if (same?.recent === recent) return same.text;
  const buckets = same?.buckets ?? bucketsOf(cells);
  if (same === undefined) fill(buckets, past, span);
  fill(buckets, recent, span, same?.lastAt);
  const text = sparkline(meansOf(buckets, span, holdsFor(spec, facts)), pen.steps, pen.ascii ? ' ' : '·');
  const lastAt = recent.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  lines.set(id, { beat, recent, oldest: past[0], lastAt, buckets, text });
  return text;
};
