import { defined } from '../../../domain/base/defined.ts';
import { themeNames } from '../../../domain/profile/settings.ts';
import type { ActStep } from '../../../domain/runbooks/runbook.ts';
import type { OpenEnvironment } from '../../../store/cockpit.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { parseParamArguments } from '../../kit/text/arguments.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext, Pane } from '../../shell/contract/pane.ts';
import { bindingBlockedReason, bindingsNotReplacedBy, withReboundKeys } from '../../shell/keys/bound-keys.ts';
import { displayKeys, paneViewKeys } from '../../shell/keys/display-keys.ts';
import { actionKeys } from '../../shell/keys/global-keys.ts';
import { actionTargets } from '../../shell/keys/mark-keys.ts';
import { historyKeys } from '../../shell/keys/move-keys.ts';
import { switchEnvironment } from '../../shell/navigation/navigate.ts';
import { focusPane, moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import {
  activeRunReason,
  readOnlyWarning,
  runbookDanger,
  sortBySuggestion,
  startBlockedReason,
} from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { memoizeLast } from '../../shell/state/memoize.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { memoizeReads } from '../../shell/state/tracked-reads.ts';
import { actionsForRows, proposeAction, type RowAction } from '../runbook-matching/row-actions.ts';
import { suggestionWord } from '../runbook-matching/standing.ts';
import { suggestedSection } from './sections.ts';

const callOf = (step: ActStep): string => {
  if (step.use === undefined) return `${step.title} (manual)`;
  const given = Object.entries(step.with ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return `${step.use} ${given.join(' ')}`;
};

/** Why the runbook matches, or why that is unknown. */
const fitOf = (suggestion: RunbookSuggestion): PaletteItem['match'] => {
  const { fits, why, hindrance, reason = '' } = suggestion;
  const { word } = suggestionWord(suggestion);
  if (fits === 'yes') return { is: 'yes', why: hindrance === undefined ? `matches: ${why}` : reason, word };
  return fits === 'unknown' ? { is: 'unknown', why: `cannot tell: ${why}`, word } : undefined;
};

const startItem = (
  context: KeyContext,
  suggestion: RunbookSuggestion,
  suffix: string,
  { params, targets: shown, whyNot: whyNotThese }: Omit<RowAction, 'suggestion'> = {
    params: {},
    targets: [],
  },
): PaletteItem => {
  const { runbook } = suggestion;
  const fit = fitOf(suggestion);
  const danger = runbookDanger(suggestion);
  const whyNot =
    timeTravelBlockedReason(context.view) ?? startBlockedReason(context.view.cockpit, runbook) ?? whyNotThese;
  const note = readOnlyWarning(context.view.cockpit, runbook);
  return {
    id: `run ${runbook.id} ${suffix}`,
    section: suffix === '' ? (suggestion.fits === 'yes' ? suggestedSection : 'Runbooks') : 'Selected row',
    runbook,
    // Alerts, Problems and `run` show the id, so it must be searchable here.
    text: suffix === '' ? `${runbook.title} · ${runbook.id}` : `${runbook.title}: ${suffix}`,
    command: `run ${runbook.id}`,
    argumentHint: 'name=value',
    params: runbook.params,
    calls: runbook.act.map(callOf),
    ...defined({ danger, match: fit, whyNot }),
    ...(note === undefined
      ? {}
      : {
          note: `read-only: opens a preview. Press ${boundKey(context.view.cockpit, 'card.arm', 'A')} there to arm`,
        }),
    run: ({ commands }, rest) =>
      proposeAction(
        { commands },
        { suggestion, params: { ...params, ...parseParamArguments(rest) }, targets: shown },
      ),
  };
};

/** Items for the runbooks that accept the marked rows or the row under the cursor. */
export const rowActionItems = (context: KeyContext): readonly PaletteItem[] => {
  const on = actionTargets(context);
  const subjects = 'whyNot' in on ? [] : on.subjects;
  const marked = subjects.length > 1 ? `${subjects.length} marked, ` : '';
  return actionsForRows(context.view.cockpit, subjects).map((action) => {
    const values = Object.values(action.params);
    // The first parameter of a generic action is the object; the others only tell it apart from one of the same name.
    const isGeneric = action.suggestion.runbook.generic !== undefined;
    const words = values
      .slice(0, isGeneric ? 1 : undefined)
      .flat()
      .join(' ');
    return startItem(context, action.suggestion, `${marked}${words}`, action);
  });
};

/** Items for the generic actions of all rows: they ask for the object. */
const genericItems = (context: KeyContext): readonly PaletteItem[] =>
  (context.view.cockpit.genericActions ?? []).map((action) => startItem(context, action, ''));

const runbookItems = (context: KeyContext, fitting: boolean): readonly PaletteItem[] =>
  sortBySuggestion(context.view.cockpit.suggestions)
    .filter(({ fits }) => (fits === 'yes') === fitting)
    .map((suggestion, rank) => ({
      ...startItem(context, suggestion, ''),
      ...(fitting ? { rank } : {}),
      // The list of runbooks has the first suggestion below its cursor.
      ...(fitting && rank === 0 ? { key: boundKey(context.view.cockpit, 'runbook.card', 'R') } : {}),
    }));

/** `:logs` opens all streams, which the item of Logs does not; without a log source it shows the pane, which says why. */
const paneCommand = (context: KeyContext, pane: string): string => {
  const { logs } = context.view.features.services;
  return pane === logs?.pane && logs.unavailableReason(context) === undefined ? `pane ${pane}` : pane;
};

/** 'pane Changes (journal)': the title, and the name of its command if the title does not have it. */
const paneText = ({ id, title }: Pick<Pane, 'id' | 'title'>): string =>
  `pane ${title}${title.toLowerCase().includes(id) ? '' : ` (${id})`}`;

const paneItems = (context: KeyContext): readonly PaletteItem[] => [
  {
    id: 'go overview',
    text: 'overview',
    section: 'Panes',
    command: 'overview',
    key: boundKey(context.view.cockpit, 'overview', '0'),
    run: ({ model }) => navigateTo(model, 'overview'),
  },
  ...context.view.features.panes.all().map(
    (pane): PaletteItem => ({
      id: `go ${pane.id}`,
      text: paneText(pane),
      section: 'Panes',
      command: paneCommand(context, pane.id),
      ...(pane.key === undefined
        ? {}
        : { key: boundKey(context.view.cockpit, `pane.${pane.key}`, pane.key) }),
      run: ({ model }) => navigateTo(model, pane.id),
    }),
  ),
];

const environmentItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const whyNot = activeRunReason(view.cockpit);
  return view.cockpit.environments.map(
    ({ system, env, title }): PaletteItem => ({
      id: `env ${system}/${env}`,
      text: `environment ${env}: ${title}`,
      section: 'Environments',
      command: `env ${system}/${env}`,
      ...defined({ whyNot }),
      run: (context) => switchEnvironment(context, `${system}/${env}`),
    }),
  );
};

/** Why the environment has no drills: it is real, or its simulator has no scenario. */
const noDrillReason = ({ embedded, incidents }: OpenEnvironment, isBlind: boolean): string | undefined => {
  if (isBlind) return 'a blind drill is running: end the drill with :heal';
  if (!embedded) return 'a drill needs the simulator: start opsdeck with --rehearse';
  return incidents.length === 0 ? 'this simulator has no scenarios to start' : undefined;
};

/** An item per scenario of the simulator; one that gives the reason if there is none. */
const rehearsalItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const { open, drill } = view.cockpit;
  if (open === undefined) return [];
  const isBlind = drill?.isRunning === true && drill.isBlind;
  const whyNone = noDrillReason(open, isBlind);
  const heal: PaletteItem = {
    id: 'heal',
    text: 'end the drill and heal the simulator',
    section: 'Drills',
    command: 'heal',
    ...(open.incident === undefined && drill?.isRunning !== true
      ? { whyNot: 'no drill is running: start one with :rehearse' }
      : blockedInPast({ view })),
    run: ({ commands }) => commands.rehearse(undefined),
  };
  if (whyNone !== undefined)
    return [
      ...(isBlind ? [heal] : []),
      {
        id: 'rehearse',
        text: 'start a drill (rehearse)',
        section: 'Drills',
        command: 'rehearse',
        whyNot: whyNone,
        run: () => {},
      },
    ];
  const going: readonly PaletteItem[] = open.incidents.map((incident) => ({
    id: `rehearse ${incident}`,
    text: `start drill: ${incident} (rehearse)`,
    section: 'Drills',
    command: `rehearse ${incident}`,
    ...(open.incident === incident ? { whyNot: 'already running' } : blockedInPast({ view })),
    run: ({ commands }: KeyContext) => commands.rehearse(incident),
  }));
  return [...going, heal];
};

const armItem: PaletteItem = {
  id: 'arm reason',
  text: 'arm with a reason',
  command: 'arm',
  argumentHint: 'reason',
  confirms: true,
  run: ({ commands, model }, rest) =>
    rest === '' ? model.setState({ overlay: { is: 'arm', text: '', over: noOverlay } }) : commands.arm(rest),
};

/** Switches the theme for this session, or until config.yaml names another. */
const themeItems = ({ view: { ui, cockpit } }: KeyContext): readonly PaletteItem[] => {
  const own = cockpit.settings.theme;
  const now = ui.theme?.over === own ? ui.theme.name : own;
  return themeNames.map((name) => ({
    id: `theme ${name}`,
    text: `theme ${name}`,
    command: `theme ${name}`,
    ...(now === name ? { whyNot: 'already active' } : {}),
    run: ({ model, notify: say }: KeyContext) => {
      model.setState({ theme: { name, over: own } });
      say(`theme ${name} for this session. Set theme: ${name} in config.yaml to keep the theme`);
    },
  }));
};

const bindingItem = (context: KeyContext, binding: Binding): PaletteItem => {
  const whyNot = bindingBlockedReason(context, binding);
  const [key = ''] = binding.keys;
  return {
    id: binding.id,
    text: binding.description,
    command: binding.id.replaceAll('.', ' '),
    key,
    ...defined({ danger: binding.danger, whyNot }),
    run: (now) => binding.run(now),
  };
};

/** Blocks items that start a change during time travel. */
const blockedInPast = ({ view }: Pick<KeyContext, 'view'>): Pick<PaletteItem, 'whyNot'> => {
  const whyNot = timeTravelBlockedReason(view);
  return whyNot === undefined ? {} : { whyNot };
};

/** All items except rows: actions for the row first, then matching runbooks. */
const commandItems = (context: KeyContext, bindings: readonly Binding[]): readonly PaletteItem[] => [
  ...rowActionItems(context),
  ...runbookItems(context, true),
  ...paneItems(context),
  ...runbookItems(context, false),
  ...genericItems(context),
  ...environmentItems(context),
  ...rehearsalItems(context),
  { ...armItem, ...blockedInPast(context) },
  ...themeItems(context),
  ...bindings.map((binding) => bindingItem(context, binding)),
];

/** An item per row of every pane. There may be 10,000 rows, so the list is rebuilt only when they change. */
const rowsToGoTo = memoizeReads(
  (view): readonly PaletteItem[] =>
    view.features.panes.ofEnvironment().flatMap((pane) => {
      const title = pane.title.toLowerCase();
      return pane.rows(view).map(
        (row): PaletteItem => ({
          id: `row ${row.key}`,
          text: `${title} ${row.label}`,
          section: 'Rows',
          level: row.level,
          command: `${pane.id} ${row.label}`,
          run: ({ model }) => {
            moveCursorToRow(model, pane.id, row.key);
            focusPane(model, pane.id);
            navigateTo(model, pane.id);
          },
        }),
      );
    }),
  1,
);

/** True if a key is listed as an item. Digits and movement keys are not. */
const isListed = (binding: Binding): boolean =>
  !/^(pane|overview|row\.open|back|palette|command|mouse|cancel|suspend)/.test(binding.id);

/** All items except rows; rebuilt when their inputs change. */
export const staticItems = memoizeLast(
  ({ view, pane, row }: KeyContext): readonly unknown[] => {
    const { overlay: _, notice: __, card: ___, ...ui } = view.ui;
    // Log lines arrive ten times a second; keys only depend on their presence and the chips.
    const { logs, ...cockpit } = view.cockpit;
    const lines = [logs === undefined, logs?.filteredView.chips, logs?.hits.chips];
    return [...Object.values(cockpit), ...lines, pane, row?.key, view.own?.facts, ...Object.values(ui)];
  },
  (context: KeyContext): readonly PaletteItem[] => {
    const { features } = context.view;
    const everywhere = [
      ...displayKeys(features),
      ...paneViewKeys(features),
      ...historyKeys,
      ...features.keys('time'),
      ...actionKeys(features),
    ];
    const bindings = [...context.pane.keys, ...bindingsNotReplacedBy(context.pane, everywhere)];
    const rebound = bindings
      .filter(isListed)
      .map((binding) => withReboundKeys(binding, context.view.cockpit.settings.keys));
    return [...commandItems(context, rebound), ...context.view.features.commands(context)];
  },
);

/** Masks items before matching, because matched letters are highlighted one by one. */
export const maskedItems = (
  { view: { pen } }: KeyContext,
  items: readonly PaletteItem[],
): readonly PaletteItem[] =>
  pen.shared
    ? items.map((item) => ({ ...item, text: pen.maskText(item.text), command: pen.maskText(item.command) }))
    : items;

interface Asked {
  readonly context: KeyContext;
  readonly named: readonly PaletteItem[];
  readonly rows: readonly PaletteItem[];
}

const joined = memoizeLast(
  ({ context, named, rows }: Asked) => [context.view.pen, named, rows],
  ({ context, named, rows }) => maskedItems(context, [...named, ...rows]),
);

/** All items: actions for the row first, then panes, runbooks, environments, keys and rows. */
export const allPaletteItems = (context: KeyContext): readonly PaletteItem[] =>
  joined({ context, named: staticItems(context), rows: rowsToGoTo(context.view) });
