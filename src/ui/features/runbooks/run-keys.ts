import { initialCursor } from '../../kit/components/cursor.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { actionTargets } from '../../shell/keys/mark-keys.ts';
import { activeRunReason } from '../../shell/state/blocked-reasons.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { openRunbookList } from '../runbook-matching/open-runbook-list.ts';
import { actionsForRows, noActionsReason } from '../runbook-matching/row-actions.ts';
import { listSubject } from '../runbook-matching/row-runbooks.ts';

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

/** The key that lists the actions of a row. */
export const actionListKeys: readonly Binding[] = [
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
];

/** The keys of the list of runbooks, and of the last run. */
export const runKeys: readonly Binding[] = [
  {
    id: 'runbook.card',
    keys: ['R'],
    description:
      'list the runbooks, with those for the open row first. While a run is open, return to the run card',
    footer: 'runbook',
    // The card of the active run is available, also during time travel.
    whyNot: (context) =>
      (context.view.cockpit.open === undefined ? 'no environment is open yet' : undefined) ??
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
      (undoable(context) === undefined
        ? 'no run of this session can be undone: see Runs for older runs'
        : undefined),
    run: (context) => {
      const run = undoable(context);
      if (run !== undefined) context.commands.undo(run);
    },
  },
];
