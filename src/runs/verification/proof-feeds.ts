import type { Millis } from '../../domain/fault.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import { kindsOf, signalsOf } from '../../expressions/mentions.ts';
import type { Expression } from '../../expressions/parse.ts';
import type { Feed } from '../../sources/source.ts';

interface Needs {
  readonly kinds: Set<string>;
  readonly signals: Set<string>;
}

/** Adds a signal, the signals that it is calculated from, and the kind of facts that it counts over. */
const addSignal = (id: string, specs: readonly SignalSpec[], needs: Needs): void => {
  if (needs.signals.has(id)) return;
  needs.signals.add(id);
  const read = specs.find((spec) => spec.id === id)?.read ?? {};
  const { of, fact } = read;
  if (typeof fact === 'string') needs.kinds.add(fact);
  if (typeof of !== 'object' || of === null) return;
  for (const inner of Object.values(of)) if (typeof inner === 'string') addSignal(inner, specs, needs);
};

/**
 * The feeds whose readings decide an expression: those of the kinds and those of the signals that it names. Feeds that
 * are only read for somebody to look at (no interval) hide nothing when they fail, so they prove nothing either.
 */
export const proofFeeds = (
  expression: Expression,
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly Feed[] => {
  const needs: Needs = { kinds: new Set(kindsOf(expression)), signals: new Set() };
  for (const id of signalsOf(expression)) addSignal(id, specs, needs);
  const decides = (feed: Feed): boolean =>
    needs.kinds.has(feed.kind) || (feed.signals ?? []).some((id) => needs.signals.has(id));
  return feeds.filter((feed) => feed.everyMs > 0 && decides(feed));
};

const shortestMs: Millis = 250;

/**
 * How often a proof is read: as often as its feeds ever are, four times in the time that it must hold and ten times
 * in the time that it has, whichever is most often, and never more than four times a second.
 */
export const proofEveryMs = (
  feeds: readonly Pick<Feed, 'everyMs'>[],
  { withinMs, forMs }: { readonly withinMs: Millis; readonly forMs: Millis },
): Millis => {
  // A proof that need not hold asks for nothing.
  const asked = [...feeds.map(({ everyMs }) => everyMs), ...(forMs > 0 ? [forMs / 4] : [])];
  return Math.max(shortestMs, Math.min(...asked, withinMs / 10));
};
