import { withMessage } from '../../engine/cockpit/messages.ts';
import { watchJournal } from '../../ui/recording/journal-marks.ts';
import { createScreenRecorder } from '../../ui/recording/screen-recorder.ts';
import type { WatchedScreen, WatchScreen } from '../cockpit/watch-screen.ts';
import { opsdeckVersion } from '../package-root.ts';
import { userName } from '../run/open-acting.ts';
import type { ScreenChannel, ScreenPublisher } from './screen-channel.ts';
import { createSocketChannel } from './socket-channel.ts';

/** Answers followers of a screen: each gets its own recording, which begins with the present frame. */
const publisherOf = (
  { cockpit, clock, options, frames }: WatchedScreen,
  ends: Set<() => void>,
): ScreenPublisher => {
  const since = new Date(clock.now() + clock.wallOffset()).toISOString();
  const followers: string[] = [];
  const environment = (): string => {
    const { open } = cockpit.getState();
    return open === undefined ? '' : `${open.system}/${open.env}`;
  };
  const isShared = (): boolean => frames.newest()?.isShared === true;
  return {
    describe: () => ({ user: userName(), env: environment(), since, shared: isShared(), followers }),
    follow: (user, connection) => {
      const recorder = createScreenRecorder({
        clock,
        sink: { write: (line) => void connection.write(line), isReady: connection.isReady },
        version: opsdeckVersion,
        env: environment() === '' ? options.env : environment(),
        shared: isShared(),
      });
      const show = (): void => cockpit.setState({ followers: [...followers] });
      followers.push(user);
      show();
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
        followers.splice(followers.indexOf(user), 1);
        show();
      });
    },
  };
};

/** Makes a screen available to followers of this machine. Frames are sent only to followers. */
export const publishScreen =
  (channelOf: (screen: WatchedScreen) => ScreenChannel): WatchScreen =>
  (screen) => {
    const { cockpit, clock } = screen;
    const ends = new Set<() => void>();
    const published = channelOf(screen)
      .publish(publisherOf(screen, ends))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
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

/** Publishes over a socket in the state directory. */
export const publishOnSocket: WatchScreen = publishScreen(({ stateDir, clock }) =>
  createSocketChannel(stateDir, clock),
);
