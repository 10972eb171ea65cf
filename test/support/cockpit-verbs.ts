/** The screen and keyboard of a cockpit, in a simulated or a real terminal. */
export interface Keyboard {
  /** The screen, one string per row. */
  screen(): readonly string[];
  /** Sends keys as input bytes. */
  press(bytes: string): void;
  /** Resolves when the screen matches; rejects with the screen after the timeout. */
  until(expected: (screen: readonly string[]) => boolean, what: string, timeoutMs?: number): Promise<void>;
}

/** The ending of a run in the ledger. */
export interface EndedRun {
  readonly ending: string;
  readonly why: string;
}

/** A cockpit operated by keyboard. */
export interface Cockpit extends AsyncDisposable {
  readonly pty: Keyboard;
  /** Waits until the screen shows the text. */
  sees(text: RegExp): Promise<void>;
  /** Presses keys one by one and waits for the screen after each. */
  keys(...keys: readonly string[]): Promise<void>;
  /** Waits for the confirmation delay of a card: earlier keys do not confirm it. */
  reads(): Promise<void>;
  /** The text of the ledger. */
  ledger(): Promise<string>;
  /** Endings of the runs so far. */
  ended(): Promise<readonly EndedRun[]>;
}

export const enter = '\r';
export const esc = '\x1b';

/** Confirmation delay in ms: a card ignores keys until this time after it was drawn, or after another enter. */
export const readMs = 1050;

/** Endings of the runs in a ledger. */
export const endedIn = (ledger: string): readonly EndedRun[] =>
  ledger
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
    .filter(({ event }) => event === 'ended')
    .map(({ ending, why }) => ({ ending, why }));

/** Arms the environment with a reason. */
export const arm = async (cockpit: Cockpit, reason: string): Promise<void> => {
  await cockpit.keys('A', ...reason, enter);
  await cockpit.sees(/ARMED .*\d+:\d\d left/);
};

/** The ids in the list of runbooks, and the selected id. */
export const listedRunbooks = (screen: readonly string[]) => {
  const lines = screen.flatMap((line) => {
    const [, mark, id] = /[║│] (?:(▸)| ) [●◌○?] (\S+) /.exec(line) ?? [];
    return id === undefined ? [] : [{ id, isChosen: mark !== undefined }];
  });
  return { ids: lines.map(({ id }) => id), chosen: lines.find(({ isChosen }) => isChosen)?.id };
};

/** The key that moves towards a runbook. Computed per step, because the list is sorted again when another one matches. */
const keyTo = (screen: readonly string[], wantedId: string): 'j' | 'k' | undefined => {
  const { ids, chosen } = listedRunbooks(screen);
  if (chosen === wantedId) return undefined;
  return ids.indexOf(wantedId) >= 0 && ids.indexOf(wantedId) < ids.indexOf(chosen ?? '') ? 'k' : 'j';
};

/** Opens the list of runbooks and selects one. */
export const chooseRunbook = async (cockpit: Cockpit, id: string): Promise<void> => {
  const { pty } = cockpit;
  await cockpit.keys('R');
  await cockpit.sees(/Runbooks/);
  await pty.until((screen) => listedRunbooks(screen).ids.length > 0, 'the list of runbooks');
  for (let key = keyTo(pty.screen(), id); key !== undefined; key = keyTo(pty.screen(), id)) {
    const pressed = key;
    const { chosen } = listedRunbooks(pty.screen());
    pty.press(pressed);
    // The list may be sorted again meanwhile, but only the key moves the mark. At an end of the list it has no effect.
    await pty.until((screen) => {
      const { ids, chosen: now } = listedRunbooks(screen);
      return now !== chosen || now === (pressed === 'j' ? ids.at(-1) : ids[0]);
    }, `${id} from ${chosen}`);
  }
  await cockpit.keys(enter);
};

/**
 * Waits until the runbook is suggested, then opens the list and selects it: before that, new suggestions order each
 * newly opened list in another way.
 */
export const chooseSuggested = async (cockpit: Cockpit, id: string): Promise<void> => {
  await cockpit.keys('R');
  // The rows of an open list keep their places, so the suggested one may be below the screen: a line above names it.
  await cockpit.sees(new RegExp(`● ${id} .* matches|suggested first now: .*\\b${id}\\b`));
  cockpit.pty.press(esc);
  // The screen also changes by itself: a list that is still shown may be about to close, and its successor be sorted anew.
  await cockpit.pty.until((screen) => listedRunbooks(screen).ids.length === 0, 'the list to close');
  await chooseRunbook(cockpit, id);
};

/** Selects a choice of a card. The only one is taken without a key. */
export const takeChoice = async ({ pty, keys }: Cockpit, expected: string): Promise<void> => {
  if (pty.screen().join('\n').includes(`${expected} (only choice)`)) return;
  const marked = (screen: readonly string[]) => /[║│] +▸ +(\S+)/.exec(screen.join('\n'))?.[1];
  // The screen also changes by itself: a key was handled when the mark has moved.
  for (let at = marked(pty.screen()); at !== expected; at = marked(pty.screen())) {
    pty.press('j');
    await pty.until((screen) => marked(screen) !== at, `a choice after ${at}`);
  }
  await keys(enter);
};

/** Marks every choice of a card and submits them. */
export const takeAll = async (cockpit: Cockpit, count: number): Promise<void> => {
  for (let nth = 1; nth <= count; nth += 1) await cockpit.keys(...(nth === 1 ? [' '] : ['j', ' ']));
  await cockpit.keys(enter);
};

/** The headline of a run whose verification holds, whether or not the incident around it goes on. */
export const verified = /● RECOVERED|STEP VERIFIED, INCIDENT/;

/** Confirms the card, which starts the cancel window. */
export const confirm = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/Confirm in PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
};

/** Confirms the card of an undo. */
export const confirmUndo = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/Undo in PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
};

/** Ticks the manual step that the run waits for. */
export const tick = async (cockpit: Cockpit, step: RegExp): Promise<void> => {
  await cockpit.sees(step);
  await cockpit.reads();
  await cockpit.keys(enter);
};
