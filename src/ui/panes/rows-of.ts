import type { CockpitState } from '../../store/cockpit.ts';
import { type PaneState, paneStateOf } from '../model.ts';
import type { View } from '../view.ts';
import { keptOn } from './kept.ts';
import type { PaneRow } from './row.ts';

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
const everythingKnown = ({ own, others, cockpit }: View): readonly unknown[] => [
  own?.snapshot,
  own?.facts,
  ...[...others.values()].flatMap(({ facts, snapshot }) => [facts, snapshot]),
  // Lines come ten times a second, and no row is made of them.
  ...besidesLines(cockpit),
];

/** How the pane is looked at, as far as its rows may depend on it. */
const lookedAt = (view: View, pane: string): readonly unknown[] => {
  const state = paneStateOf(view.ui, pane);
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
export const madeOnce = <R extends PaneRow>(
  pane: string,
  make: (view: View) => readonly R[],
  from: (view: View) => readonly unknown[] = everythingKnown,
): ((view: View) => readonly R[]) => {
  const kept = keptOn<readonly R[]>();
  return (view) =>
    view.own === undefined
      ? make(view)
      : kept(view.own.facts.frame, [...from(view), ...lookedAt(view, pane)], () => make(view));
};
