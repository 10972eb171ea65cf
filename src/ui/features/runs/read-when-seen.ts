import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { Model, UiState } from '../../model.ts';
import { runsId } from './pane.ts';

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: Model;
  readonly commands: Pick<Commands, 'readRuns'>;
}

const isSeen = ({ place, split }: UiState): boolean =>
  place === runsId || split?.panes.includes(runsId) === true;

/** Reads the ledger whenever RUNS comes onto the screen: another process may have written since. Returns how to stop. */
export const readWhenSeen = ({ cockpit, model, commands }: Parts): (() => void) => {
  let seen = false;
  const look = (): void => {
    const sees = cockpit.getState().open !== undefined && isSeen(model.getState());
    const comes = sees && !seen;
    seen = sees;
    if (comes) commands.readRuns();
  };
  const stops = [model.subscribe(look), cockpit.subscribe(look)];
  look();
  return () => {
    for (const stop of stops) stop();
  };
};
