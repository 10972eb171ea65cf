import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { actionsForRow, proposeAction, type RowAction } from './row-actions.ts';

/** The generic action of the row with this verb; undefined if its source offers none. */
const actionWithVerb = ({ row, view }: KeyContext, verb: string): RowAction | undefined =>
  actionsForRow(view.cockpit, row?.subject).find(
    ({ suggestion }) => suggestion.runbook.generic?.verb === verb,
  );

/** A key that proposes an action in the terminal, which passes the same gates as any other. */
const terminalKey = (
  verb: 'shell' | 'console',
  noRow: string,
  key: Pick<Binding, 'id' | 'description' | 'footerMinColumns' | 'danger'>,
): Binding => ({
  ...key,
  keys: ['S'],
  footer: verb,
  whyNot: (context) => {
    const action = actionWithVerb(context, verb);
    if (action === undefined) return noRow;
    if (context.view.ui.shared) return `the screen is shared: a ${verb} shows text that is not masked`;
    if (!context.view.canSuspend) return `there is no terminal for a ${verb}`;
    return startBlockedReason(context.view.cockpit, action.suggestion.runbook);
  },
  run: (context) => {
    const action = actionWithVerb(context, verb);
    if (action !== undefined) proposeAction(context, action);
  },
});

/** `S` in Pods: a shell in the container of the row. */
export const shellKey: Binding = terminalKey('shell', 'select a pod or a container of Kubernetes or Docker', {
  id: 'pod.shell',
  description: 'open a shell in the container, after a confirmation',
  footerMinColumns: 140,
  danger: 'destructive',
});

/** `S` in the panes of databases: psql, redis-cli or mongosh on the server of the row. */
export const consoleKey = (pane: 'db' | 'health' | 'pools'): Binding =>
  terminalKey('console', 'select a row of a PostgreSQL, Redis or MongoDB source', {
    id: `${pane}.console`,
    description: 'open a console on the server (psql, redis-cli, mongosh), after a confirmation',
    footerMinColumns: 140,
    danger: 'disruptive',
  });
