import type { Binding, KeyContext } from '../../panes/pane.ts';
import { startBlockedReason } from '../runbooks/actions.ts';
import { actionsForRow, proposeAction, type RowAction } from '../runbooks/row-actions.ts';

/** The generic action of the row with this verb; undefined if its source offers none. */
const actionWithVerb = ({ row, view }: KeyContext, verb: string): RowAction | undefined =>
  actionsForRow(view.cockpit, row?.subject).find(
    ({ suggestion }) => suggestion.runbook.generic?.verb === verb,
  );

/** `S`: a shell in the container of the row. It passes the same gates as any action. */
export const shellKey: Binding = {
  id: 'pod.shell',
  keys: ['S'],
  description: 'open a shell in the container (asks first)',
  footer: 'shell',
  footerMinColumns: 140,
  danger: 'destructive',
  whyNot: (context) => {
    const action = actionWithVerb(context, 'shell');
    if (action === undefined) return 'select a pod or container of a Kubernetes source';
    if (context.view.ui.shared) return 'the screen is shared: a shell shows text that is not masked';
    if (!context.view.canSuspend) return 'no terminal available for a shell';
    return startBlockedReason(context.view.cockpit, action.suggestion.runbook);
  },
  run: (context) => {
    const action = actionWithVerb(context, 'shell');
    if (action !== undefined) proposeAction(context, action);
  },
};
