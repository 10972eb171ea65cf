import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { StoreApi } from 'zustand/vanilla';
import { parseDuration } from '../../../src/domain/text/duration.ts';
import type { CockpitState } from '../../../src/store/cockpit.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import type { Commands } from '../../../src/store/commands.ts';
import type { FactsStore } from '../../../src/store/facts-store.ts';
import type { TimeTravel } from '../../../src/store/past/decode-state.ts';
import type { UiOptions } from '../../../src/ui/app/start.tsx';
import { type CockpitUi, startUi } from '../../../src/ui/app/start.tsx';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { contentOf, contentRows } from './content.ts';
import { logCommandsOf, type MadeLines } from './lines.ts';
import { type Cell, createTerminal, type FakeTerminal } from './terminal.ts';

/** The state behind the screen: facts per environment, and the cockpit's own state. */
export interface Scene {
  readonly facts?: FactsStore;
  readonly across?: ReadonlyMap<string, FactsStore>;
  readonly cockpit?: Partial<CockpitState>;
  /** The history. */
  readonly past?: TimeTravel;
  /** Lines that apply the filters of the screen. */
  readonly lines?: MadeLines;
}

export interface Settings {
  readonly size?: readonly [number, number];
  readonly scene?: Scene;
  readonly ascii?: boolean;
  readonly color?: UiOptions['settings']['color'];
  /** The background as the environment tells it, and whether the terminal is asked. */
  readonly light?: boolean;
  readonly asksBackground?: boolean;
  readonly host?: UiOptions['host'];
  readonly openDocument?: UiOptions['openDocument'];
  /** Share mode from the first frame on. */
  readonly shared?: boolean;
  readonly secrets?: UiOptions['secrets'];
  /** Uses Ink's own renderer. */
  readonly plainRows?: boolean;
  readonly keep?: UiOptions['keep'];
  readonly desktop?: UiOptions['settings']['desktop'];
  readonly notify?: UiOptions['notify'];
  readonly painted?: UiOptions['painted'];
}

/** A command of the screen. */
type Given = readonly [keyof Commands | `logs.${string}`, ...unknown[]];

/** A user at the cockpit. Every method returns when nothing is pending; only `wait` advances time. */
export interface User {
  readonly terminal: FakeTerminal;
  readonly clock: ManualClock;
  readonly cockpit: StoreApi<CockpitState>;
  readonly ui: CockpitUi;
  readonly given: readonly Given[];
  /** Keys by name, one read each: 'j', '3 enter', 'ctrl-p'. */
  press(keys: string): Promise<void>;
  /** Text, letter by letter. */
  type(text: string): Promise<void>;
  /** Bytes that arrive in one read. */
  together(bytes: string | Uint8Array): Promise<void>;
  /** Text in a bracketed paste. */
  paste(text: string): Promise<void>;
  wait(duration: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Opens another environment: its state first, then its facts, as the engine does. */
  opens(scene: Scene): Promise<void>;
  /** Makes an external change; returns when it is drawn. */
  happens(change: () => void): Promise<void>;
  /** Compares the whole screen with `test/screens/frames/NAME.txt`; UPDATE_SCREENS=1 writes it. */
  seesScreen(name: string): Promise<void>;
  /** The screen without the rules of panels; `terminal.rows()` has them. */
  rows(): readonly string[];
  /** The row that contains this text; fails if there is none. */
  rowWith(text: string): string;
  /** The style of the first letter of this text. */
  lookOf(text: string): Cell;
}

const bytesOf: Readonly<Record<string, string>> = {
  enter: '\r',
  // A lone escape waits for more input; its unambiguous form does not.
  esc: '\u001b[27u',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  backspace: '\u007f',
  space: ' ',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
};

const bytesFor = (key: string): string => {
  const control = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  return bytesOf[key] ?? key;
};

const recorder = (given: Given[]): Commands => {
  const record =
    (name: Given[0]) =>
    (...rest: unknown[]): void => {
      given.push([name, ...rest]);
    };
  return {
    askNow: record('askNow'),
    read: record('read'),
    readHistory: record('readHistory'),
    openEnvironment: record('openEnvironment'),
    arm: record('arm'),
    disarm: record('disarm'),
    breakGlass: record('breakGlass'),
    propose: record('propose'),
    give: record('give'),
    changeParam: record('changeParam'),
    readChoices: record('readChoices'),
    confirm: record('confirm'),
    decline: record('decline'),
    cancel: record('cancel'),
    tick: record('tick'),
    background: record('background'),
    undo: record('undo'),
    reset: record('reset'),
    closeForward: record('closeForward'),
    override: record('override'),
    rerun: record('rerun'),
    readRuns: record('readRuns'),
    showRun: record('showRun'),
    note: record('note'),
    acknowledge: record('acknowledge'),
    declareIncident: record('declareIncident'),
    addToIncident: record('addToIncident'),
    sendIncident: record('sendIncident'),
    fileFollowUps: record('fileFollowUps'),
    captureForIncident: record('captureForIncident'),
    withdrawAcknowledgements: record('withdrawAcknowledgements'),
    endAcknowledgements: record('endAcknowledgements'),
    markChecklistItem: record('markChecklistItem'),
    saveProfile: record('saveProfile'),
    endChecklist: record('endChecklist'),
    readChecklistItem: record('readChecklistItem'),
    loggedIn: record('loggedIn'),
    describe: record('describe'),
    openRunbookPage: record('openRunbookPage'),
    draftRunbookPage: record('draftRunbookPage'),
    stopDescribing: record('stopDescribing'),
    rehearse: record('rehearse'),
    drill: record('drill'),
    save: record('save'),
    openApproval: record('openApproval'),
    approveRun: record('approveRun'),
    refuseRun: record('refuseRun'),
    // Follows every key that moves the focus: tests list what the user asked for.
    reportPane: () => {},
    logs: {
      open: record('logs.open'),
      close: record('logs.close'),
      setFilters: record('logs.setFilters'),
      search: record('logs.seek'),
      setPaused: record('logs.hold'),
      arrange: record('logs.arrange'),
      loadOlder: record('logs.older'),
      loadAround: record('logs.around'),
      cancelLoading: record('logs.cancel'),
    },
    quit: record('quit'),
  };
};

/** Records log commands and applies them to the lines. */
const obeying = (
  commands: Commands,
  lines: () => MadeLines | undefined,
  cockpit: StoreApi<CockpitState>,
): Commands => ({
  ...commands,
  logs: logCommandsOf(commands.logs, lines, (logs) => cockpit.setState({ logs })),
});

const framePath = (name: string): string => fileURLToPath(new URL(`../frames/${name}.txt`, import.meta.url));

/** Compares a whole screen with `test/screens/frames/NAME.txt`; UPDATE_SCREENS=1 writes it. */
export const compareScreen = (name: string, seen: string): void => {
  const path = framePath(name);
  if (process.env.UPDATE_SCREENS === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, seen);
  }
  expect(seen).toBe(readFileSync(path, 'utf8'));
};

/** The cockpit on an in-memory terminal with a stopped clock. Closed when the test ends. */
export const openCockpit = async (settings: Settings = {}): Promise<User> => {
  const [columns, rows] = settings.size ?? [120, 36];
  let { scene = {} } = settings;
  const onOpen = new Set<() => void>();
  const terminal = createTerminal(columns, rows);
  const clock = manualClock();
  const cockpit = createCockpitStore();
  cockpit.setState({
    ...scene.cockpit,
    ...(scene.lines === undefined ? {} : { logs: scene.lines.state() }),
  });
  const given: Given[] = [];
  const ui = startUi({
    cockpit,
    facts: () => scene.facts,
    across: () => scene.across ?? new Map(),
    past: () => scene.past,
    onOpen: (listener) => {
      onOpen.add(listener);
      return () => onOpen.delete(listener);
    },
    commands: obeying(recorder(given), () => scene.lines, cockpit),
    clock,
    settings: {
      ascii: settings.ascii ?? false,
      color: settings.color ?? '16',
      plainRows: settings.plainRows ?? false,
      shared: settings.shared ?? false,
      light: settings.light ?? false,
      asksBackground: settings.asksBackground ?? false,
      desktop: settings.desktop,
    },
    ...(settings.notify === undefined ? {} : { notify: settings.notify }),
    painted: settings.painted,
    ...(settings.secrets === undefined ? {} : { secrets: settings.secrets }),
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    ...(settings.host === undefined ? {} : { host: settings.host }),
    ...(settings.openDocument === undefined ? {} : { openDocument: settings.openDocument }),
    ...(settings.keep === undefined ? {} : { keep: settings.keep }),
  });
  let endedBy: unknown;
  ui.waitUntilExit().catch((error: unknown) => {
    endedBy = error ?? new Error('the screen ended without an error');
  });

  /** Input, React, Ink and the terminal take turns; after this many rounds nothing is pending. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 2; round++) {
      await clock.settle();
      await ui.flushed();
    }
    if (endedBy !== undefined) throw endedBy;
  };
  /** External changes are drawn a moment later. */
  const drawn = async (): Promise<void> => {
    await settle();
    await clock.advance(50);
    await settle();
  };
  onTestFinished(async () => {
    ui.stop();
    await clock.settle();
  });
  await settle();

  const send = async (bytes: string | Uint8Array): Promise<void> => {
    terminal.send(bytes);
    await settle();
  };
  const seen = (): readonly string[] => contentOf(terminal.rows());
  const find = (text: string): readonly [number, number] => {
    const shown = contentRows(terminal.rows());
    const row = shown.find((line) => line.text.includes(text));
    expect(row, `no row has "${text}":\n${seen().join('\n')}`).toBeDefined();
    return [(row?.text.indexOf(text) ?? 0) + (row?.at ?? 0), row?.y ?? 0];
  };

  return {
    terminal,
    clock,
    cockpit,
    ui,
    given,
    press: async (keys) => {
      for (const key of keys.split(' ')) await send(bytesFor(key));
    },
    type: async (text) => {
      for (const letter of text) await send(letter);
    },
    together: send,
    paste: (text) => send(`\u001b[200~${text}\u001b[201~`),
    wait: async (duration) => {
      await clock.advance(parseDuration(duration) ?? 0);
      await drawn();
    },
    resize: async (width, height) => {
      terminal.resize(width, height);
      await settle();
    },
    opens: async (next) => {
      cockpit.setState({ ...next.cockpit });
      scene = next;
      for (const listener of onOpen) listener();
      await drawn();
    },
    happens: async (change) => {
      change();
      await drawn();
    },
    seesScreen: async (name) => {
      await settle();
      compareScreen(
        name,
        `${terminal
          .rows()
          .map((line) => line.trimEnd())
          .join('\n')}\n`,
      );
    },
    rows: seen,
    rowWith: (text) => {
      find(text);
      return seen().find((line) => line.includes(text)) ?? '';
    },
    lookOf: (text) => terminal.cellAt(...find(text)),
  };
};
