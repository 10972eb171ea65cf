import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Engine } from '../engine.ts';

/**
 * Reads everything in this process while a run is on the screen: from its first question to the end of its card, what is
 * shown beside it is what it relies on. Returns a stop function.
 */
export const readAloneDuringRuns = (
  cockpit: Pick<StoreApi<CockpitState>, 'getState' | 'subscribe'>,
  engine: Pick<Engine, 'readAlone'>,
): (() => void) => {
  let alone: ReturnType<Engine['readAlone']> | undefined;
  const follow = ({ run }: CockpitState): void => {
    if (run !== undefined) alone ??= engine.readAlone();
    else {
      alone?.end();
      alone = undefined;
    }
  };
  follow(cockpit.getState());
  const unsubscribe = cockpit.subscribe(follow);
  return () => {
    unsubscribe();
    alone?.end();
    alone = undefined;
  };
};
