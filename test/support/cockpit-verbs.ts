/** What a person sees of a cockpit and does to it, in a terminal in memory or in a real one. */
export interface Keyboard {
  /** The screen, one string per row. */
  screen(): readonly string[];
  /** As if typed. */
  press(bytes: string): void;
  /** Resolves when the screen is as wanted; rejects, showing the screen, when it is not in time. */
  until(wanted: (screen: readonly string[]) => boolean, what: string, timeoutMs?: number): Promise<void>;
}

/** How a run ended, by the ledger. */
export interface EndedRun {
  readonly ending: string;
  readonly why: string;
}

/** A cockpit and a person at its keyboard. */
export interface Cockpit extends AsyncDisposable {
  readonly pty: Keyboard;
  /** Waits until the screen shows it. */
  sees(text: RegExp): Promise<void>;
  /** Presses keys one by one, as fingers do: each is drawn before the next. */
  keys(...keys: readonly string[]): Promise<void>;
  /** Takes the time that a person needs to read a card: a key that comes sooner is no yes. */
  reads(): Promise<void>;
  /** The text of the ledger. */
  ledger(): Promise<string>;
  /** How the runs so far have ended. */
  ended(): Promise<readonly EndedRun[]>;
}

export const enter = '\r';
export const esc = '\x1b';

/** Less than this after a card was drawn, or after another enter, a key does not answer it. */
export const readMs = 1050;

/** How the runs of a ledger have ended. */
export const endedIn = (ledger: string): readonly EndedRun[] =>
  ledger
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
    .filter(({ event }) => event === 'ended')
    .map(({ ending, why }) => ({ ending, why }));

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

/** The key that leads to a runbook: the list is sorted again when another one begins to match. */
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

/** Says yes to the card; the window in which it can be taken back follows. */
export const confirm = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
};

/** The same for the card of an undo. */
export const confirmUndo = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/UNDO IN PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
};

/** Ticks the step for a person that the run waits for. */
export const tick = async (cockpit: Cockpit, step: RegExp): Promise<void> => {
  await cockpit.sees(step);
  await cockpit.reads();
  await cockpit.keys(enter);
};
