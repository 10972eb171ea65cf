import type { Complaint } from '../../domain/position.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import { operandSignals } from '../../expressions/calc/derivation.ts';
import { refuse } from '../complaints.ts';
import { didYouMean } from '../did-you-mean.ts';
import { child, type MapNode } from '../tree.ts';

/** A signal with the place in the profile that it was made from. */
export interface PlacedSignal {
  readonly node: MapNode;
  readonly spec: SignalSpec;
}

const placeOf = ({ node, spec }: PlacedSignal, name: string) =>
  (child(child(child(node, 'read'), 'of'), name) ?? node).position ?? spec.position;

const strangers = (one: PlacedSignal, ids: readonly string[]): readonly Complaint[] => {
  const { derived, id } = one.spec;
  if (derived?.is !== 'calc') return [];
  return Object.entries(derived.of)
    .filter(([, signal]) => !ids.includes(signal))
    .map(([name, signal]) => {
      const others = ids.filter((other) => other !== id);
      const todo = didYouMean(signal, others, 'add it under signals');
      return refuse(placeOf(one, name), `${id} read.of: no signal is called "${signal}"`, todo);
    });
};

/** The way from a signal back to itself, as ids; undefined when there is none. */
const circle = (
  from: string,
  operands: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined => {
  const seen = new Set<string>();
  const walk = (id: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of operands.get(id) ?? []) {
      if (next === from) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(from, [from]);
};

/** Operands that are no signals, and signals that are calculated from themselves; each circle is told once. */
export const operandComplaints = (signals: readonly PlacedSignal[]): readonly Complaint[] => {
  const ids = signals.map(({ spec }) => spec.id);
  const operands = new Map(signals.map(({ spec }) => [spec.id, operandSignals(spec.derived)]));
  const told = new Set<string>();
  const circles = signals.flatMap((one) => {
    const { id, derived } = one.spec;
    const way = told.has(id) ? undefined : circle(id, operands);
    if (way === undefined || derived?.is !== 'calc') return [];
    for (const member of way) told.add(member);
    const name = Object.keys(derived.of).find((key) => derived.of[key] === way[1]) ?? '';
    return [
      refuse(placeOf(one, name), `${id} is calculated from itself: ${way.join(' → ')}`, 'break the circle'),
    ];
  });
  return [...signals.flatMap((one) => strangers(one, ids)), ...circles];
};
