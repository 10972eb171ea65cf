import { type Instance, render, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { Millis } from '../../../domain/fault.ts';
import type { ProcessTerminal } from '../../../platform/terminal/terminal.ts';
import type { SuspendTerminal } from '../../app.tsx';
import { decodeFunctionKeys } from '../../keys/strokes.ts';
import { type KeyListener, useKeys } from '../../keys/use-keys.ts';
import { createPlayback, type Playback } from '../../recording/playback.ts';
import type { Recording } from '../../recording/recording.ts';
import { enterTerminal, terminalSize } from '../../terminal/modes.ts';
import { splitTerminalInput } from '../../terminal/mouse/input.ts';
import { createTerminalSession } from '../../terminal/session.ts';
import { createTerminalSurface } from '../../terminal/surface.ts';
import { createTextPen } from '../../text/pen.ts';
import { themePalette } from '../../theme/display-settings.ts';
import { type ColorDepth, createTheme } from '../../theme/theme.ts';
import { createStyleAdapter } from './adapt-style.ts';
import { advancePlayer, initialPlayer, type PlayerState, pressPlayerKey } from './player.ts';
import { playerRows } from './player-screen.ts';

/** A recording that grows while a cockpit is followed. */
interface LiveSource {
  /** Calls the listener when more was read, or the end is known. */
  onMore(listener: () => void): () => void;
  /** Why no more comes; undefined while it does. */
  ended(): string | undefined;
}

/** The inputs of the player. */
export interface PlayerOptions {
  /** What is played: the name of a file or of a cockpit. */
  readonly title: string;
  /** The recording as far as it was read. */
  recording(): Recording;
  readonly live?: LiveSource;
  /** The position to begin at. */
  readonly at?: Millis;
  /** What is missing at the end, of a recording that was interrupted. */
  readonly notice?: string | undefined;
  readonly clock: {
    now(): Millis;
    sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
    every(ms: Millis, tick: () => void): () => void;
  };
  readonly ascii: boolean;
  readonly color: ColorDepth;
  readonly light: boolean;
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  readonly host?: ProcessTerminal;
}

interface KeyboardProps {
  readonly listener: KeyListener;
  readonly onMounted: (suspend: SuspendTerminal) => void;
}

/** The root: only the keyboard. Rows go to the terminal beneath Ink. */
function Keyboard({ listener, onMounted }: KeyboardProps): ReactNode {
  const { suspendTerminal } = useApp();
  useKeys(listener);
  useEffect(() => onMounted(suspendTerminal), [onMounted, suspendTerminal]);
  return null;
}

/** The time between two frames while it plays. */
const frameMs: Millis = 50;

/** Plays a recording in the terminal until the user quits. It reads keys, and sends nothing anywhere. */
export const startPlayer = async (parts: PlayerOptions): Promise<void> => {
  const { clock, live, host, stdout = process.stdout } = parts;
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const canBeLive = live !== undefined;
  const pen = createTextPen(parts.ascii);
  const theme = createTheme(parts.color, themePalette('auto', parts.light));
  const adapt = createStyleAdapter(parts.color);
  const size = terminalSize(stdout);
  const surface = createTerminalSurface(stdout);
  const exit = Promise.withResolvers<void>();
  let state: PlayerState = { ...initialPlayer(canBeLive), at: parts.at ?? 0 };
  let playback: { readonly of: Recording['frames']; readonly frames: Playback } | undefined;
  let instance: Instance | undefined;
  let shownAt = clock.now();

  const framesOf = ({ frames }: Recording): Playback => {
    if (playback?.of !== frames) playback = { of: frames, frames: createPlayback(frames) };
    return playback.frames;
  };
  const isOver = (): boolean => live === undefined || live.ended() !== undefined;
  const draw = (): void => {
    const recording = parts.recording();
    surface.show(
      playerRows({
        state,
        recording,
        frame: framesOf(recording).frameAt(state.at),
        columns: size.columns,
        rows: size.rows,
        pen,
        theme,
        adapt,
        title: parts.title,
        canBeLive: !isOver(),
        notice: live?.ended() ?? parts.notice,
      }),
    );
  };
  const advance = (): void => {
    const now = clock.now();
    const before = state;
    state = advancePlayer(state, parts.recording(), now - shownAt, !isOver());
    shownAt = now;
    if (state !== before) draw();
  };
  const stop = (): void => {
    for (const end of stops) end();
    session.end();
    exit.resolve();
  };
  const session = createTerminalSession({
    stdout,
    stdin,
    host,
    ink: () => instance,
    mouse: () => false,
    ended: stop,
    redraw: () => {
      surface.forget();
      draw();
    },
  });
  const resized = (): void => {
    surface.forget();
    draw();
  };
  const listener: KeyListener = {
    strokes: (keys) => {
      advance();
      for (const key of keys) {
        const next = pressPlayerKey(state, parts.recording(), key, !isOver());
        if (next === 'quit') return stop();
        state = next;
      }
      draw();
    },
    paste: () => {},
  };
  enterTerminal(stdout, stdin);
  stdout.on('resize', resized);
  const stops = [
    clock.every(frameMs, advance),
    live?.onMore(() => {
      advance();
      draw();
    }) ?? (() => {}),
    () => stdout.off('resize', resized),
  ];
  const input = splitTerminalInput(stdin, clock, {
    mouse: () => {},
    background: () => {},
    expectsBackground: () => false,
  });
  instance = render(<Keyboard listener={listener} onMounted={session.mounted} />, {
    stdout: surface.stdout,
    stdin: input,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    kittyKeyboard: { mode: 'auto' },
  });
  draw();
  await exit.promise;
  await instance.waitUntilExit();
  await host?.written();
};
