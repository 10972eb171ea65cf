import { type Dialog, dialogOf } from '../contract/dialog.ts';
import type { Features } from '../contract/features.ts';
import { paneState, updatePane } from '../contract/model.ts';
import type { Overlay } from '../contract/overlay.ts';
import type { Binding, KeyContext, KeyTable, TextField } from '../contract/pane.ts';
import { applyFilter } from '../filter/filter.ts';
import { currentRun } from '../state/current-run.ts';
import { memoizePerObject } from '../state/memoize.ts';
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
export const globalKeys = (features: Features): KeyTable => ({
  title: 'everywhere',
  bindings: [...features.keys('always'), interruptKey, suspendKey],
});

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
  const index = neededFirst.indexOf(id);
  return index === -1 ? neededFirst.length : index;
};

const memoized = memoizePerObject<readonly Binding[]>();

/** The keys of every pane, most needed first. */
const everywhereKeys = (features: Features): readonly Binding[] =>
  memoized(features, [features.panes.all()], () =>
    [
      ...displayKeys(features),
      ...moveKeys,
      ...paneViewKeys(features),
      ...historyKeys,
      ...features.keys('time'),
      ...actionKeys(features),
      ...searchAnywhereKeys(features),
    ].toSorted((a, b) => needOf(a) - needOf(b)),
  );

/** Keys of a screen with panes: the pane's own keys and the global keys it does not replace. */
export const paneTables = (features: Features, pane: KeyContext['pane']): readonly KeyTable[] => [
  { title: pane.title, bindings: pane.keys },
  { title: 'everywhere', bindings: bindingsNotReplacedBy(pane, everywhereKeys(features)) },
];

/** Keys before an environment is open. */
export const loadingKeys = (features: Features): readonly Binding[] => [
  ...searchAnywhereKeys(features),
  ...actionKeys(features),
];

/** Keys for a profile with errors. */
export const invalidProfileKeys = (features: Features): readonly Binding[] => [
  ...features.keys('profile errors'),
  ...searchAnywhereKeys(features).filter(({ id }) => id === 'command'),
  ...actionKeys(features)
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

/** Keys of a dialog in this state. */
export const dialogKeys = (features: Features, dialog: Dialog<Overlay>, overlay: Overlay): ActiveKeys => {
  const field = dialog.field?.(overlay);
  const others = dialog.otherKeys === undefined || field !== undefined ? [] : features.keys(dialog.otherKeys);
  const tables = [
    { title: dialog.title(overlay), bindings: [...others, ...dialog.keys(overlay)] },
    globalKeys(features),
  ];
  return field === undefined ? { tables } : { tables, field };
};

/** Keys of an overlay, before user rebinding. Help describes those below it. */
const overlayKeys = (features: Features, overlay: Overlay): ActiveKeys | undefined => {
  if (overlay.is === 'help') return overlayKeys(features, overlay.over);
  const dialog = dialogOf(features.dialogs, overlay);
  return dialog === undefined ? undefined : dialogKeys(features, dialog, overlay);
};

const cardContext = ({ view }: KeyContext): ActiveKeys | undefined => {
  const run = currentRun(view);
  const { runCard: card } = view.features;
  if (run === undefined || card === undefined) return undefined;
  const bindings = card.keys(run);
  const [first] = bindings;
  if (run.stage === 'window' && first !== undefined)
    return { tables: [{ title: 'SENDING', bindings }], anyKey: first };
  const field = card.field(view, run);
  const tables = [{ title: 'this card', bindings: [...bindings, ...view.features.keys('always')] }];
  return field === undefined ? { tables } : { tables, field };
};

/** The open text field of the screen with panes: the filter, or the prompt of the focused pane. */
const paneFieldKeys = (context: KeyContext): ActiveKeys | undefined => {
  const { ui, features } = context.view;
  if (ui.isFiltering)
    return {
      tables: [{ title: 'FILTER', bindings: filterKeys }, globalKeys(features)],
      field: filterField(context),
    };
  const { prompt: asking } = context.pane;
  if (asking?.isAsked(context.view) !== true) return undefined;
  return {
    tables: [{ title: context.pane.title, bindings: asking.keys }, globalKeys(features)],
    field: asking.field(context),
  };
};

const usualUnder = (context: KeyContext, overlay: Overlay): ActiveKeys => {
  const { cockpit, features, ui } = context.view;
  const isWindow = currentRun(context.view)?.stage === 'window';
  // A field keeps the keyboard until it is closed, also when a card opens; but any key cancels the cancel window.
  const field = isWindow || cockpit.open === undefined ? undefined : paneFieldKeys(context);
  const onTop = overlayKeys(features, overlay) ?? field ?? cardContext(context);
  if (onTop !== undefined) return onTop;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined)
    return { tables: [{ title: 'PROFILE', bindings: invalidProfileKeys(features) }, globalKeys(features)] };
  if (cockpit.open === undefined) return { tables: [{ title: 'OPENING', bindings: loadingKeys(features) }] };
  const tables = paneTables(features, context.pane);
  return {
    tables: features.isTourShown(ui)
      ? [{ title: 'TOUR', bindings: features.keys('tour') }, ...tables]
      : tables,
  };
};

/** Applies the user's key bindings. */
export const withUserKeys = (context: ActiveKeys, { view }: KeyContext): ActiveKeys => ({
  ...context,
  tables: withUserKeyTables(context.tables, view.cockpit.settings.keys),
});

/** The active keys for an overlay, or for what is below it if it is help or none. */
export const activeKeysFor = (context: KeyContext, overlay: Overlay): ActiveKeys =>
  withUserKeys(usualUnder(context, overlay), context);
