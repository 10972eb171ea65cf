import { defined } from '../../domain/base/defined.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { isBlankText } from '../../domain/text/visible-text.ts';
import { localSharedFiles } from '../../persistence/files/shared-files.ts';
import { StateDatabaseError } from '../../persistence/files/state-database-error.ts';
import { createFileStores, localState, type StateStore } from '../../persistence/state-store.ts';
import { ownNetwork } from '../../platform/network/own-network.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { whoAmI } from '../command/operator.ts';
import { opsdeckVersion } from '../command/package-root.ts';

/** The state of this machine where that of the team is not known: it is read, and nothing is changed. */
const refusedState = (local: StateStore, problem: string): StateStore => {
  const why = `the address of the state database cannot be read: ${problem}`;
  const locked = (): Promise<never> => Promise.reject(new StateDatabaseError(why, false));
  return {
    ...local,
    ...createFileStores({ ...localSharedFiles(local.dir), locked }, (text) => text),
    admission: async () => ({ is: 'refused', why, remedy: 'set the value of state: in the profile' }),
    trouble: () => `${why}. Nothing can be changed`,
  };
};

interface OpenStateOptions {
  readonly isSimulated: boolean;
  readonly breakGlass?: string | undefined;
  /** True: its readings are shared with the other processes, if the profile does not exclude it. */
  readonly sharesReadings?: boolean | undefined;
}

/** Visibility of this process's readings to others. */
const sharing = async () => {
  const [{ user, host }, network] = await Promise.all([whoAmI(), ownNetwork()]);
  return {
    reader: { user, host },
    version: opsdeckVersion,
    ...defined({ network }),
  };
};

/**
 * Opens what the processes of an environment share: in the database that its profile names, else on this machine. A drill
 * always stays on this machine. Contacts nothing. Throws a UsageError for a reason to act without a database that is not used.
 */
export const openState = async (
  {
    stateDir,
    masker,
    clock,
    random,
    openStateTransport,
  }: Pick<CommandContext, 'stateDir' | 'masker' | 'clock' | 'random' | 'openStateTransport'>,
  { state, system, env }: Pick<Profile, 'state' | 'system' | 'env'>,
  { isSimulated, breakGlass, sharesReadings = false }: OpenStateOptions,
): Promise<StateStore> => {
  const mask = masker.outgoing;
  const local = localState(stateDir, mask);
  if (state === undefined || isSimulated) {
    if (breakGlass === undefined) return local;
    throw new UsageError(
      `cannot use --break-glass in ${system}/${env}: the state is on this machine, not in a database. Remove --break-glass`,
    );
  }
  if (breakGlass !== undefined && isBlankText(breakGlass))
    throw new UsageError('--break-glass requires a reason: say why this cannot wait for the state database');
  if ('problem' in state) return refusedState(local, state.problem);
  const { leaseMs, readings, ...login } = state;
  try {
    const { createTeamState } = await import('../../persistence/team-state.ts');
    return await createTeamState({
      ...{ login, leaseMs, stateDir, mask, clock },
      transport: openStateTransport(),
      ...defined({ breakGlass }),
      ...(sharesReadings && readings !== 'own'
        ? { readings: { ...(await sharing()), withCredentials: readings === 'all', random } }
        : {}),
    });
  } catch (error) {
    if (error instanceof WireError) return refusedState(local, error.message);
    throw error;
  }
};
