import { type PaneState, paneStateOf } from '../model.ts';
import type { View } from '../view.ts';
import { keptOn } from './kept.ts';
import type { PaneRow } from './pane.ts';

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

/** Everything besides the facts of the open environment that the rows of a pane may be made from. */
const inputsOf = (view: View, pane: string): readonly unknown[] => {
  const state = paneStateOf(view.ui, pane);
  return [
    view.own?.facts,
    ...[...view.others.values()].flatMap(({ facts, snapshot }) => [facts, snapshot]),
    view.cockpit,
    view.ui.place,
    state.filter === '',
    ...Object.entries(state).flatMap(([name, value]) => (besides.has(name) ? [] : [value])),
  ];
};

/**
 * The rows of a pane, made once for what is known at a moment: a key that only moves the cursor or types into the
 * filter finds them made. `more` names what else they are made from.
 */
export const madeOnce = <R extends PaneRow>(
  pane: string,
  make: (view: View) => readonly R[],
  more: (view: View) => readonly unknown[] = () => [],
): ((view: View) => readonly R[]) => {
  const kept = keptOn<readonly R[]>();
  return (view) =>
    view.own === undefined
      ? make(view)
      : kept(view.own.snapshot, [...inputsOf(view, pane), ...more(view)], () => make(view));
};
