import type { CockpitState } from '../../store/cockpit.ts';
import { type PaneState, paneState } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import type { PaneRow } from './pane-row.ts';

/**
 * What was made last, as long as it would be made of the same things: several keys, and the frame after them, ask for
 * the same list.
 */
export const memoizeLast = <A, R>(
  madeOf: (asked: A) => readonly unknown[],
  make: (asked: A) => R,
): ((asked: A) => R) => {
  let had: { readonly of: readonly unknown[]; readonly result: R } | undefined;
  return (asked) => {
    const of = madeOf(asked);
    if (had !== undefined && had.of.length === of.length && had.of.every((one, index) => one === of[index]))
      return had.result;
    had = { of, result: make(asked) };
    return had.result;
  };
};

/** What was made last of one thing, and with which other inputs. */
interface Made<V> {
  readonly inputs: readonly unknown[];
  readonly value: V;
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((input, index) => Object.is(input, b[index]));

/**
 * Keeps, for each thing, what was made of it last. It is made anew when one of the other inputs is not the very same
 * as then; so all that the making reads has to be among them. Forgotten with the thing.
 */
export const memoizePerObject = <V>(): ((thing: object, inputs: readonly unknown[], make: () => V) => V) => {
  const kept = new WeakMap<object, Made<V>>();
  return (thing, inputs, make) => {
    const had = kept.get(thing);
    if (had !== undefined && same(had.inputs, inputs)) return had.value;
    const value = make();
    kept.set(thing, { inputs, value });
    return value;
  };
};

/** What of a pane's state its rows are never made from. Of a filter a tree only asks whether there is one. */
const besides: ReadonlySet<string> = new Set<keyof PaneState>([
  'cursor',
  'column',
  'opened',
  'filter',
  'goodFilter',
  'sought',
  'least',
  'marks',
]);

/** What the cockpit shows, without the lines of logs. */
const besidesLines = ({ logs: _, ...rest }: CockpitState): readonly unknown[] => Object.values(rest);

/** Everything that is known and that the rows of a pane may be made from, where it does not say more closely. */
const everythingKnown = ({ own, others, cockpit }: RenderContext): readonly unknown[] => [
  own?.snapshot,
  own?.facts,
  ...[...others.values()].flatMap(({ facts, snapshot }) => [facts, snapshot]),
  // Lines come ten times a second, and no row is made of them.
  ...besidesLines(cockpit),
];

/** How the pane is looked at, as far as its rows may depend on it. */
const lookedAt = (view: RenderContext, pane: string): readonly unknown[] => {
  const state = paneState(view.ui, pane);
  return [
    view.ui.place,
    state.filter === '',
    ...Object.entries(state).flatMap(([name, value]) => (besides.has(name) ? [] : [value])),
  ];
};

/**
 * The rows of a pane, made once for what is known at a moment: a key that only moves the cursor or types into the
 * filter finds them made. `from` names all the facts that they are made from; without it that is everything known.
 */
export const memoizeRows = <R extends PaneRow>(
  pane: string,
  make: (view: RenderContext) => readonly R[],
  from: (view: RenderContext) => readonly unknown[] = everythingKnown,
): ((view: RenderContext) => readonly R[]) => {
  const kept = memoizePerObject<readonly R[]>();
  return (view) =>
    view.own === undefined
      ? make(view)
      : kept(view.own.facts.frame, [...from(view), ...lookedAt(view, pane)], () => make(view));
};
