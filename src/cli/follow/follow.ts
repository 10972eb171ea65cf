import { formatDuration } from '../../domain/text/duration.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { SystemClock } from '../../platform/runtime/clock.ts';
import { processTerminal } from '../../platform/terminal/terminal.ts';
import type { Recording } from '../../ui/shell/recording/recording.ts';
import { hasScreenTerminal } from '../cockpit/cockpit.ts';
import { colorsOf } from '../cockpit/terminal-colors.ts';
import { UsageError } from '../command/exit-code.ts';
import { userName } from '../command/operator.ts';
import { hasLightGround } from '../command/process-env.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import type { FollowedScreen, LiveScreen, ScreenChannel } from '../publish/screen-channel.ts';
import { createSocketChannel } from '../publish/socket-channel.ts';
import { teamChannel } from '../publish/team-channel.ts';
import { elsewhereNotice, type RecordPlace, withRecordPlace } from '../state/shared-environments.ts';
import type { FollowFlags } from './flags.ts';
import { type FollowedRecording, readFollowed } from './followed-recording.ts';

/** Exit code when there is no cockpit to follow. */
const noCockpitExit = 1;

/** The time within which a cockpit that is followed sends its first frame, in ms. */
const firstFrameMs = 10_000;

/** Ids of other machines are long; their beginning suffices. */
const shortId = (id: string): string => id.slice(0, 8);

/** '4711  ana  shop/production  since 14:02:03 UTC, shared' */
const screenLine = ({ id, user, host, env, since, shared, followers }: LiveScreen): string =>
  [
    shortId(id).padEnd(8),
    (host === undefined ? user : `${user}@${host}`).padEnd(12),
    (env === '' ? 'no environment' : env).padEnd(24),
    `since ${since.slice(11, 19)} UTC${shared ? ', shared' : ''}${followers.length === 0 ? '' : `, followed by ${followers.join(', ')}`}`,
  ].join('  ');

/** A screen with the channel that carries it. */
interface FoundScreen extends LiveScreen {
  readonly channel: ScreenChannel;
}

/** The screens that are meant. Throws a UsageError with the list when there is none. */
const meantScreens = (
  screens: readonly FoundScreen[],
  wantedPart: string | undefined,
): readonly FoundScreen[] => {
  if (wantedPart === undefined) return screens;
  const found = screens.filter(({ id, user, host }) =>
    [id, shortId(id), user, `${user}@${host ?? ''}`].includes(wantedPart),
  );
  if (found.length > 0) return found;
  throw new UsageError(`no cockpit matches ${wantedPart}. Open cockpits:`, ...screens.map(screenLine));
};

/** The screens of all channels; one that several channels carry is listed once, by the first of them. */
const listScreens = async (channels: readonly ScreenChannel[]): Promise<readonly FoundScreen[]> => {
  const found: FoundScreen[] = [];
  for (const channel of channels)
    for (const screen of await channel.list())
      if (screen.team === undefined || !found.some(({ team }) => team === screen.team))
        found.push({ ...screen, channel });
  return found;
};

/** Follows a screen. Rejects with the reason when it sends no frame in time. */
const begin = async (
  { id, user, channel }: FoundScreen,
  clock: Pick<SystemClock, 'sleep'>,
): Promise<{
  readonly screen: FollowedScreen;
  readonly followed: FollowedRecording;
  readonly began: Recording;
}> => {
  const screen = await channel.follow(id, userName());
  const followed = readFollowed(screen, user);
  const first = Promise.withResolvers<void>();
  const stopWaiting = followed.onMore(() => {
    if (followed.now() !== undefined || followed.ended() !== undefined) first.resolve();
  });
  await Promise.race([first.promise, clock.sleep(firstFrameMs)]);
  stopWaiting();
  const began = followed.now();
  if (began !== undefined) return { screen, followed, began };
  await screen.close();
  throw new Error(
    followed.ended() ??
      followed.stale() ??
      `the cockpit has sent no frame for ${formatDuration(firstFrameMs)}. The cockpit may be suspended. Try again`,
  );
};

/** Follows one of the screens; the user chooses between several. Returns the exit code. */
const followOne = async (
  { global, context, output }: Invocation<FollowFlags>,
  screens: readonly FoundScreen[],
): Promise<number> => {
  const terminal = {
    clock: context.clock,
    ascii: global.ascii,
    color: colorsOf(global, context.processEnv),
    light: hasLightGround(context.processEnv),
    host: processTerminal(),
  };
  const [{ startPlayer }, { pickInTerminal }] = await Promise.all([
    import('../../ui/features/replay/start-player.ts'),
    import('../../ui/features/replay/picker.ts'),
  ]);
  const picked =
    screens.length === 1
      ? { index: 0, screen: undefined }
      : await pickInTerminal(
          terminal,
          'FOLLOW: several cockpits are open. Choose one',
          screens.map(screenLine),
        );
  const chosen = picked === undefined ? undefined : screens[picked.index];
  if (chosen === undefined) return 0;
  const { id, user, host, env } = chosen;
  const begun = await begin(chosen, context.clock).catch(async (error: unknown) => {
    await picked?.screen?.end();
    output.error(`opsdeck: cannot follow ${shortId(id)}: ${errorMessage(error)}`);
    return undefined;
  });
  if (begun === undefined) return noCockpitExit;
  const title = host === undefined ? `${user} · ${env} · process ${id}` : `${user}@${host} · ${env}`;
  const { followed, began } = begun;
  const recording = (): Recording => followed.now() ?? began;
  await startPlayer({ ...terminal, title, recording, live: followed }, picked?.screen);
  await begun.screen.close();
  return 0;
};

/** The channels of this machine, and of those that share the state of the environment. */
const channelsOf = (
  { context: { clock, stateDir } }: Invocation<FollowFlags>,
  { opened }: RecordPlace,
): { readonly channels: readonly ScreenChannel[]; readonly where: string } => {
  const local = createSocketChannel(stateDir, clock);
  const here = `with the state directory ${stateDir}`;
  // While its database is unavailable, a warning says so.
  const team = opened?.state.trouble() === undefined ? opened?.state : undefined;
  const channel = team === undefined ? undefined : teamChannel(team, clock.wallNow);
  return channel === undefined
    ? { channels: [local], where: here }
    : { channels: [local, channel], where: `${here}, or with the state database of the environment` };
};

/** `opsdeck follow`: shows the screen of another cockpit, of this machine or of one that shares the state database. */
export const follow: SubCommand<FollowFlags> = (call) =>
  withRecordPlace(call, call.global.env, async (place) => {
    const { args, options, output, cockpit } = call;
    const { channels, where } = channelsOf(call, place);
    const screens = await listScreens(channels);
    call.sharing?.learnRecords(
      screens.map(({ user, host = '', env }) => {
        const [system = '', name = ''] = env.split('/');
        return { who: user, host, system, env: name };
      }),
    );
    const reportNone = (): void => {
      output.error(
        `opsdeck: no other cockpit is open ${where}. Open a cockpit, or name another directory with --state-dir`,
      );
      const notice = elsewhereNotice('cockpits', place);
      if (notice !== undefined) output.error(`opsdeck: ${notice}`);
    };
    if (options.list === true) {
      if (options.json === true) output.json(screens.map(({ channel: _, ...screen }) => screen));
      else if (screens.length > 0) output.lines(screens.map(screenLine));
      else reportNone();
      return 0;
    }
    if (options.json === true) throw new UsageError('--json needs --list.');
    if (screens.length === 0) {
      reportNone();
      return noCockpitExit;
    }
    const meant = meantScreens(screens, args[0]);
    if (!hasScreenTerminal(cockpit) || cockpit.host !== undefined)
      throw new UsageError(
        'cannot follow a cockpit: stdin or stdout is not a terminal. To list the cockpits, use --list.',
      );
    return followOne(call, meant);
  });
