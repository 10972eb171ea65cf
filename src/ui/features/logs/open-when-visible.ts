import type { StoreApi } from 'zustand/vanilla';
import type { LogScope } from '../../../logs/format/log-stream.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import { initialCursor } from '../../cursor.ts';
import { type UiState, type UiStore, updatePane } from '../../model.ts';
import { minOverviewColumns } from './pane.ts';
import { logsPaneId } from './view-state-access.ts';

/** What is opened when nobody says which streams. */
export const allStreamsScope: LogScope = { title: 'all streams', of: [] };

/** So few lines of each stream are asked for where nobody asked for LOGS and only the overview shows it. */
const glanceLines = 50;

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: UiStore;
  readonly commands: Pick<Commands, 'logs'>;
  readonly size: { readonly columns: number };
}

type Seen = 'whole' | 'glance' | undefined;

/** Whether the lines are on the screen: in the middle, or in the overview where it is wide enough. */
const seenIn = ({ place, split }: UiState, columns: number): Seen => {
  if (place === logsPaneId || split?.panes.includes(logsPaneId) === true) return 'whole';
  return place === 'overview' && columns >= minOverviewColumns ? 'glance' : undefined;
};

/** Opens every stream once the lines are on the screen and nobody has said which ones, in each environment. Returns how to stop. */
export const openStreamsWhenVisible = ({ cockpit, model, commands, size }: Parts): (() => void) => {
  let opened: string | undefined;
  const look = (): void => {
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
  const stops = [model.subscribe(look), cockpit.subscribe(look)];
  look();
  return () => {
    for (const stop of stops) stop();
  };
};
