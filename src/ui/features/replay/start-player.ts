import type { Millis } from '../../../domain/base/fault.ts';
import { createPlayback, type Playback } from '../../shell/recording/playback.ts';
import type { Recording } from '../../shell/recording/recording.ts';
import { createStyleAdapter } from './adapt-style.ts';
import { advancePlayer, initialPlayer, type PlayerState, pressPlayerKey } from './player.ts';
import { playerRows } from './player-screen.ts';
import { openRowsScreen, type RowsPage, type RowsScreen, type RowsScreenOptions } from './rows-screen.tsx';

/** A recording that grows while a cockpit is followed. */
interface LiveSource {
  /** Calls the listener when more was read, or the end is known. */
  onMore(listener: () => void): () => void;
  /** Why no more comes; undefined while it does. */
  ended(): string | undefined;
  /** Why the newest frame may be out of date; undefined while it is current. */
  stale(): string | undefined;
}

/** The inputs of the player. */
export interface PlayerOptions extends RowsScreenOptions {
  /** Name of the played file or cockpit. */
  readonly title: string;
  /** The recording as far as it was read. */
  recording(): Recording;
  readonly live?: LiveSource;
  /** The position to begin at. */
  readonly at?: Millis;
  /** The missing end of a recording that was interrupted. */
  readonly notice?: string | undefined;
}

/** The time between two frames while it plays. */
const frameMs: Millis = 50;

/**
 * Plays a recording in the terminal until the user quits. It reads keys, and sends nothing anywhere. `taken`: the screen that
 * has the terminal already.
 */
export const startPlayer = async (parts: PlayerOptions, taken?: RowsScreen): Promise<void> => {
  const { clock, live } = parts;
  const canBeLive = live !== undefined;
  const adapt = createStyleAdapter(parts.color);
  const quit = Promise.withResolvers<void>();
  let state: PlayerState = { ...initialPlayer(canBeLive), at: parts.at ?? 0 };
  let playback: { readonly of: Recording['frames']; readonly frames: Playback } | undefined;
  let shownAt = clock.now();

  const framesOf = ({ frames }: Recording): Playback => {
    if (playback?.of !== frames) playback = { of: frames, frames: createPlayback(frames) };
    return playback.frames;
  };
  const isOver = (): boolean => live === undefined || live.ended() !== undefined;
  /** Moves on by the time that has passed; true if something has changed. */
  const advance = (): boolean => {
    const now = clock.now();
    const before = state;
    state = advancePlayer(state, parts.recording(), now - shownAt, !isOver());
    shownAt = now;
    return state !== before;
  };
  const page: RowsPage = {
    rows: (look) => {
      const recording = parts.recording();
      return playerRows({
        ...look,
        state,
        recording,
        frame: framesOf(recording).frameAt(state.at),
        adapt,
        title: parts.title,
        canBeLive: !isOver(),
        isStale: live?.stale() !== undefined,
        notice: live?.ended() ?? live?.stale() ?? parts.notice,
      });
    },
    keys: (keys) => {
      advance();
      for (const key of keys) {
        const next = pressPlayerKey(state, parts.recording(), key, !isOver());
        if (next === 'quit') return quit.resolve();
        state = next;
      }
      screen.draw();
    },
  };
  const screen = taken ?? openRowsScreen(parts, page);
  taken?.show(page);
  const stops = [
    clock.every(frameMs, () => {
      if (advance()) screen.draw();
    }),
    live?.onMore(() => {
      advance();
      screen.draw();
    }) ?? (() => {}),
  ];
  await Promise.race([quit.promise, screen.ended]);
  for (const stop of stops) stop();
  await screen.end();
};
