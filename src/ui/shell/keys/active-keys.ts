import { currentRun } from '../../features/cards/confirmation.ts';
import { cardTextField, runCardKeys } from '../../features/cards/run-card-keys.ts';
import { checklistDialogField, checklistDialogKeys } from '../../features/checklists/keys.ts';
import { columnListKeys } from '../../features/columns/columns-card.ts';
import { commandLineField, commandLineKeys } from '../../features/command-line/keys.ts';
import { hintCardKeys } from '../../features/drill/hints.ts';
import { scoreCardKeys } from '../../features/drill/score-card.ts';
import {
  environmentListKeys,
  runbookListKeys,
  runbookSearchField,
  runbookSearchKeys,
} from '../../features/environments/lists.ts';
import { exportListKeys } from '../../features/export/export.ts';
import { incidentMenuKeys } from '../../features/incident/menu.ts';
import { logListKeys } from '../../features/logs/list-dialog.ts';
import { logSaveKeys } from '../../features/logs/save-dialog.ts';
import { messagesKeys } from '../../features/messages/card.ts';
import { acknowledgeDialogField, acknowledgeDialogKeys } from '../../features/now/acknowledge.ts';
import { paletteField, paletteKeys } from '../../features/palette/palette.ts';
import { profileErrorKeys } from '../../features/profile-errors/keys.ts';
import { readerKeys, readerSearchField, readerSearchKeys } from '../../features/reader/reader.ts';
import { relatedKeys } from '../../features/related/card.ts';
import { shareOverlayKey, unshareDialogKeys } from '../../features/share/share-dialog.ts';
import { timeTravelKeys } from '../../features/time-travel/keys.ts';
import { tourKeys } from '../../features/tour/tour.ts';
import { savedListKeys } from '../../features/views/saved-card.ts';
import { paneState, updatePane } from '../contract/model.ts';
import type { Overlay } from '../contract/overlay.ts';
import type { Binding, KeyContext, KeyTable, TextField } from '../contract/pane.ts';
import { applyFilter } from '../filter/filter.ts';
import { awaitingPaneKeys } from '../navigation/pane-keys.ts';
import {
  armDialogField,
  armDialogKeys,
  quitDialogKeys,
  reasonDialogField,
  reasonDialogKeys,
} from '../overlays/dialogs.ts';
import { bindingsNotReplacedBy, withUserKeyTables } from './bound-keys.ts';
import { displayKeys, paneViewKeys } from './display-keys.ts';
import { actionKeys, searchAnywhereKeys } from './global-keys.ts';
import { historyKeys, moveKeys } from './move-keys.ts';
import { interruptKey, suspendKey } from './shared-keys.ts';

/** The active keys, and the text field that receives other characters. */
export interface ActiveKeys {
  readonly tables: readonly KeyTable[];
  readonly field?: TextField;
  /** Receives every key. */
  readonly anyKey?: Binding;
  /** Receives unbound keys. */
  readonly onOtherKey?: (context: KeyContext, key: string) => void;
}

/** Keys active in every context. */
export const globalKeys: KeyTable = {
  title: 'everywhere',
  bindings: [shareOverlayKey, interruptKey, suspendKey],
};

export const filterKeys: readonly Binding[] = [
  {
    id: 'filter.keep',
    keys: ['enter'],
    description: 'keep the filter',
    footer: 'keep',
    whyNot: ({ view, pane }) => pane.query(view).filterError?.text,
    run: ({ model }) => model.setState({ isFiltering: false }),
  },
  {
    id: 'filter.clear',
    keys: ['esc'],
    description: 'clear the filter',
    footer: 'clear',
    run: ({ model, pane }) => {
      model.setState({ isFiltering: false });
      const { filter, sought = '' } = paneState(model.getState(), pane.id);
      updatePane(model, pane.id, { filter: '', sought: filter === '' ? sought : filter });
    },
  },
  {
    id: 'filter.down',
    keys: ['down'],
    description: 'move to the next row',
    run: (context) => moveKeys[0]?.run(context),
  },
  {
    id: 'filter.up',
    keys: ['up'],
    description: 'move to the previous row',
    run: (context) => moveKeys[1]?.run(context),
  },
];

const filterField = ({ view, pane }: KeyContext): TextField => ({
  value: paneState(view.ui, pane.id).filter,
  set: ({ model }, text) => {
    const isGood = applyFilter(pane.allRows(view), text).error === undefined;
    updatePane(model, pane.id, { filter: text, ...(isGood ? { goodFilter: text } : {}) });
  },
});

/** Keys of the tour, before those of the pane. */
const tourTable: KeyTable = { title: 'TOUR', bindings: tourKeys };

/**
 * The keys that a person needs first during an incident, most needed first: what is wrong, what has changed, the logs, the
 * runbook. Footer and help list them in this order, and a narrow footer drops the others.
 */
const neededFirst: readonly string[] = [
  'row.runbook',
  'row.open',
  'past.live',
  'pane.W',
  'pane.J',
  'logs.here',
  'runbook.card',
  'row.actions',
  'arm',
  'disarm',
  'filter',
  'command',
  'past.earlier',
  'past.later',
  'pane.9',
  'environment',
  'ask',
];

const needOf = ({ id }: Binding): number => {
  const at = neededFirst.indexOf(id);
  return at === -1 ? neededFirst.length : at;
};

const everywhereKeys: readonly Binding[] = [
  ...displayKeys,
  ...moveKeys,
  ...paneViewKeys,
  ...historyKeys,
  ...timeTravelKeys,
  ...actionKeys,
  ...searchAnywhereKeys,
].toSorted((a, b) => needOf(a) - needOf(b));

/** Keys of a screen with panes: the pane's own keys and the global keys it does not replace. */
export const paneTables = (pane: KeyContext['pane']): readonly KeyTable[] => [
  { title: pane.title, bindings: pane.keys },
  { title: 'everywhere', bindings: bindingsNotReplacedBy(pane, everywhereKeys) },
];

/** Keys before an environment is open. */
export const loadingKeys: readonly Binding[] = [...searchAnywhereKeys, ...awaitingPaneKeys, ...actionKeys];

/** Keys for a profile with errors. */
export const invalidProfileKeys: readonly Binding[] = [
  ...profileErrorKeys,
  ...searchAnywhereKeys.filter(({ id }) => id === 'command'),
  ...actionKeys
    .filter(({ id }) => ['ask', 'environment', 'help', 'quit'].includes(id))
    .map((binding): Binding => {
      if (binding.id !== 'ask') return binding;
      const { whyNot: _, ...ask } = binding;
      return {
        ...ask,
        description: 'reload the profile',
        footer: 'reload',
        run: ({ commands, notify: say }) => {
          commands.askNow();
          say('reloading the profile');
        },
      };
    }),
];

/** Keys of an overlay, before user rebinding. Help has its own keys and describes those below it. */
export const overlayKeys = (overlay: Overlay): ActiveKeys | undefined => {
  const table = (title: string, bindings: readonly Binding[]): readonly KeyTable[] => [
    { title, bindings },
    globalKeys,
  ];
  switch (overlay.is) {
    case 'none':
      return undefined;
    case 'palette':
      return { tables: table('PALETTE', paletteKeys), field: paletteField(overlay) };
    case 'command':
      return { tables: table('COMMAND', commandLineKeys), field: commandLineField(overlay) };
    case 'help':
      return overlayKeys(overlay.over);
    case 'environments':
      return { tables: table('ENVIRONMENTS', environmentListKeys) };
    case 'runbooks':
      return overlay.typing === true
        ? { tables: table('RUNBOOKS', runbookSearchKeys), field: runbookSearchField(overlay) }
        : { tables: table('RUNBOOKS', runbookListKeys) };
    case 'columns':
      return { tables: table('COLUMNS', columnListKeys) };
    case 'saved':
      return { tables: table(overlay.list.toUpperCase(), savedListKeys) };
    case 'export':
      return { tables: table('EXPORT', exportListKeys) };
    case 'related':
      return { tables: table('RELATED', relatedKeys) };
    case 'reader':
      return overlay.typing
        ? { tables: table('READER', readerSearchKeys), field: readerSearchField(overlay) }
        : { tables: table('READER', readerKeys) };
    case 'log-list':
      return { tables: table('LOGS', logListKeys) };
    case 'log-save':
      return { tables: table('SAVE', logSaveKeys) };
    case 'arm':
      return { tables: table('ARM', armDialogKeys), field: armDialogField(overlay) };
    case 'words':
      return { tables: table('REASON', reasonDialogKeys(overlay)), field: reasonDialogField(overlay) };
    case 'incident-menu':
      return { tables: table('INCIDENT', incidentMenuKeys) };
    case 'acknowledge':
      return {
        tables: table('ACKNOWLEDGE', acknowledgeDialogKeys),
        field: acknowledgeDialogField(overlay),
      };
    case 'checklist':
      return { tables: table('CHECKLIST', checklistDialogKeys), field: checklistDialogField(overlay) };
    case 'score':
      return { tables: table('SCORE', scoreCardKeys) };
    case 'hints':
      return { tables: table('HINTS', hintCardKeys) };
    case 'messages':
      return { tables: table('MESSAGES', messagesKeys) };
    case 'quit':
      return { tables: table('QUIT', quitDialogKeys) };
    case 'unshare':
      return { tables: table('SHARED', unshareDialogKeys) };
  }
};

const cardContext = ({ view }: KeyContext): ActiveKeys | undefined => {
  const run = currentRun(view);
  if (run === undefined) return undefined;
  const bindings = runCardKeys(run);
  const [first] = bindings;
  if (run.stage === 'window' && first !== undefined)
    return { tables: [{ title: 'SENDING', bindings }], anyKey: first };
  const field = cardTextField(view, run);
  const tables = [{ title: 'this card', bindings: [...bindings, shareOverlayKey] }];
  return field === undefined ? { tables } : { tables, field };
};

/** The open text field of the screen with panes: the filter, or the prompt of the focused pane. */
const paneFieldKeys = (context: KeyContext): ActiveKeys | undefined => {
  const { ui } = context.view;
  if (ui.isFiltering)
    return { tables: [{ title: 'FILTER', bindings: filterKeys }, globalKeys], field: filterField(context) };
  const { prompt: asking } = context.pane;
  if (asking?.isAsked(context.view) !== true) return undefined;
  return {
    tables: [{ title: context.pane.title, bindings: asking.keys }, globalKeys],
    field: asking.field(context),
  };
};

const usualUnder = (context: KeyContext, overlay: Overlay): ActiveKeys => {
  const { cockpit } = context.view;
  const isWindow = currentRun(context.view)?.stage === 'window';
  // A field keeps the keyboard until it is closed, also when a card opens; but any key cancels the cancel window.
  const field = isWindow || cockpit.open === undefined ? undefined : paneFieldKeys(context);
  const onTop = overlayKeys(overlay) ?? field ?? cardContext(context);
  if (onTop !== undefined) return onTop;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined)
    return { tables: [{ title: 'PROFILE', bindings: invalidProfileKeys }, globalKeys] };
  if (cockpit.open === undefined) return { tables: [{ title: 'OPENING', bindings: loadingKeys }] };
  const tables = paneTables(context.pane);
  return { tables: context.view.ui.tour === undefined ? tables : [tourTable, ...tables] };
};

/** Applies the user's key bindings. */
export const withUserKeys = (context: ActiveKeys, { view }: KeyContext): ActiveKeys => ({
  ...context,
  tables: withUserKeyTables(context.tables, view.cockpit.settings.keys),
});

/** The active keys for an overlay, or for what is below it if it is help or none. */
export const activeKeysFor = (context: KeyContext, overlay: Overlay): ActiveKeys =>
  withUserKeys(usualUnder(context, overlay), context);
