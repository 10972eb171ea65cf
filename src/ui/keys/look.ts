import { changePane, paneStateOf } from '../model.ts';
import { isInBands } from '../panes/bands.ts';
import { panes } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import type { Binding, Hand } from './binding.ts';
import { hitKeys } from './hits.ts';
import { laterKeys } from './later.ts';
import { markKeys } from './mark.ts';
import { narrowKeys } from './narrow.ts';
import { focusPane, openPlace } from './places.ts';
import { takeKeys } from './take.ts';

const inOverview = ({ view }: Hand): boolean => view.ui.place === 'overview';

/** The overview has a place for it, and something to show there. */
const standsThere = ({ view }: Hand, pane: Pane): boolean => isInBands(pane.id) && pane.there(view);

const step = (hand: Hand, by: number) => {
  const { model, pane } = hand;
  const there = inOverview(hand) ? panes.filter((one) => standsThere(hand, one)) : panes;
  const at = there.findIndex((one) => one.id === pane.id);
  const next = there[(at + by + there.length) % there.length];
  if (next === undefined) return;
  if (inOverview(hand)) focusPane(model, next.id);
  else openPlace(model, next.id);
};

/** In the overview the key of a pane that stands there moves the focus; otherwise it puts the pane into the middle. */
const goTo = (hand: Hand, pane: Pane) => {
  if (inOverview(hand) && standsThere(hand, pane)) focusPane(hand.model, pane.id);
  else openPlace(hand.model, pane.id);
};

const open = (hand: Hand) => {
  const { model, pane, view } = hand;
  if (inOverview(hand)) return openPlace(model, pane.id);
  if (pane.enter !== undefined) return pane.enter(hand);
  changePane(model, pane.id, { opened: !paneStateOf(view.ui, pane.id).opened });
};

/** One thing back at a time: the marks, the level filter, the filter, the opened row, the pane. */
const back = (hand: Hand) => {
  const { model, pane, view } = hand;
  const { filter, opened, least, marks } = paneStateOf(view.ui, pane.id);
  if (marks !== undefined) return changePane(model, pane.id, { marks: undefined });
  if (least !== undefined) return changePane(model, pane.id, { least: undefined });
  if (filter !== '') return changePane(model, pane.id, { filter: '', sought: filter });
  if (!inOverview(hand) && opened) return changePane(model, pane.id, { opened: false });
  openPlace(model, 'overview');
};

/** Keys that open, close and go back. */
export const lookKeys: readonly Binding[] = [
  { id: 'row.open', keys: ['enter'], does: 'open the row; again, close it', footer: 'open', run: open },
  { id: 'back', keys: ['esc'], does: 'back one level', run: back },
  { id: 'pane.next', keys: ['tab'], does: 'next pane', run: (hand) => step(hand, 1) },
  { id: 'pane.previous', keys: ['shift-tab'], does: 'previous pane', run: (hand) => step(hand, -1) },
  {
    id: 'overview',
    keys: ['0'],
    does: 'overview of all panes',
    run: ({ model }) => openPlace(model, 'overview'),
  },
  {
    id: 'filter',
    keys: ['/'],
    does: 'filter the rows',
    footer: 'filter',
    run: ({ model }) => model.setState({ filtering: true }),
  },
];

/** Keys that choose how it is looked at. */
export const viewKeys: readonly Binding[] = [
  {
    id: 'zoom',
    keys: ['z'],
    does: 'this pane alone, or back to the overview',
    footer: 'zoom',
    run: (hand) => openPlace(hand.model, inOverview(hand) ? hand.pane.id : 'overview'),
  },
  ...narrowKeys,
  ...hitKeys,
  ...markKeys,
  ...takeKeys,
  ...panes.flatMap((pane): readonly Binding[] =>
    pane.key === undefined
      ? []
      : [
          {
            id: `pane.${pane.key}`,
            keys: [pane.key],
            does: `pane ${pane.title}`,
            run: (hand) => goTo(hand, pane),
          },
        ],
  ),
  ...laterKeys,
];
