import type { CockpitState } from '../../../store/cockpit.ts';
import { type PaneState, paneState } from '../contract/model.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';

/**
 * Memoizes the last result while its inputs are identical, because several keys and the following frame compute the same
 * list.
 */
export const memoizeLast = <A, R>(
  inputsOf: (input: A) => readonly unknown[],
  make: (input: A) => R,
): ((input: A) => R) => {
  let cached: { readonly of: readonly unknown[]; readonly result: R } | undefined;
  return (input) => {
    const of = inputsOf(input);
    if (
      cached !== undefined &&
      cached.of.length === of.length &&
      cached.of.every((value, index) => value === of[index])
    )
      return cached.result;
    cached = { of, result: make(input) };
    return cached.result;
  };
};

/** A memoized value with its other inputs. */
interface MemoizedValue<V> {
  readonly inputs: readonly unknown[];
  readonly value: V;
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((input, index) => Object.is(input, b[index]));

/**
 * Memoizes values per object, by default one. A value is recomputed when another input is not identical (`Object.is`), so
 * `inputs` must contain everything that `make` reads. Weak: entries are removed with their object.
 */
export const memoizePerObject = <V>(
  kept = 1,
): ((thing: object, inputs: readonly unknown[], make: () => V) => V) => {
  const memoized = new WeakMap<object, readonly MemoizedValue<V>[]>();
  return (thing, inputs, make) => {
    const values = memoized.get(thing) ?? [];
    const cached = values.find((memoizedValue) => same(memoizedValue.inputs, inputs));
    if (cached !== undefined) return cached.value;
    const value = make();
    memoized.set(thing, [{ inputs, value }, ...values.slice(0, kept - 1)]);
    return value;
  };
};

/** Properties of the pane state that do not affect its rows. Trees only depend on whether a filter is set. */
const ignoredState: ReadonlySet<string> = new Set<keyof PaneState>([
  'cursor',
  'column',
  'opened',
  'filter',
  'goodFilter',
  'sought',
  'least',
  'marks',
  'order',
  'reversed',
  'sortColumn',
  'columns',
]);

/** The cockpit state without log lines. */
export const stateWithoutLogs = ({ logs: _, ...rest }: CockpitState): readonly unknown[] =>
  Object.values(rest);

/** All inputs of a pane's rows, for panes that do not list theirs. */
export const allInputs = ({ own, others, cockpit }: RenderContext): readonly unknown[] => [
  own?.snapshot,
  own?.facts,
  ...[...others.values()].flatMap(({ facts, snapshot }) => [facts, snapshot]),
  // Log lines change ten times a second, and no row depends on them.
  ...stateWithoutLogs(cockpit),
];

/** The properties of the view that can affect the rows of the pane. */
const viewInputs = (view: RenderContext, pane: string): readonly unknown[] => {
  const state = paneState(view.ui, pane);
  return [
    view.ui.place,
    state.filter === '',
    ...Object.entries(state).flatMap(([name, value]) => (ignoredState.has(name) ? [] : [value])),
  ];
};

/**
 * Memoizes the rows of a pane, so that keys that only move the cursor or edit the filter do not recompute them. `from`
 * lists the facts the rows depend on; by default all facts.
 */
export const memoizeRows = <R extends PaneRow>(
  pane: string,
  make: (view: RenderContext) => readonly R[],
  from: (view: RenderContext) => readonly unknown[] = allInputs,
): ((view: RenderContext) => readonly R[]) => {
  // Two: the rows of the visible frame, and of the one that is prepared.
  const memoized = memoizePerObject<readonly R[]>(2);
  return (view) =>
    view.own === undefined
      ? make(view)
      : memoized(view.own.facts.frame, [...from(view), ...viewInputs(view, pane)], () => make(view));
};
