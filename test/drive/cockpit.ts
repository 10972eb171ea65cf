import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { launcher } from './pty.ts';

/** The real program in a terminal, and somebody at its keyboard. */
export interface Cockpit extends AsyncDisposable {
  readonly pty: PtyTerminal;
  /** Waits until the screen shows it. */
  sees(text: RegExp): Promise<void>;
  /** Presses keys one by one, as fingers do: each is drawn before the next. */
  keys(...keys: readonly string[]): Promise<void>;
  /** The text of the ledger. */
  ledger(): Promise<string>;
  /** How the runs so far have ended, by the ledger. */
  ended(): Promise<readonly Ended[]>;
}

interface Ended {
  readonly ending: string;
  readonly why: string;
}

export const enter = '\r';
export const esc = '\x1b';

/** Opens an environment in its embedded world, where an incident goes on. */
export const openCockpit = (env: string, incident: string): Promise<Cockpit> =>
  openCockpitOn(env, ['--rehearse', incident]);

/** Opens an environment with more words on the command line. */
export const openCockpitOn = async (env: string, more: readonly string[]): Promise<Cockpit> => {
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-incident-'));
  const pty = openPtyTerminal([process.execPath, launcher, '--env', env, ...more, '--state-dir', state], {
    columns: 120,
    rows: 40,
    env: { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state },
  });
  const ledger = (): Promise<string> => readFile(join(state, 'audit.jsonl'), 'utf8');
  return {
    pty,
    sees: (text) =>
      pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, 75_000),
    keys: async (...keys) => {
      for (const key of keys) {
        const before = pty.screen().join('\n');
        pty.press(key);
        await pty.until((screen) => screen.join('\n') !== before, `an answer to ${JSON.stringify(key)}`);
      }
    },
    ledger,
    ended: async () =>
      (await ledger())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).entry)
        .filter(({ event }) => event === 'ended')
        .map(({ ending, why }) => ({ ending, why })),
    [Symbol.asyncDispose]: async () => {
      await pty[Symbol.asyncDispose]();
      await rm(state, { recursive: true, force: true });
    },
  };
};

/** Arms the environment, for a reason. */
export const arm = async (cockpit: Cockpit, reason: string): Promise<void> => {
  await cockpit.keys('A', ...reason, enter);
  await cockpit.sees(/ARMED \d+:\d\d/);
};

/** The ids of the runbooks that the list shows, and which of them is chosen. */
const listedIds = (screen: readonly string[]) => {
  const lines = screen.flatMap((line) => {
    const [, mark, id] = /┃ +(▸)? *[●◌○?] (\S+) /.exec(line) ?? [];
    return id === undefined ? [] : [{ id, isChosen: mark !== undefined }];
  });
  return { ids: lines.map(({ id }) => id), chosen: lines.find(({ isChosen }) => isChosen)?.id };
};

/** The key that leads to a runbook: the list is sorted anew when another one begins to fit. */
const keyTo = (screen: readonly string[], wanted: string): 'j' | 'k' | undefined => {
  const { ids, chosen } = listedIds(screen);
  if (chosen === wanted) return undefined;
  return ids.indexOf(wanted) >= 0 && ids.indexOf(wanted) < ids.indexOf(chosen ?? '') ? 'k' : 'j';
};

/** Opens the list of runbooks, moves to one, and takes it. */
export const chooseRunbook = async (cockpit: Cockpit, id: string): Promise<void> => {
  const { pty } = cockpit;
  await cockpit.keys('R');
  await cockpit.sees(/RUNBOOKS/);
  await pty.until((screen) => listedIds(screen).ids.length > 0, 'the list of runbooks');
  for (let key = keyTo(pty.screen(), id); key !== undefined; key = keyTo(pty.screen(), id)) {
    const [before, { chosen }] = [key, listedIds(pty.screen())];
    pty.press(key);
    await pty.until(
      (screen) => listedIds(screen).chosen !== chosen || keyTo(screen, id) !== before,
      `${id} from ${chosen}`,
    );
  }
  await cockpit.keys(enter);
};

/** Moves to a choice of the card that asks for one, and takes it. */
export const takeChoice = async ({ pty, keys }: Cockpit, wanted: string): Promise<void> => {
  const marked = (screen: readonly string[]) => /┃ +▸ +(\S+)/.exec(screen.join('\n'))?.[1];
  // The screen changes by itself, too: a key has been heard when the mark has moved.
  for (let at = marked(pty.screen()); at !== wanted; at = marked(pty.screen())) {
    pty.press('j');
    await pty.until((screen) => marked(screen) !== at, `a choice behind ${at}`);
  }
  await keys(enter);
};

/** Marks every choice that the card shows, and takes them. */
export const takeAll = async (cockpit: Cockpit, count: number): Promise<void> => {
  for (let nth = 1; nth <= count; nth += 1) await cockpit.keys(...(nth === 1 ? [' '] : ['j', ' ']));
  await cockpit.keys(enter);
};

/** A person reads a card; a key that comes sooner is no yes. */
export const readMs = 450;

/** Says yes to the card; the window in which it can be taken back follows. */
export const confirm = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await sleep(readMs);
  await cockpit.keys(enter);
};

/** The same for the card of an undo. */
export const confirmUndo = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/UNDO IN PRODUCTION/);
  await sleep(readMs);
  await cockpit.keys(enter);
};

/** Ticks the step for a person that the run waits for. */
export const tick = async (cockpit: Cockpit, step: RegExp): Promise<void> => {
  await cockpit.sees(step);
  await cockpit.keys(enter);
};
