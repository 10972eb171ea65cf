import { type Instance, render, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { Millis } from '../../../domain/base/fault.ts';
import type { ProcessTerminal } from '../../../platform/terminal/terminal.ts';
import type { StyledRow } from '../../kit/text/ansi.ts';
import { createTextPen, type TextPen } from '../../kit/text/pen.ts';
import { themePalette } from '../../kit/theme/display-settings.ts';
import { type ColorDepth, createTheme, type Theme } from '../../kit/theme/theme.ts';
import { type KeyListener, useKeys } from '../../shell/input/use-keys.ts';
import { decodeFunctionKeys, type Stroke } from '../../shell/keys/strokes.ts';
import { enterTerminal, terminalSize } from '../../shell/terminal/modes.ts';
import { splitTerminalInput } from '../../shell/terminal/mouse/input.ts';
import type { SuspendTerminal } from '../../shell/terminal/session.ts';
import { createTerminalSession } from '../../shell/terminal/session.ts';
import { createTerminalSurface } from '../../shell/terminal/surface.ts';

/** The terminal and the look of a screen of rows. */
export interface RowsScreenOptions {
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

/** The terminal and theme that rows are drawn with. */
export interface RowsLook {
  readonly columns: number;
  readonly rows: number;
  readonly pen: TextPen;
  readonly theme: Theme;
}

/** A page: rows, and the keys that change them. */
export interface RowsPage {
  rows(look: RowsLook): readonly StyledRow[];
  keys(keys: readonly Stroke[]): void;
}

/** A screen of rows without a cockpit: it reads keys, and sends nothing anywhere. */
export interface RowsScreen {
  /** Shows a page instead of the present one. */
  show(page: RowsPage): void;
  draw(): void;
  /** Resolves when the user or a signal ends it. */
  readonly ended: Promise<void>;
  /** Restores the terminal. */
  end(): Promise<void>;
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

/** Takes the terminal, and shows a page. */
export const openRowsScreen = (
  { clock, host, stdout = process.stdout, ...parts }: RowsScreenOptions,
  first: RowsPage,
): RowsScreen => {
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const look = {
    pen: createTextPen(parts.ascii),
    theme: createTheme(parts.color, themePalette('auto', parts.light)),
  };
  const size = terminalSize(stdout);
  const surface = createTerminalSurface(stdout);
  const over = Promise.withResolvers<void>();
  let instance: Instance | undefined;
  let page = first;

  const draw = (): void => surface.show(page.rows({ ...look, columns: size.columns, rows: size.rows }));
  const redraw = (): void => {
    surface.forget();
    draw();
  };
  const stop = (): void => {
    stdout.off('resize', redraw);
    session.end();
    over.resolve();
  };
  const session = createTerminalSession({
    ...{ stdout, stdin, host, redraw },
    ink: () => instance,
    mouse: () => false,
    ended: stop,
  });
  const listener: KeyListener = { strokes: (keys) => page.keys(keys), paste: () => {} };
  enterTerminal(stdout, stdin);
  stdout.on('resize', redraw);
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
  return {
    show: (shown) => {
      page = shown;
      draw();
    },
    draw,
    ended: over.promise,
    end: async () => {
      stop();
      await instance.waitUntilExit();
      await host?.written();
    },
  };
};
