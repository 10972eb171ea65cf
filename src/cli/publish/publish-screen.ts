import { errorMessage } from '../../domain/text/error-message.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import { whenAll } from '../../platform/runtime/async.ts';
import { watchJournal } from '../../ui/shell/recording/journal-marks.ts';
import { createScreenRecorder } from '../../ui/shell/recording/screen-recorder.ts';
import { userName } from '../command/operator.ts';
import { opsdeckVersion } from '../command/package-root.ts';
import type { ScreenWatcher, WatchedScreen, WatchScreen } from '../opening/watch-screen.ts';
import type { ScreenChannel, ScreenPublisher } from './screen-channel.ts';
import { createSocketChannel } from './socket-channel.ts';
import { teamChannel } from './team-channel.ts';

/** Answers followers of a screen: each gets its own recording, which begins with the present frame. */
const publisherOf = (
  { cockpit, clock, options, frames }: WatchedScreen,
  ends: Set<() => void>,
): ScreenPublisher => {
  const since = new Date(clock.wallNow()).toISOString();
  const environment = (): string => {
    const { open } = cockpit.getState();
    return open === undefined ? '' : `${open.system}/${open.env}`;
  };
  const isShared = (): boolean => frames.newest()?.isShared === true;
  return {
    describe: () => {
      const { followers = [], present = [] } = cockpit.getState();
      const team = present.find(({ isSelf }) => isSelf)?.id;
      const about = { user: userName(), env: environment(), since, shared: isShared(), followers };
      return team === undefined ? about : { ...about, team };
    },
    follow: (user, connection) => {
      const recorder = createScreenRecorder({
        clock,
        sink: { write: (line) => void connection.write(line), isReady: connection.isReady },
        version: opsdeckVersion,
        env: environment() === '' ? options.env : environment(),
        shared: isShared(),
      });
      // A screen may have several channels, and two followers the same name.
      cockpit.setState(({ followers = [] }) => ({ followers: [...followers, user] }));
      const stops = [frames.listen(recorder.painted), watchJournal(cockpit, clock.now, recorder.mark)];
      const end = (): void => {
        for (const stop of stops) stop();
        recorder.end();
        connection.end();
      };
      ends.add(end);
      connection.onClose(() => {
        if (!ends.delete(end)) return;
        end();
        cockpit.setState(({ followers = [] }) => ({
          followers: followers.toSpliced(followers.indexOf(user), 1),
        }));
      });
    },
  };
};

/** Makes a screen available to the followers of a channel. Frames are sent only to followers. */
export const publishScreen =
  (channelOf: (screen: WatchedScreen) => ScreenChannel): WatchScreen =>
  (screen) => {
    const { cockpit, clock } = screen;
    const ends = new Set<() => void>();
    const published = channelOf(screen)
      .publish(publisherOf(screen, ends))
      .catch((error: unknown) => {
        const why = errorMessage(error);
        cockpit.setState((state) =>
          withMessage(state, clock.now(), 'unknown', `this cockpit cannot be followed: ${why}`),
        );
        return undefined;
      });
    return {
      close: async () => {
        const publication = await published;
        for (const end of ends) end();
        ends.clear();
        await publication?.close();
      },
    };
  };

const publishOnSocket: WatchScreen = publishScreen(({ stateDir, clock }) =>
  createSocketChannel(stateDir, clock),
);

/** Publishes through the state database of the open environment, while it has one. */
const publishToTeam: WatchScreen = (screen) => {
  let shown: ReturnType<WatchedScreen['state']>;
  let watcher: ScreenWatcher | undefined;
  let ending: Promise<unknown> = Promise.resolve();
  const follow = (): void => {
    const state = screen.state();
    if (state === shown) return;
    shown = state;
    const over = watcher?.close();
    ending = whenAll([ending, over]);
    const channel = state === undefined ? undefined : teamChannel(state, screen.clock.wallNow);
    watcher = channel === undefined ? undefined : publishScreen(() => channel)(screen);
  };
  follow();
  const stop = screen.onSwitch(follow);
  return {
    close: async () => {
      stop();
      await Promise.all([ending, watcher?.close()]);
    },
  };
};

/** Publishes a screen to the followers of this machine, and of those that share the state of its environment. */
export const publishEverywhere: WatchScreen = (screen) => {
  const watchers = [publishOnSocket, publishToTeam].map((publish) => publish(screen));
  return { close: async () => void (await Promise.all(watchers.map((watcher) => watcher.close()))) };
};
