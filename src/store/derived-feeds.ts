import type { SignalSpec } from '../domain/profile.ts';
import type { FeedInfo } from '../domain/reading.ts';
import type { FactsFrame, FactsState } from './facts.ts';

/** Whether a feed's answer can change a signal, directly or through what it is worked out from. */
type Into = (feed: FeedInfo, signal: SignalSpec) => boolean;

interface Leaves {
  readonly signals: Set<string>;
  readonly kinds: Set<string>;
}

const collect = (id: string, specs: ReadonlyMap<string, SignalSpec>, into: Leaves): Leaves => {
  if (into.signals.has(id)) return into;
  into.signals.add(id);
  const derived = specs.get(id)?.derived;
  if (derived?.is === 'fact') into.kinds.add(derived.fold.kind);
  if (derived?.is === 'calc')
    for (const name of derived.calc.operands) collect(derived.of[name] ?? '', specs, into);
  return into;
};

const intoOf = ({ signals }: FactsFrame): Into => {
  const specs = new Map(signals.map((spec) => [spec.id, spec]));
  const leaves = new Map(
    signals.map(({ id }) => [id, collect(id, specs, { signals: new Set(), kinds: new Set() })]),
  );
  return (feed, { id }) => {
    const of = leaves.get(id);
    if (of === undefined) return false;
    return of.kinds.has(feed.kind) || feed.signals?.some((signal) => of.signals.has(signal)) === true;
  };
};

const known = new WeakMap<FactsFrame, Into>();

/** Which feeds a signal rests on. Worked out once for a frame. */
export const feedsIntoSignals = (frame: FactsFrame): Into => {
  const had = known.get(frame);
  if (had !== undefined) return had;
  const made = intoOf(frame);
  known.set(frame, made);
  return made;
};

/** The keys of a signal's series among those of a record. */
export const keysOfSignal = (signal: string, byKey: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(byKey).filter((key) => key === signal || key.startsWith(`${signal}{`));

/** The keys of verdicts on signals that are worked out and rest on one of these feeds. */
export const keysRestingOn = (
  feeds: readonly { readonly feed: FeedInfo }[],
  { frame, verdicts }: FactsState,
): readonly string[] => {
  const into = feedsIntoSignals(frame);
  return frame.signals
    .filter((spec) => spec.derived !== undefined && feeds.some(({ feed }) => into(feed, spec)))
    .flatMap(({ id }) => keysOfSignal(id, verdicts));
};
