import type { PaneId } from '../cursor.ts';
import { isFromCard } from '../features/cards/kept-keys.ts';
import { travel, whyNotTravel } from '../features/environments/travel.ts';
import { filtered } from '../features/filter/filter.ts';
import { logsId } from '../features/logs/cursor.ts';
import { logsHere } from '../features/logs/target.ts';
import { overviewPanes } from '../frame/bands.ts';
import { changePane, type LeastLevel, paneStateOf } from '../model.ts';
import { allPanes } from '../panes/index.ts';
import type { Binding, Hand, Pane } from '../panes/pane.ts';
import { leastWords } from '../panes/wanted.ts';
import { markKeys } from './mark.ts';
import { endSplit, focusPane, jumped, openPlace, showPlace } from './places.ts';
import { readDetails } from './shared.ts';
import { takeKeys } from './take.ts';

/** What n and N look for: the filter, or the one that was there last. */
const soughtOf = ({ view, pane }: Hand): string => {
  const { filter, sought = '' } = paneStateOf(view.ui, pane.id);
  return filter === '' ? sought : filter;
};

const nothingSought = (hand: Hand): string | undefined => {
  if (soughtOf(hand) === '') return 'nothing was looked for yet: / does';
  return hand.rows.length === 0 ? 'no rows here' : undefined;
};

/**
 * To the next row that fits, from the last one on to the first. While the filter hides the others every row fits; when
 * it has been cleared, this finds the same rows among the others.
 */
const goToHit = (hand: Hand, step: 1 | -1) => {
  const { model, pane, rows, index, say, view } = hand;
  const hits = new Set(filtered(rows, view.pen.meant(soughtOf(hand))).rows);
  const sought = view.pen.typed(soughtOf(hand));
  if (hits.size === 0) return say(`no row here matches /${sought}/`);
  for (let turn = 1; turn <= rows.length; turn++) {
    const at = (index + step * turn + rows.length * 2) % rows.length;
    const row = rows[at];
    if (row === undefined || !hits.has(row)) continue;
    changePane(model, pane.id, { cursor: { key: row.key, index: at } });
    return say(`${[...hits].indexOf(row) + 1} of ${hits.size} that match /${sought}/`);
  }
};

/** Keys that go from one row that was looked for to another. */
const hitKeys: readonly Binding[] = [
  {
    id: 'hit.next',
    keys: ['n'],
    does: 'next row that matches, filter or not',
    whyNot: nothingSought,
    run: (hand) => goToHit(hand, 1),
  },
  {
    id: 'hit.previous',
    keys: ['N'],
    does: 'previous row that matches',
    whyNot: nothingSought,
    run: (hand) => goToHit(hand, -1),
  },
];

/** What stands beside a pane at first: the one that was looked at before it, else the one after it that is there. */
const besideOf = ({ view, pane }: Hand): PaneId | undefined => {
  const known = (id: string): boolean => id !== pane.id && allPanes().some((one) => one.id === id);
  const before = view.ui.trail.back.findLast(({ focus }) => known(focus))?.focus;
  if (before !== undefined) return before;
  const at = allPanes().indexOf(pane);
  return [...allPanes().slice(at + 1), ...allPanes().slice(0, at)].find((one) => one.there(view))?.id;
};

/** Two panes in the middle, the focused one and another; again: as it was before. */
const splitOrNot = (hand: Hand): void => {
  const { model, pane, view, say } = hand;
  const { split, place } = view.ui;
  jumped(model);
  if (split !== undefined) {
    endSplit(model, split.from);
    return;
  }
  const other = besideOf(hand);
  if (other === undefined) {
    say('there is no other pane here');
    return;
  }
  model.setState({ split: { panes: [pane.id, other], from: place }, place: pane.id, focus: pane.id });
  say('two panes: a digit puts another one here, tab goes to the other half, | goes back');
};

const nextLeast = (least: LeastLevel | undefined): LeastLevel | undefined => {
  if (least === undefined) return 'bad';
  return least === 'bad' ? 'crit' : undefined;
};

const narrow = ({ model, pane, view, say }: Hand): void => {
  const least = nextLeast(paneStateOf(view.ui, pane.id).least);
  changePane(model, pane.id, { least });
  say(`${pane.title}: ${least === undefined ? 'every level' : leastWords[least]}`);
};

const nextOrder = ({ model, pane, view, say }: Hand): void => {
  const { order, reversed } = paneStateOf(view.ui, pane.id);
  const next = (order + 1) % pane.orders.length;
  changePane(model, pane.id, { order: next, reversed: false });
  const was = reversed === true ? ', not reversed any more' : '';
  say(`${pane.title}: ${pane.orders[next] ?? ''}${was}`);
};

const reverse = ({ model, pane, view, say }: Hand): void => {
  const { order, reversed } = paneStateOf(view.ui, pane.id);
  changePane(model, pane.id, { reversed: reversed !== true });
  say(`${pane.title}: ${pane.orders[order] ?? ''}${reversed === true ? '' : ', reversed'}`);
};

/** Keys that choose which rows are shown, and in which order. */
const narrowKeys: readonly Binding[] = [
  { id: 'level', keys: ['v'], does: 'levels: all, worse than OK, CRIT only', run: narrow },
  { id: 'order', keys: ['o'], does: 'next order of the rows', run: nextOrder },
  { id: 'order.reverse', keys: ['i'], does: 'the same order, reversed', run: reverse },
];

const inOverview = ({ view }: Hand): boolean => view.ui.place === 'overview';

const step = (hand: Hand, by: number) => {
  const { model, pane, view } = hand;
  const { split } = view.ui;
  if (split !== undefined) {
    const other = split.panes.find((id) => id !== pane.id);
    return other === undefined ? undefined : showPlace(model, other);
  }
  const there = inOverview(hand) ? overviewPanes(view) : allPanes();
  const at = there.findIndex((one) => one.id === pane.id);
  const next = there[(at + by + there.length) % there.length];
  if (next === undefined) return;
  if (inOverview(hand)) focusPane(model, next.id);
  else showPlace(model, next.id);
};

/** In the overview the key of a pane that stands there moves the focus; otherwise it puts the pane into the middle. */
const goTo = (hand: Hand, { id }: Pane) => {
  if (!inOverview(hand) || !overviewPanes(hand.view).some((pane) => pane.id === id))
    return openPlace(hand.model, id);
  jumped(hand.model);
  focusPane(hand.model, id);
};

const open = (hand: Hand) => {
  const { model, pane, view } = hand;
  if (inOverview(hand)) return openPlace(model, pane.id);
  if (pane.enter !== undefined) return pane.enter(hand);
  const { opened } = paneStateOf(view.ui, pane.id);
  changePane(model, pane.id, { opened: !opened });
  if (!opened) readDetails(hand);
};

/** Where one was when the card was put away, with the card over it again. */
const backToCard = (hand: Hand): void => {
  if (whyNotTravel('back')(hand) === undefined) travel('back')(hand);
  else showPlace(hand.model, 'overview');
  hand.commands.background(false);
};

/** One thing back at a time: the marks, the level filter, the filter, the opened row, the pane. */
const back = (hand: Hand) => {
  const { model, pane, view } = hand;
  const { filter, opened, least, marks } = paneStateOf(view.ui, pane.id);
  const { split } = view.ui;
  if (marks !== undefined) return changePane(model, pane.id, { marks: undefined });
  if (least !== undefined) return changePane(model, pane.id, { least: undefined });
  if (filter !== '') return changePane(model, pane.id, { filter: '', sought: filter });
  if (!inOverview(hand) && opened) return changePane(model, pane.id, { opened: false });
  if (pane.id === logsId && isFromCard(view)) return backToCard(hand);
  if (split === undefined) return openPlace(model, 'overview');
  jumped(model);
  endSplit(model, split.from);
};

/** Of two panes, or in the overview, this one alone; alone already, back to the overview. */
const zoom = ({ model, pane, view }: Hand) => {
  if (view.ui.split === undefined)
    return openPlace(model, view.ui.place === 'overview' ? pane.id : 'overview');
  jumped(model);
  endSplit(model, pane.id);
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
    run: zoom,
  },
  {
    id: 'split',
    keys: ['|'],
    does: 'two panes, side by side or one above the other; again, as before',
    run: splitOrNot,
  },
  ...narrowKeys,
  ...hitKeys,
  ...markKeys,
  ...takeKeys,
  ...allPanes().flatMap((pane): readonly Binding[] =>
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
  logsHere,
];
