import type { LogScope } from '../../../logs/format/log-stream.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { navigateTo } from '../../shell/navigation/navigation.ts';
import { togglePatterns } from './keys/arrangement-keys.ts';
import { applyLogView } from './lists.ts';
import { logsUnavailableReason, openLogTarget, streamNames, streamsByName } from './log-target.ts';
import { allStreamsScope } from './open-when-visible.ts';
import { logsPaneId } from './view/view-state-access.ts';

/** Resolves the argument of `logs` to streams: 'billing' by name, 'k8s:deployment/billing' in the source's own syntax. */
const scopeOf = ({ view }: KeyContext, typed: string): LogScope | undefined => {
  const tails = view.cockpit.open?.tails ?? [];
  const [source = '', ...rest] = typed.split(':');
  const of = rest.join(':');
  if (tails.includes(source)) return { title: typed, of: [of === '' ? { source } : { source, of }] };
  const streams = streamsByName(view, [typed]);
  if (streams.length > 0) return { title: typed, of: streams };
  // A source may know a name that has no row here.
  return typed.includes('/')
    ? { title: typed, of: tails.map((tail) => ({ source: tail, of: typed })) }
    : undefined;
};

const open = (context: KeyContext, typed: string) => {
  const name = context.view.pen.resolveAliases(typed.trim().replace(/^of\s+/, ''));
  if (name === '')
    return openLogTarget(context, { scope: allStreamsScope, chips: [], notice: 'Logs: all streams' });
  const scope = scopeOf(context, name);
  if (scope === undefined)
    return context.notify(
      `logs: no stream is called ${context.view.pen.maskTyped(name)}. Use NAME, KIND/NAME or SOURCE:NAME`,
    );
  const notice = `Logs: ${streamNames(scope.of)}`;
  openLogTarget(context, { scope, chips: [], notice });
};

/** The palette items `:logs`, `:logs billing` and one per log view of the profile. */
export const logCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const whyNot = logsUnavailableReason(context);
  const blocked = whyNot === undefined ? {} : { whyNot };
  return [
    {
      id: 'logs of',
      text: 'show the logs of one object: logs billing, logs pod/billing-0, logs k8s:app=billing',
      command: 'logs',
      argumentHint: 'name, kind/name or source:name',
      ...blocked,
      run: open,
    },
    {
      id: 'logs patterns',
      text: 'count the lines of Logs by pattern, or show the lines',
      command: 'patterns',
      ...blocked,
      run: (now) => {
        navigateTo(now.model, logsPaneId);
        if (now.view.cockpit.logs === undefined)
          openLogTarget(now, { scope: allStreamsScope, chips: [], notice: 'LOGS: all streams' });
        togglePatterns(now);
      },
    },
    ...(context.view.cockpit.open?.logViews ?? []).map(
      (logView): PaletteItem => ({
        id: `logs view ${logView.name}`,
        text: `logs: ${logView.name}${logView.title === undefined ? '' : ` · ${logView.title}`}`,
        command: `logs: ${logView.name}`,
        ...blocked,
        run: (now) => {
          navigateTo(now.model, logsPaneId);
          applyLogView(now, logView);
        },
      }),
    ),
  ];
};
