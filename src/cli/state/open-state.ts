import type { Profile } from '../../domain/profile.ts';
import { openStateTransport } from '../../doors/state-transport.ts';
import { localSharedFiles } from '../../persistence/shared-files.ts';
import { StateDatabaseError } from '../../persistence/state-database-error.ts';
import { localState, type StateStore, storesOver } from '../../persistence/state-store.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';

/** The state of this machine where that of the team is not known: it is read, and nothing is changed. */
const refusedState = (local: StateStore, problem: string): StateStore => {
  const why = `the state database is not known: ${problem}`;
  const locked = (): Promise<never> => Promise.reject(new StateDatabaseError(why, false));
  return {
    ...local,
    ...storesOver({ ...localSharedFiles(local.dir), locked }, (text) => text),
    admission: async () => ({ is: 'refused', why, remedy: 'set the value of state: in the profile' }),
    trouble: () => `${why}; nothing can be changed`,
  };
};

/**
 * Opens what the processes of an environment share: in the database that its profile names, else on this machine. A drill
 * always stays on this machine. Performs no I/O. Throws a UsageError for a reason to act without a database that is not used.
 */
export const openState = async (
  { stateDir, masker, clock }: Pick<CommandContext, 'stateDir' | 'masker' | 'clock'>,
  { state, system, env }: Pick<Profile, 'state' | 'system' | 'env'>,
  { isSimulated, breakGlass }: { readonly isSimulated: boolean; readonly breakGlass?: string | undefined },
): Promise<StateStore> => {
  const mask = masker.outgoing;
  const local = localState(stateDir, mask);
  if (state === undefined || isSimulated) {
    if (breakGlass === undefined) return local;
    throw new UsageError(
      `cannot use --break-glass in ${system}/${env}: its state is that of this machine, not of a database`,
    );
  }
  if (breakGlass?.trim() === '')
    throw new UsageError('--break-glass requires a reason: say why this cannot wait for the state database');
  if ('problem' in state) return refusedState(local, state.problem);
  const { leaseMs, ...login } = state;
  try {
    const { createTeamState } = await import('../../persistence/team/team-state.ts');
    return await createTeamState({
      ...{ login, leaseMs, stateDir, mask, clock },
      transport: openStateTransport(clock),
      ...(breakGlass === undefined ? {} : { breakGlass }),
    });
  } catch (error) {
    if (error instanceof WireError) return refusedState(local, error.message);
    throw error;
  }
};
