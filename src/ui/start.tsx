import { type Instance, render } from 'ink';
import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../platform/clock.ts';
import type { ProcessTerminal } from '../platform/terminal/terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { TimeTravel } from '../store/past/decode-state.ts';
import { App } from './app.tsx';
import { restoreNavigationOnSwitch } from './features/environments/navigate.ts';
import { clipboardSequence } from './features/export/clipboard.ts';
import { persistScreenState, type StateFiles } from './features/layouts/screen-state-recorder.ts';
import { openStreamsWhenVisible } from './features/logs/open-when-visible.ts';
import { refreshRunsWhenVisible } from './features/runs/pane.ts';
import type { SecretsMasker } from './features/share/pen-provider.ts';
import { createPenProvider } from './features/share/pen-provider.ts';
import { renderFrame } from './frame/frame.ts';
import { createKeyContextProvider, createRenderedFacts } from './key-context.ts';
import { createKeyListener } from './keys/listener.ts';
import { decodeFunctionKeys } from './keys/strokes.ts';
import type { UiStore } from './model.ts';
import { createUiStore, returnToLive } from './model.ts';
import { defaultPane } from './panes/index.ts';
import type { KeyContext } from './panes/pane.ts';
import { startBell } from './terminal/bell.ts';
import { splitMouseInput } from './terminal/mouse/input.ts';
import { isMouseEnabled, watchMouseSetting } from './terminal/mouse/mouse-setting.ts';
import type { RedrawScheduler } from './terminal/redraw-scheduler.ts';
import { createRedrawScheduler, redrawOnChange } from './terminal/redraw-scheduler.ts';
import { createTerminalSession } from './terminal/session.ts';
import { createTerminalSurface, type TerminalSurface } from './terminal/surface.ts';
import { enterTerminal, setMouseReporting, terminalSize } from './terminal/terminal.ts';
import { rowToAnsi, type StyledRow } from './text/ansi.ts';
import { followDisplaySettings } from './theme/display-settings.ts';
import type { ColorDepth } from './theme/theme.ts';

/** What the screen is made from. */
export interface UiOptions {
  readonly cockpit: StoreApi<CockpitState>;
  /** Facts of the open environment; undefined until one is open. */
  facts(): FactsStore | undefined;
  /** Facts of the other environments of its system, by environment. */
  across(): ReadonlyMap<string, FactsStore>;
  /** What was kept of earlier moments; undefined until it can be looked at. */
  past?(): TimeTravel | undefined;
  /** Told when the open environment has changed: `facts()` and `across()` are others from then on. */
  onOpen(listener: () => void): () => void;
  readonly commands: Commands;
  readonly clock: Clock;
  /** What the command line and the terminal say of how to draw; the user's settings are in `cockpit`. */
  readonly settings: {
    readonly ascii: boolean;
    readonly color: ColorDepth;
    /** The terminal has a light background. */
    readonly light?: boolean;
    /** tmux stands between this process and the terminal. */
    readonly tmux?: boolean;
    /** Frames go through Ink's own output: for readers of the screen, and to compare with. */
    readonly plainRows?: boolean;
    /** Others see this screen from its first frame on. */
    readonly shared?: boolean;
  };
  /** Masks the secrets that the process knows, in every mode. */
  readonly secrets?: SecretsMasker;
  /** Where layouts and commands are kept; without it they are forgotten at the end. */
  readonly keep?: StateFiles;
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  /** Without it, signals and ctrl-z do nothing here. */
  readonly host?: ProcessTerminal;
}

interface ShellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Pick<Commands, 'logs' | 'readRuns'>;
  readonly size: { readonly columns: number };
  readonly keep?: StateFiles;
  readonly model: UiStore;
  readonly stdout: NodeJS.WriteStream;
  readonly redraw: RedrawScheduler;
  handNow(): KeyContext;
}

/** What goes on around the panes by itself. */
interface Shell {
  stop(): void;
  /** Resolves when what was set up is kept. */
  kept(): Promise<void>;
}

/** Follows switches to other environments and whether the mouse is heard, and keeps how the screen is set up. */
const createShell = (parts: ShellParts): Shell => {
  const { cockpit, clock, commands, size, keep, model, stdout, redraw, handNow } = parts;
  const say = (text: string): void => {
    handNow().notify(text);
    redraw.now();
  };
  const stops = [
    restoreNavigationOnSwitch({ cockpit, model, handNow }),
    watchMouseSetting(model, cockpit, (on) => setMouseReporting(stdout, on)),
    openStreamsWhenVisible({ cockpit, model, commands, size }),
    refreshRunsWhenVisible({ cockpit, model, commands }),
  ];
  const memory = keep && persistScreenState({ model, cockpit, clock, keep, say });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    kept: async () => memory?.stop(),
  };
};

export interface CockpitUi {
  /** Resolves when the terminal has been given back; rejects with the mistake that ended it. */
  waitUntilExit(): Promise<void>;
  /** Gives the terminal back. */
  stop(): void;
  /** Resolves when everything that was drawn has reached the terminal. */
  flushed(): Promise<void>;
}

const inkOptions = {
  alternateScreen: true,
  incrementalRendering: true,
  exitOnCtrlC: false,
  // It would write into the alternate screen.
  patchConsole: false,
  maxFps: 60,
  // Whoever starts the cockpit knows that there is a terminal; a variable called CI says nothing of that.
  interactive: true,
  // A terminal that has it tells ctrl-i from tab, and esc from the beginning of another key; the others are as ever.
  kittyKeyboard: { mode: 'auto' },
} as const;

/**
 * Takes the terminal and shows the cockpit: the first frame is drawn when this returns, whether or not there is
 * anything to show yet. Frames are worked out from the stores, outside React, and only one that differs is drawn.
 */
export const startUi = (parts: UiOptions): CockpitUi => {
  const { clock, commands, settings, host, stdout = process.stdout } = parts;
  const stdin = decodeFunctionKeys(parts.stdin ?? process.stdin);
  const model = createUiStore(defaultPane.id, settings.shared);
  const hearsMouse = (): boolean => isMouseEnabled(model.getState(), parts.cockpit.getState());
  const looks = followDisplaySettings(settings, () => parts.cockpit.getState().settings);
  const exit = Promise.withResolvers<void>();
  const surface: TerminalSurface | undefined =
    settings.plainRows === true ? undefined : createTerminalSurface(stdout);
  let lines: readonly string[] = [];
  let instance: Instance | undefined;

  const session = createTerminalSession({
    stdout,
    stdin,
    host,
    ink: () => instance,
    mouse: hearsMouse,
    ended: () => quit(),
    redraw: () => redraw.now(),
  });
  const resized = (): void => {
    surface?.forget();
    draw();
  };
  const stop = (): void => {
    unwatch();
    stopBell();
    shell.stop();
    redraw.stop();
    stdout.off('resize', resized);
    session.end();
  };
  const quit = (): void => {
    stop();
    commands.quit();
  };

  const size = terminalSize(stdout);
  const onScreen = createRenderedFacts(clock);
  const handNow = createKeyContextProvider({
    ...parts,
    onScreen,
    model,
    pens: createPenProvider({
      ascii: looks.ascii,
      ...(parts.secrets === undefined ? {} : { secrets: parts.secrets }),
    }),
    size,
    get mono() {
      return looks.theme(model.getState().theme).mono;
    },
    canSuspend: host !== undefined,
    get theme() {
      return looks.theme(model.getState().theme).theme;
    },
    copy: (text) =>
      session.write(clipboardSequence(handNow().view.pen.maskText(text), settings.tmux === true)),
    suspend: session.suspend,
    lend: session.runProgram,
    quit,
  });
  const frame = (): readonly StyledRow[] => {
    const { theme, mono } = looks.theme(model.getState().theme);
    return renderFrame(handNow(), theme, mono);
  };

  const show = (rows: readonly StyledRow[]): void => {
    if (surface === undefined) {
      lines = rows.map((row) => rowToAnsi(row));
      instance?.rerender(node());
    } else surface.show(rows);
  };
  const draw = (): void => {
    try {
      show(frame());
    } catch (mistake) {
      exit.reject(mistake);
      stop();
    }
  };
  const redraw = createRedrawScheduler(clock, draw, onScreen.renew);

  const listener = createKeyListener({ model, handNow, redraw, hearsMouse });
  const input = splitMouseInput(stdin, clock, listener.mouse);
  const node = () => <App lines={lines} listener={listener} onMounted={session.mounted} />;

  show(frame());
  enterTerminal(stdout, stdin, hearsMouse());
  // Before Ink's own listener, so that Ink never draws a frame of the old size on a smaller terminal.
  stdout.on('resize', resized);
  const unwatch = redrawOnChange(parts, redraw, () => returnToLive(model));
  const stopBell = startBell({
    cockpit: parts.cockpit,
    clock,
    pen: () => handNow().view.pen,
    write: session.write,
  });
  const shell = createShell({ ...parts, model, size, stdout, redraw, handNow });
  instance = render(node(), { ...inkOptions, stdout: surface?.stdout ?? stdout, stdin: input });
  instance.waitUntilExit().then(
    // What was set up is kept before anybody takes the program for ended.
    () => void shell.kept().then(() => exit.resolve()),
    (mistake: unknown) => exit.reject(mistake),
  );
  return {
    waitUntilExit: () => exit.promise,
    stop,
    flushed: async () => instance?.waitUntilRenderFlush(),
  };
};
