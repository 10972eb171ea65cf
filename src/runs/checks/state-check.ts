import type { StateStore } from '../../persistence/state-store.ts';
import type { CheckRuling } from '../policy/ruling.ts';

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
      return [{ check: { what, ok: true, why: state.why }, does: 'passes' }];
    case 'break-glass':
      return [
        {
          check: { what, ok: false, asks: true, why: `${state.why}. Others may act on the same targets` },
          does: 'asks',
        },
      ];
    case 'refused':
      return [{ check: { what, ok: false, why: state.why, remedy: state.remedy }, does: 'forbids' }];
  }
};
