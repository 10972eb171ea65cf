import type { StoreApi } from 'zustand/vanilla';
import type { LogScope } from '../../../logs/format/log-stream.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import { type UiState, type UiStore, updatePane } from '../../shell/contract/model.ts';
import { minOverviewColumns } from './pane.ts';
import { logsPaneId } from './view/view-state-access.ts';

/** The default scope when no streams are selected. */
export const allStreamsScope: LogScope = { title: 'all streams', of: [] };

/** Lines per stream to load when Logs is visible only beside others. */
const glanceLines = 50;

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: UiStore;
  readonly commands: Pick<Commands, 'logs'>;
  readonly size: { readonly columns: number };
}

type Seen = 'whole' | 'glance' | undefined;

/** Views with a column for the logs, where it has room. */
const viewsWithColumn: readonly string[] = ['overview', 'incident'];

/** The visible extent of Logs: the whole pane, or a glance beside others on a screen that is wide enough. */
const seenIn = ({ place, split }: UiState, columns: number): Seen => {
  if (place === logsPaneId || split?.panes.includes(logsPaneId) === true) return 'whole';
  return viewsWithColumn.includes(place) && columns >= minOverviewColumns ? 'glance' : undefined;
};

/** Opens all streams of an environment when Logs becomes visible and no stream was opened yet. Returns an unsubscribe function. */
export const openStreamsWhenVisible = ({ cockpit, model, commands, size }: Parts): (() => void) => {
  let opened: string | undefined;
  const update = (): void => {
    const { open, logs } = cockpit.getState();
    const env = open === undefined ? undefined : `${open.system}/${open.env}`;
    if (env !== opened) opened = logs === undefined ? undefined : env;
    if (env === undefined || logs !== undefined || opened === env || (open?.tails?.length ?? 0) === 0) return;
    const seen = seenIn(model.getState(), size.columns);
    if (seen === undefined) return;
    opened = env;
    updatePane(model, logsPaneId, { cursor: initialCursor, marks: undefined });
    commands.logs.open(seen === 'whole' ? allStreamsScope : { ...allStreamsScope, lines: glanceLines });
  };
  const stops = [model.subscribe(update), cockpit.subscribe(update)];
  update();
  return () => {
    for (const stop of stops) stop();
  };
};
