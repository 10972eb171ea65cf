import { defined } from '../../../domain/base/defined.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { StatusMark } from '../../shell/contract/features.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { liveContext, type RenderContext } from '../../shell/contract/render-context.ts';
import { startBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { actionsForRow, proposeAction, type RowAction } from '../runbook-matching/row-actions.ts';

/** The generic action of the row that forwards a port: `asksForPort` for a port that is not in the list of declared ones. */
const forwardAction = ({ row, view }: KeyContext, asksForPort: boolean): RowAction | undefined =>
  actionsForRow(view.cockpit, row?.subject).find(
    ({ suggestion: { runbook } }) =>
      runbook.generic?.verb === 'port-forward' &&
      runbook.params.some(({ name, type }) => name === 'port' && (type === 'int') === asksForPort),
  );

const whyNot = (context: KeyContext): string | undefined => {
  const action = forwardAction(context, false);
  if (action === undefined) return 'select a pod of a Kubernetes source first';
  return startBlockedReason(context.view.cockpit, action.suggestion.runbook);
};

/** `F`: a port-forward to the pod of the row. It passes the same gates as any action. */
export const forwardKey: Binding = {
  id: 'pod.forward',
  keys: ['F'],
  description: 'forward a local port to the pod, after a confirmation',
  footer: 'forward',
  footerMinColumns: 140,
  danger: 'disruptive',
  whyNot,
  run: (context) => {
    const action = forwardAction(context, false);
    if (action !== undefined) proposeAction(context, action);
  },
};

/** '8080' or '18080:8080', as kubectl has it; undefined for anything else. */
const parsePorts = (text: string): { readonly local?: string; readonly port: string } | undefined => {
  const [, local, port = ''] = /^(?:(\d{1,5}):)?([1-9]\d{0,4})$/.exec(text.trim()) ?? [];
  if (port === '') return undefined;
  return local === undefined ? { port } : { local, port };
};

/** `:forward [[LOCAL:]PORT]`: the same for the selected pod; without a port, of the ports that it declares. */
export const forwardCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const why = whyNot(context);
  return [
    {
      id: 'forward',
      text: 'forward a local port to the selected pod',
      command: 'forward',
      argumentHint: '[LOCAL:]PORT',
      danger: 'disruptive',
      ...defined({ whyNot: why }),
      run: (now, rest) => {
        const ports = parsePorts(rest);
        const action = forwardAction(now, ports !== undefined);
        if (rest.trim() !== '' && ports === undefined)
          return now.notify(`"${rest.trim()}" is not [LOCAL:]PORT, such as 8080 or 18080:8080`);
        if (action !== undefined) proposeAction(now, { ...action, params: { ...action.params, ...ports } });
      },
    },
  ];
};

/** The mark of open port-forwards for the header: '⇄ 2 port-forwards'; undefined if there are none. */
const forwardMark = ({
  pen,
  cockpit,
}: KeyContext['view']): { text: string; failing: boolean } | undefined => {
  const forwards = cockpit.forwards ?? [];
  if (forwards.length === 0) return undefined;
  const failing = forwards.filter(({ problem }) => problem !== undefined).length;
  const words = `${pen.glyph('forward').text} ${pluralize(forwards.length, 'port-forward')}`;
  return { text: failing === 0 ? words : `${words}, ${failing} failing`, failing: failing > 0 };
};

/** The mark of open port-forwards: they connect this machine with the environment. */
export const forwardMarks = (view: RenderContext): readonly StatusMark[] => {
  const mark = forwardMark(liveContext(view));
  if (mark === undefined) return [];
  return [mark.failing ? { text: ` ${mark.text} `, role: 'warn' } : { text: mark.text }];
};
