import { actKeys } from '../../keys/everywhere.ts';
import { lookKeys, viewKeys } from '../../keys/look.ts';
import { placeKeys } from '../../keys/place-keys.ts';
import { focusPane, goToRow, openPlace } from '../../keys/places.ts';
import { reboundOne } from '../../keys/rebound.ts';
import { leftBy } from '../../keys/replaced.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { watchedPanes } from '../../panes/watched.ts';
import { shellItems } from '../command-line/shell-items.ts';
import { pastKeys } from '../time-travel/keys.ts';
import type { Item } from './items.ts';
import { latest } from './latest.ts';
import { lightItems } from './palette-items.ts';

/** A row of every pane, as something to go to. There may be ten thousand: they are listed anew when facts have changed. */
const rowsToGoTo = latest(
  ({ view }: Hand): readonly unknown[] => [
    view.own?.facts,
    view.ui.panes,
    ...[...view.others.values()].map(({ facts }) => facts),
  ],
  ({ view }: Hand): readonly Item[] =>
    watchedPanes().flatMap((pane) => {
      const title = pane.title.toLowerCase();
      return pane.rows(view).map(
        (row): Item => ({
          id: `row ${row.key}`,
          text: `${title} ${row.label}`,
          command: `${pane.id} ${row.label}`,
          run: ({ model }) => {
            goToRow(model, pane.id, row.key);
            focusPane(model, pane.id);
            openPlace(model, pane.id);
          },
        }),
      );
    }),
);

/** Keys that are listed as well: what they do can be said in a word. Digits and movement are not among them. */
const isListed = (binding: Binding): boolean =>
  !/^(pane|overview|row\.open|back|palette|command|mouse|cancel|suspend)/.test(binding.id);

/** Everything that can be reached but rows: made anew when what it depends on has changed. */
export const namedItems = latest(
  ({ view, pane, row }: Hand): readonly unknown[] => {
    const { overlay: _, notice: __, card: ___, ...ui } = view.ui;
    // Of the lines, which come ten times a second, keys only ask whether there are some and which chips.
    const { logs, ...cockpit } = view.cockpit;
    const lines = [logs === undefined, logs?.lens.chips, logs?.hits.chips];
    return [...Object.values(cockpit), ...lines, pane, row?.key, view.own?.facts, ...Object.values(ui)];
  },
  (hand: Hand): readonly Item[] => {
    const everywhere = [...lookKeys, ...viewKeys, ...placeKeys, ...pastKeys, ...actKeys];
    const bindings = [...hand.pane.keys, ...leftBy(hand.pane, everywhere)];
    const rebound = bindings.filter(isListed).map((one) => reboundOne(one, hand.view.cockpit.settings.keys));
    return [...lightItems(hand, rebound), ...shellItems(hand)];
  },
);

/** Matched and drawn letter by letter, so it is masked before: what is seen is what is typed. */
export const seenItems = ({ view: { pen } }: Hand, items: readonly Item[]): readonly Item[] =>
  pen.shared
    ? items.map((item) => ({ ...item, text: pen.maskText(item.text), command: pen.maskText(item.command) }))
    : items;

interface Asked {
  readonly hand: Hand;
  readonly named: readonly Item[];
  readonly rows: readonly Item[];
}

const joined = latest(
  ({ hand, named, rows }: Asked) => [hand.view.pen, named, rows],
  ({ hand, named, rows }) => seenItems(hand, [...named, ...rows]),
);

/** Everything that can be reached: what fits the row first, then panes, runbooks, environments, keys, and every row. */
export const allItems = (hand: Hand): readonly Item[] =>
  joined({ hand, named: namedItems(hand), rows: rowsToGoTo(hand) });
