import { type Level, worse } from '../../domain/level.ts';
import { changePane, paneStateOf } from '../model.ts';
import type { View } from '../view.ts';
import type { Binding, Hand } from './pane.ts';
import type { PaneRow } from './row.ts';
import { madeOnce } from './rows-of.ts';
import { type Node, treeOf } from './tree.ts';
import { worstFirst } from './worst-first.ts';

/** One way to put rows together. */
export interface Grouping<R extends PaneRow> {
  readonly name: string;
  of(row: R): string;
}

/** How the rows of a pane are put together now; undefined: not at all. */
const groupingOf = <R extends PaneRow>(
  view: View,
  pane: string,
  groupings: readonly Grouping<R>[],
): Grouping<R> | undefined => groupings[(paneStateOf(view.ui, pane).chosen?.group ?? 0) - 1];

const keyOf = (grouping: string, name: string): string => `group/${grouping}/${name}`;

const worstOf = (rows: readonly PaneRow[]): Level =>
  rows.reduce<Level>((worst, row) => worse(worst, row.level), 'ok');

/** What all groups have in common; what they show besides is the pane's business. */
export const groupRow = <R extends PaneRow>(
  grouping: string,
  name: string,
  members: readonly R[],
): PaneRow => ({
  key: keyOf(grouping, name),
  level: worstOf(members),
  label: name,
  text: [name, ...members.map((row) => row.text)].join(' '),
  notable: true,
});

type Make<R> = (grouping: string, name: string, members: readonly R[]) => readonly R[];

const nodesOf = <R extends PaneRow>(
  rows: readonly R[],
  grouping: Grouping<R>,
  make: Make<R>,
): readonly Node<R>[] =>
  [...Map.groupBy(rows, grouping.of)].flatMap(([name, members]) =>
    make(grouping.name, name, members).map((row) => ({
      row,
      children: () => members.map((member) => ({ row: member })),
    })),
  );

interface GroupedSpec<R extends PaneRow> {
  /** The pane's id. */
  readonly id: string;
  /** Orders that `o` offers besides worst first: of the groups, where there are any. */
  readonly orders: readonly { readonly name: string; readonly by: (a: R, b: R) => number }[];
  /** The facts that the rows are made from. */
  from(view: View): readonly unknown[];
  groupings(view: View): readonly Grouping<R>[];
  /** Every row on its own, worst first. */
  plain(view: View): readonly R[];
  /** The row of a group, whose members are worst first; none for no members. */
  readonly group: Make<R>;
}

/** The rows of such a pane: one by one, or a tree of groups with their members. */
export const groupedRows = <R extends PaneRow>(
  spec: GroupedSpec<R>,
): ((view: View, everything?: boolean) => readonly R[]) => {
  const { id, orders, from, plain, groupings, group } = spec;
  const chosen = (view: View): Grouping<R> | undefined => groupingOf(view, id, groupings(view));
  const flat = madeOnce(
    id,
    (view): readonly R[] => {
      const compare = orders[paneStateOf(view.ui, id).order - 1]?.by;
      return compare === undefined ? plain(view) : plain(view).toSorted(compare);
    },
    from,
  );
  const tree = treeOf<R>({
    id,
    first: worstFirst,
    orders,
    from,
    roots: (view) => {
      const grouping = chosen(view);
      return grouping === undefined ? [] : nodesOf(plain(view), grouping, group);
    },
  });
  return (view, everything) => (chosen(view) === undefined ? flat(view) : tree(view, everything));
};

/** `b`: the next way to put rows together; every group is unfolded at first. */
export const groupKey = <R extends PaneRow>(
  pane: string,
  title: string,
  names: readonly string[],
  groupingsOf: (view: View) => readonly Grouping<R>[],
  rows: (view: View) => readonly R[],
): Binding => ({
  id: `${pane}.group`,
  keys: ['b'],
  does: `put together by ${names.join(', ')}`,
  footer: 'group',
  footerFrom: 110,
  run: (hand: Hand) => {
    const groupings = groupingsOf(hand.view);
    const state = paneStateOf(hand.view.ui, pane);
    const next = ((state.chosen?.group ?? 0) + 1) % (groupings.length + 1);
    const grouping = groupings[next - 1];
    const groups = grouping === undefined ? [] : rows(hand.view).map(grouping.of);
    changePane(hand.model, pane, {
      chosen: { ...state.chosen, group: next },
      unfolded: [...new Set(groups)].map((name) => keyOf(grouping?.name ?? '', name)),
    });
    hand.say(grouping === undefined ? `${title}: one by one` : `${title}: by ${grouping.name}`);
  },
});
