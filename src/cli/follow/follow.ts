import { processTerminal } from '../../platform/terminal/terminal.ts';
import { createRecordingReader, type Recording } from '../../ui/recording/recording.ts';
import { hasScreenTerminal } from '../cockpit/cockpit.ts';
import { colorsOf } from '../cockpit/terminal-colors.ts';
import type { Invocation, SubCommand } from '../command-invocation.ts';
import { UsageError } from '../exit-code.ts';
import { hasLightGround } from '../process-env.ts';
import { userName } from '../run/open-acting.ts';
import type { FollowFlags } from './flags.ts';
import type { FollowedScreen, LiveScreen, ScreenChannel } from './screen-channel.ts';
import { createSocketChannel } from './socket-channel.ts';

/** Exit code when there is no cockpit to follow. */
const noCockpitExit = 1;

/** The time within which a cockpit that is followed sends its first frame, in ms. */
const firstFrameMs = 10_000;

/** '4711  ana  shop/production  since 14:02:03 UTC, shared' */
const screenLine = ({ id, user, env, since, shared, followers }: LiveScreen): string =>
  [
    id.padEnd(8),
    user.padEnd(12),
    (env === '' ? 'no environment' : env).padEnd(24),
    `since ${since.slice(11, 19)} UTC${shared ? ', shared' : ''}${followers.length === 0 ? '' : `, followed by ${followers.join(', ')}`}`,
  ].join('  ');

/** The screen that is meant. Throws a UsageError with the list when it is not clear. */
const chosenScreen = (screens: readonly LiveScreen[], wanted: string | undefined): LiveScreen => {
  const found =
    wanted === undefined ? screens : screens.filter(({ id, user }) => id === wanted || user === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const list = (found.length === 0 ? screens : found).map(screenLine);
  throw new UsageError(
    found.length === 0
      ? `no cockpit ${wanted}; these are open:`
      : 'several cockpits are open; give a process id:',
    ...list,
  );
};

/** A recording that grows with what a cockpit sends. */
interface FollowedRecording {
  now(): Recording | undefined;
  onMore(listener: () => void): () => void;
  ended(): string | undefined;
}

/** Reads the lines of a followed cockpit, as of any recording: they are data. */
export const readFollowed = (screen: FollowedScreen, user: string): FollowedRecording => {
  const reader = createRecordingReader();
  const listeners = new Set<() => void>();
  let over: string | undefined;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  screen.onLine((line) => {
    if (over !== undefined) return;
    try {
      reader.push(line);
      if (reader.now()?.isComplete === true) over = `${user} has closed this cockpit`;
    } catch (error) {
      over = `cannot read what the cockpit sends: ${error instanceof Error ? error.message : String(error)}`;
      screen.close();
    }
    changed();
  });
  screen.onClose(() => {
    over ??= 'connection lost: the cockpit no longer runs';
    changed();
  });
  return {
    now: reader.now,
    onMore: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ended: () => over,
  };
};

const play = async (
  { global, context }: Invocation<FollowFlags>,
  channel: ScreenChannel,
  { id, user, env }: LiveScreen,
): Promise<void> => {
  const screen = await channel.follow(id, userName()).catch((error: unknown) => {
    throw new UsageError(`cannot follow ${id}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const followed = readFollowed(screen, user);
  const first = Promise.withResolvers<void>();
  const stopWaiting = followed.onMore(() => {
    if ((followed.now()?.frames.length ?? 0) > 0 || followed.ended() !== undefined) first.resolve();
  });
  await Promise.race([first.promise, context.clock.sleep(firstFrameMs)]);
  stopWaiting();
  const began = followed.now();
  if (began === undefined || began.frames.length === 0) {
    screen.close();
    throw new UsageError(`cannot follow ${id}: ${followed.ended() ?? 'it sends no screen'}`);
  }
  const { startPlayer } = await import('../../ui/features/replay/start-player.tsx');
  await startPlayer({
    title: `${user} · ${env} · process ${id}`,
    recording: () => followed.now() ?? began,
    live: followed,
    clock: context.clock,
    ascii: global.ascii,
    color: colorsOf(global, context.processEnv),
    light: hasLightGround(context.processEnv),
    host: processTerminal(),
  });
  screen.close();
};

/** `opsdeck follow`: shows the screen of another cockpit of this machine. */
export const follow: SubCommand<FollowFlags> = async (call) => {
  const { args, options, context, output, cockpit } = call;
  const channel = createSocketChannel(context.stateDir, context.clock);
  const screens = await channel.list();
  if (options.list === true) {
    if (options.json === true) output.json(screens);
    else output.lines(screens.map(screenLine));
    return 0;
  }
  if (options.json === true) throw new UsageError('--json needs --list.');
  if (screens.length === 0) {
    output.error(`opsdeck: no other cockpit is open with the state directory ${context.stateDir}`);
    return noCockpitExit;
  }
  const screen = chosenScreen(screens, args[0]);
  if (!hasScreenTerminal(cockpit) || cockpit.host !== undefined)
    throw new UsageError('cannot follow: stdin or stdout is not a terminal. Use --list to list cockpits.');
  await play(call, channel, screen);
  return 0;
};
