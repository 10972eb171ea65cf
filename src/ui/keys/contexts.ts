import { cardField, cardKeys } from '../features/cards/keys.ts';
import { runOnScreen } from '../features/cards/question.ts';
import { commandField, commandKeys } from '../features/command-line/keys.ts';
import { exportKeys } from '../features/export/export-list.ts';
import { filtered } from '../features/filter/filter.ts';
import { logListKeys } from '../features/logs/list-card.ts';
import { logSaveKeys } from '../features/logs/save-card.ts';
import { paletteField, paletteKeys } from '../features/palette/palette.ts';
import { readerField, readerKeys, readerTypingKeys } from '../features/reader/reader.ts';
import { shareHere, unshareKeys } from '../features/share/keys.ts';
import { pastKeys } from '../features/time-travel/keys.ts';
import { changePane, paneStateOf } from '../model.ts';
import { environmentKeys, runbookKeys } from '../overlays/lists.ts';
import type { Overlay } from '../overlays/overlay.ts';
import { armField, armKeys, quitKeys, wordsField, wordsKeys } from '../overlays/words.ts';
import type { Binding, Hand, KeyTable, TextField } from '../panes/pane.ts';
import { actKeys, findKeys } from './everywhere.ts';
import { lookKeys, viewKeys } from './look.ts';
import { moveKeys, placeKeys } from './move.ts';
import { leftBy, reboundTables } from './rebound.ts';
import { interrupt, suspend } from './shared.ts';

/** The keys that are live now, and the text field that takes the other letters. */
export interface Context {
  readonly tables: readonly KeyTable[];
  readonly field?: TextField;
  /** Takes every key, whichever it is. */
  readonly anyKey?: Binding;
  /** Takes the keys that nothing is bound to. */
  readonly otherwise?: (hand: Hand, key: string) => void;
}

/** Live on top of everything. */
export const always: KeyTable = { title: 'everywhere', bindings: [shareHere, interrupt, suspend] };

export const filterKeys: readonly Binding[] = [
  {
    id: 'filter.keep',
    keys: ['enter'],
    does: 'keep the filter',
    footer: 'keep',
    whyNot: ({ view, pane }) => pane.wanted(view).wrong?.text,
    run: ({ model }) => model.setState({ filtering: false }),
  },
  {
    id: 'filter.clear',
    keys: ['esc'],
    does: 'clear the filter',
    footer: 'clear',
    run: ({ model, pane }) => {
      model.setState({ filtering: false });
      const { filter, sought = '' } = paneStateOf(model.getState(), pane.id);
      changePane(model, pane.id, { filter: '', sought: filter === '' ? sought : filter });
    },
  },
  { id: 'filter.down', keys: ['down'], does: 'next row', run: (hand) => moveKeys[0]?.run(hand) },
  { id: 'filter.up', keys: ['up'], does: 'previous row', run: (hand) => moveKeys[1]?.run(hand) },
];

const filterField = ({ view, pane }: Hand): TextField => ({
  value: paneStateOf(view.ui, pane.id).filter,
  set: ({ model }, text) => {
    const isGood = filtered(pane.all(view), text).wrong === undefined;
    changePane(model, pane.id, { filter: text, ...(isGood ? { goodFilter: text } : {}) });
  },
});

const everywhereKeys: readonly Binding[] = [
  ...lookKeys,
  ...moveKeys,
  ...findKeys,
  ...viewKeys,
  ...placeKeys,
  ...pastKeys,
  ...actKeys,
];

/** Live on every screen that has panes: the pane's own keys, and those from everywhere that it leaves as they are. */
export const paneTables = (pane: Hand['pane']): readonly KeyTable[] => [
  { title: pane.title, bindings: pane.keys },
  { title: 'everywhere', bindings: leftBy(pane, everywhereKeys) },
];

/** While nothing is open there is no pane to look at. */
export const openingKeys: readonly Binding[] = [...findKeys, ...actKeys];

/** Of a profile that cannot be opened. */
export const refusedKeys: readonly Binding[] = actKeys
  .filter(({ id }) => ['ask', 'environment', 'help', 'quit'].includes(id))
  .map((binding): Binding => {
    if (binding.id !== 'ask') return binding;
    const { whyNot: _, ...ask } = binding;
    return {
      ...ask,
      does: 'read the profile again',
      footer: 'read again',
      run: ({ commands, say }) => {
        commands.askNow();
        say('reading the profile again');
      },
    };
  });

/** What is live with an overlay on top, before the user's own keys; help has its own, and says those of what is under it. */
export const overlayContext = (overlay: Overlay): Context | undefined => {
  const table = (title: string, bindings: readonly Binding[]): readonly KeyTable[] => [
    { title, bindings },
    always,
  ];
  switch (overlay.is) {
    case 'none':
      return undefined;
    case 'palette':
      return { tables: table('PALETTE', paletteKeys), field: paletteField(overlay) };
    case 'command':
      return { tables: table('COMMAND', commandKeys), field: commandField(overlay) };
    case 'help':
      return overlayContext(overlay.over);
    case 'environments':
      return { tables: table('ENVIRONMENTS', environmentKeys) };
    case 'runbooks':
      return { tables: table('RUNBOOKS', runbookKeys) };
    case 'export':
      return { tables: table('EXPORT', exportKeys) };
    case 'reader':
      return overlay.typing
        ? { tables: table('READER', readerTypingKeys), field: readerField(overlay) }
        : { tables: table('READER', readerKeys) };
    case 'log-list':
      return { tables: table('LOGS', logListKeys) };
    case 'log-save':
      return { tables: table('SAVE', logSaveKeys) };
    case 'arm':
      return { tables: table('ARM', armKeys), field: armField(overlay) };
    case 'words':
      return { tables: table('WORDS', wordsKeys(overlay)), field: wordsField(overlay) };
    case 'quit':
      return { tables: table('QUIT', quitKeys) };
    case 'unshare':
      return { tables: table('SHARED', unshareKeys) };
  }
};

const cardContext = ({ view }: Hand): Context | undefined => {
  const run = runOnScreen(view);
  if (run === undefined) return undefined;
  const bindings = cardKeys(run);
  const [first] = bindings;
  if (run.stage === 'window' && first !== undefined)
    return { tables: [{ title: 'SENDING', bindings }], anyKey: first };
  const field = cardField(view, run);
  const tables = [{ title: 'this card', bindings: [...bindings, shareHere] }];
  return field === undefined ? { tables } : { tables, field };
};

const usualUnder = (hand: Hand, overlay: Overlay): Context => {
  const onTop = overlayContext(overlay) ?? cardContext(hand);
  if (onTop !== undefined) return onTop;
  const { cockpit, ui } = hand.view;
  if (cockpit.open === undefined && cockpit.refused !== undefined)
    return { tables: [{ title: 'PROFILE', bindings: refusedKeys }, always] };
  if (cockpit.open === undefined) return { tables: [{ title: 'OPENING', bindings: openingKeys }] };
  if (ui.filtering)
    return { tables: [{ title: 'FILTER', bindings: filterKeys }, always], field: filterField(hand) };
  const { asking } = hand.pane;
  if (asking?.isAsked(hand.view) === true)
    return { tables: [{ title: hand.pane.title, bindings: asking.keys }, always], field: asking.field(hand) };
  return { tables: paneTables(hand.pane) };
};

/** A context with the keys that the user has set. */
export const withOwnKeys = (context: Context, { view }: Hand): Context => ({
  ...context,
  tables: reboundTables(context.tables, view.cockpit.settings.keys),
});

/** What is live with this overlay on top, or under it when it is help; with none, what lies under it decides. */
export const contextUnder = (hand: Hand, overlay: Overlay): Context =>
  withOwnKeys(usualUnder(hand, overlay), hand);
