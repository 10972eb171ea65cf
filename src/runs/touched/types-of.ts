import type { Profile } from '../../domain/profile.ts';
import type { FeedState } from '../../domain/reading.ts';
import { operandSignals } from '../../expressions/calc/derivation.ts';
import { kindsOf, signalsOf } from '../../expressions/mentions.ts';
import { parseExpression } from '../../expressions/parse.ts';

/** A profile, and what its feeds have said. */
export interface Read {
  readonly profile: Profile;
  readonly feeds: Readonly<Record<string, FeedState>>;
}

/** The types of some sources of a profile, each once. */
export const typesOf = ({ sources }: Profile, ids: Iterable<string>): readonly string[] => {
  const wanted = new Set(ids);
  return [...new Set(sources.flatMap(({ id, type }) => (wanted.has(id) ? [type] : [])))];
};

/** The sources that gave rows of a kind. */
const givers = (kind: string, { feeds }: Read): readonly string[] =>
  Object.values(feeds).flatMap(({ feed, known }) =>
    feed.kind === kind && (known?.items.length ?? 0) > 0 ? [feed.source] : [],
  );

const sourcesOfSignal = (id: string, read: Read, seen: Set<string>): readonly string[] => {
  const spec = read.profile.signals.find((one) => one.id === id);
  if (spec === undefined || seen.has(id)) return [];
  seen.add(id);
  if (spec.source !== '') return [spec.source];
  if (spec.derived?.is === 'fact') return givers(spec.derived.fold.kind, read);
  return operandSignals(spec.derived).flatMap((operand) => sourcesOfSignal(operand, read, seen));
};

/** The types of the sources that a signal was read from, also where it is worked out from others. */
export const typesOfSignal = (id: string, read: Read): readonly string[] =>
  typesOf(read.profile, sourcesOfSignal(id, read, new Set()));

/** The types of the sources that decide an expression. */
export const typesOfExpression = (that: string, read: Read): readonly string[] => {
  const parsed = parseExpression(that);
  if (!parsed.ok) return [];
  const { expression } = parsed;
  const bySignal = [...signalsOf(expression)].flatMap((id) => sourcesOfSignal(id, read, new Set()));
  const byKind = [...kindsOf(expression)].flatMap((kind) => givers(kind, read));
  return typesOf(read.profile, [...bySignal, ...byKind]);
};
