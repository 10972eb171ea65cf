import type { StateStore } from '../../persistence/state-store.ts';
import type { LiveScreen, ScreenChannel } from './screen-channel.ts';

/** The channel of the machines that share a state database; undefined for the state of one machine. */
export const teamChannel = (
  { presence, screens }: Pick<StateStore, 'presence' | 'screens'>,
  wallNow: () => number,
): ScreenChannel | undefined => {
  if (presence === undefined || screens === undefined) return undefined;
  return {
    publish: async (host) =>
      screens.serve({
        isShared: () => host.describe().shared,
        joined: (user, follower) => host.follow(user, follower),
      }),
    list: async () =>
      (await presence.list())
        .filter(({ isSelf }) => !isSelf)
        .map(
          ({ id, user, host, system, env, isShared, followers, openForMs }): LiveScreen => ({
            ...{ id, team: id, user, host, shared: isShared, followers },
            env: system === '' ? '' : `${system}/${env}`,
            since: new Date(wallNow() - openForMs).toISOString(),
          }),
        ),
    follow: screens.follow,
  };
};
