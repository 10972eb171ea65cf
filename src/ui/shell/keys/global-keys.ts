import { openApprovalKey } from '../../features/cards/approval-keys.ts';
import { openRunbookList } from '../../features/environments/lists.ts';
import { incidentKey } from '../../features/incident/incident-keys.ts';
import { actionsForRows, noActionsReason } from '../../features/runbooks/row-actions.ts';
import { listSubject } from '../../features/runbooks/row-runbooks.ts';
import { shareKey } from '../../features/share/share-dialog.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import { paneState } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { activeRunReason } from '../state/blocked-reasons.ts';
import { timeTravelBlockedReason } from '../state/past-context.ts';
import { actionTargets } from './mark-keys.ts';
import { armKey, helpKey, interruptKey, quitKey, requestRowDetails, suspendKey } from './shared-keys.ts';

const notOpen = ({ view }: KeyContext): string | undefined =>
  view.cockpit.open === undefined ? 'no environment is open yet' : undefined;

/** The latest run of this session that can be undone. */
const undoable = ({ view }: KeyContext): string | undefined =>
  view.cockpit.endedRuns.find((run) =>
    run.events.some((event) => event.event === 'ended' && (event.undo?.length ?? 0) > 0),
  )?.proposal?.run;

/** Why there is no action for the marked rows or the row under the cursor. */
const noAction = (context: KeyContext): string | undefined => {
  const on = actionTargets(context);
  if ('whyNot' in on) return on.whyNot;
  if (actionsForRows(context.view.cockpit, on.subjects).length > 0) return undefined;
  return on.subjects.length > 1
    ? `no runbook takes these ${on.subjects.length} rows together: press esc to unmark`
    : noActionsReason(context);
};

/** Opens the runbook list, for an alert, a log line or an opened row with its runbooks first; or the card of the background run. */
const runbooks = (context: KeyContext) => {
  const { view, commands } = context;
  if (view.cockpit.run?.background === true) return commands.background(false);
  openRunbookList(context, listSubject(context));
};

const pickEnvironment = ({ model, view }: KeyContext): void => {
  const { environments, open } = view.cockpit;
  const at = environments.findIndex((one) => one.env === open?.env && one.system === open.system);
  model.setState({ overlay: { is: 'environments', cursor: { index: Math.max(0, at) } } });
};

/** Keys that search by name. */
export const searchAnywhereKeys: readonly Binding[] = [
  {
    id: 'command',
    keys: [':'],
    description: 'run a command by name',
    footer: 'command',
    run: ({ model }) => model.setState({ overlay: { is: 'command', text: '', cursor: initialCursor } }),
  },
  {
    id: 'palette',
    keys: ['ctrl-p'],
    description: 'open the palette (fuzzy search)',
    footer: 'palette',
    footerMinColumns: 100,
    run: ({ model }) =>
      model.setState({
        overlay: { is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false },
      }),
  },
  shareKey,
];

/** Global action keys. */
export const actionKeys: readonly Binding[] = [
  {
    id: 'row.actions',
    keys: ['x'],
    description: 'list actions for the row or marked rows',
    footer: 'actions',
    isChange: true,
    whyNot: noAction,
    run: ({ model }) =>
      model.setState({
        overlay: { is: 'palette', mode: 'row', text: '', cursor: initialCursor, calls: false },
      }),
  },
  incidentKey,
  openApprovalKey,
  {
    id: 'runbook.card',
    keys: ['R'],
    description: 'list runbooks (of an alert, log line or opened row first), or return to the run card',
    footer: 'runbook',
    // The card of the active run is available, also during time travel.
    whyNot: (context) =>
      notOpen(context) ??
      (context.view.cockpit.run?.background === true ? undefined : timeTravelBlockedReason(context.view)),
    run: runbooks,
  },
  {
    id: 'undo',
    keys: ['u'],
    description: 'undo the last run',
    isChange: true,
    whyNot: (context) =>
      activeRunReason(context.view.cockpit) ??
      (undoable(context) === undefined ? 'no run in this session can be undone' : undefined),
    run: (context) => {
      const run = undoable(context);
      if (run !== undefined) context.commands.undo(run);
    },
  },
  {
    ...armKey,
    id: 'arm',
    whyNot: (context) => notOpen(context) ?? armKey.whyNot?.(context),
  },
  {
    id: 'disarm',
    keys: ['A'],
    description: 'disarm (back to read-only)',
    footer: 'disarm',
    whyNot: ({ view }) => (view.cockpit.arming.armedUntil === undefined ? 'not armed' : undefined),
    run: ({ commands }) => commands.disarm(),
  },
  {
    id: 'environment',
    keys: ['e'],
    description: 'open another environment',
    footer: 'environment',
    whyNot: (context) =>
      activeRunReason(context.view.cockpit) ??
      (context.view.cockpit.environments.length === 0 ? 'no environments found' : undefined),
    run: pickEnvironment,
  },
  {
    id: 'ask',
    keys: ['r'],
    description: 'refresh all sources now',
    footer: 'refresh',
    whyNot: notOpen,
    run: (context) => {
      context.commands.askNow();
      if (paneState(context.view.ui, context.pane.id).opened) requestRowDetails(context);
      context.notify('refreshing all sources');
    },
  },
  helpKey,
  suspendKey,
  interruptKey,
  quitKey,
];
