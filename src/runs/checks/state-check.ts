import type { StateStore } from '../../persistence/state-store.ts';
import { asks, type CheckRuling, forbids, passes } from '../policy/ruling.ts';

/**
 * Checks whether the state that several machines share allows changes now. Empty where the state is that of this machine.
 * Where the state database is unavailable, nothing is changed: another engineer may hold the target.
 */
export const stateCheck = async (admission: StateStore['admission']): Promise<readonly CheckRuling[]> => {
  if (admission === undefined) return [];
  const state = await admission();
  const what = 'state';
  switch (state.is) {
    case 'open':
      return [passes(what, state.why)];
    case 'break-glass':
      return [asks(what, `${state.why}. Other people may act on the same targets`)];
    case 'refused':
      return [forbids(what, state.why, state.remedy)];
  }
};
