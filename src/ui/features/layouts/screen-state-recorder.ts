import type { Millis } from '../../../domain/base/fault.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { errorLine } from '../../kit/runtime/internal-error.ts';
import type { PaneRegistry } from '../../shell/contract/features.ts';
import {
  currentLayout,
  type Layout,
  noSavedLayouts,
  type SavedLayouts,
} from '../../shell/contract/layout.ts';
import { applyLayout, type UiState } from '../../shell/contract/model.ts';
import type { StateRecorder } from '../../shell/contract/state-files.ts';
import { openEnvironmentName } from '../../shell/navigation/navigate.ts';
import { appendToHistory, parseHistory } from '../../shell/saved/command-history.ts';
import { mergeNamed } from '../../shell/saved/saved-layout.ts';
import {
  type CoalescedWriter,
  createCoalescedWriter,
  type StateRecorderParts,
} from '../../shell/saved/state-writer.ts';
import {
  formatLayoutsFile,
  parseLayoutsFile,
  type SavedLayoutsByEnvironment,
  withSavedLayouts,
} from './layouts-file.ts';

const layoutsFile = 'layouts.json';
const commandsFile = 'commands';
/** Changes within this time are written together. */
const coalesceMs: Millis = 1000;

const hasKnownPanes = ({ all }: PaneRegistry, { place, focus, split }: Layout): boolean =>
  [place, focus, ...(split?.panes ?? [])].every(
    (id) => id === 'overview' || all().some((pane) => pane.id === id),
  );

const isUntouched = ({ navigationCount: jumps, place }: UiState): boolean =>
  jumps === 0 && place === 'overview';

type Parts = StateRecorderParts & { readonly panes: PaneRegistry };

/** True if the change is one that the files record. */
const isRecorded = (now: UiState, before: UiState): boolean =>
  now.place !== before.place ||
  now.focus !== before.focus ||
  now.split !== before.split ||
  now.bands !== before.bands ||
  now.layouts !== before.layouts ||
  now.commands !== before.commands;

/** The state that is written: it may change while files are written. */
interface Changes {
  readonly env: string | undefined;
  readonly ui: UiState;
  readonly commands: readonly string[];
  readonly base: SavedLayouts['layouts'];
}

class ScreenStateRecorder implements StateRecorder {
  readonly #parts: Parts;
  readonly #writer: CoalescedWriter;
  readonly #unsubscribe: readonly (() => void)[];
  /** Commands of this session, to be merged with those in the file. */
  #commands: readonly string[] = [];
  #inFile: SavedLayoutsByEnvironment = {};
  #env: string | undefined;
  #isRestored = false;
  #isRead = false;
  #isChanged = false;
  #hasFailed = false;
  /** True while the screen takes over what a file says, which need not be saved. */
  #isTaking = false;
  /** The open environment's layouts when last read or written. */
  #base: SavedLayouts['layouts'] = {};
  /** Layouts whose failed save was already reported. */
  #reported: SavedLayouts['layouts'] | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { model, cockpit, clock } = parts;
    this.#writer = createCoalescedWriter({ clock, ms: coalesceMs, takeChanges: () => this.#takeChanges() });
    this.#unsubscribe = [
      model.subscribe((now, before) => this.#record(now, before)),
      cockpit.subscribe((state) => this.#follow(state)),
    ];
    this.#follow(cockpit.getState());
    void this.#read();
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#writer.stop();
  }

  #record(now: UiState, before: UiState): void {
    const newest = now.commands.at(-1);
    if (now.commands !== before.commands && !this.#isTaking && newest !== undefined)
      this.#commands = appendToHistory(this.#commands, newest);
    if (!isRecorded(now, before) || this.#isTaking || !this.#isRead || !this.#isRestored) return;
    this.#isChanged = true;
    this.#writer.soon();
  }

  #follow(state: CockpitState): void {
    const name = openEnvironmentName({ cockpit: state });
    if (name === undefined || name === this.#env) return;
    void this.#writer.now();
    this.#env = name;
    this.#restore();
  }

  async #read(): Promise<void> {
    const { keep, model } = this.#parts;
    try {
      this.#inFile = await this.#readLayouts();
      const earlier = parseHistory((await keep.read(commandsFile)) ?? '');
      this.#take(() => model.setState((s) => ({ commands: s.commands.reduce(appendToHistory, earlier) })));
    } catch (error) {
      this.#hasFailed = true;
      this.#sayUnsaved(error);
    }
    this.#isRead = true;
    this.#restore();
  }

  async #readLayouts(): Promise<SavedLayoutsByEnvironment> {
    const { keep, say } = this.#parts;
    const text = await keep.read(layoutsFile);
    if (text === undefined) return {};
    const parsed = parseLayoutsFile(text);
    if (parsed !== undefined) return parsed;
    say(
      `cannot read the saved layouts: none are loaded. Correct ${await keep.setAside(layoutsFile)} and rename it back`,
    );
    return {};
  }

  /** Applies the open environment's layouts and, once per session, its last layout. */
  #restore(): void {
    if (!this.#isRead || this.#env === undefined) return;
    const { model, panes, say } = this.#parts;
    const { last, layouts } = this.#inFile[this.#env] ?? noSavedLayouts;
    this.#show(layouts);
    if (this.#isRestored) return;
    this.#isRestored = true;
    if (last === undefined || !hasKnownPanes(panes, last) || !isUntouched(model.getState())) return;
    const before = currentLayout(model.getState());
    if (JSON.stringify(before) === JSON.stringify(last)) return;
    model.setState((s) => applyLayout(s, last), true);
    say('last layout restored · 0 overview · :layout reset for the default');
  }

  #show(layouts: SavedLayouts['layouts']): void {
    this.#base = layouts;
    this.#take(() => this.#parts.model.setState({ layouts }));
  }

  #take(change: () => void): void {
    this.#isTaking = true;
    change();
    this.#isTaking = false;
  }

  #takeChanges(): (() => Promise<void>) | undefined {
    if (!this.#isChanged || !this.#isRead) return undefined;
    this.#isChanged = false;
    const changes: Changes = {
      env: this.#env,
      ui: this.#parts.model.getState(),
      commands: this.#commands,
      base: this.#base,
    };
    return () => this.#write(changes);
  }

  async #write(changes: Changes): Promise<void> {
    const { ui, commands } = changes;
    try {
      await this.#writeLayouts(changes);
      this.#hasFailed = false;
      if (commands.length > 0) await this.#writeCommands(commands);
    } catch (error) {
      // Report again after an explicit save, which claimed success.
      if (!this.#hasFailed || ui.layouts !== this.#reported) this.#sayUnsaved(error);
      this.#hasFailed = true;
      this.#reported = ui.layouts;
    }
  }

  async #writeLayouts({ env, ui, base }: Changes): Promise<void> {
    if (env === undefined) return;
    const { keep, model } = this.#parts;
    const inFile = await this.#readLayouts();
    const layouts = mergeNamed(inFile[env]?.layouts ?? {}, base, ui.layouts);
    this.#inFile = withSavedLayouts(inFile, env, { last: currentLayout(ui), layouts });
    await keep.write(layoutsFile, formatLayoutsFile(this.#inFile));
    if (this.#env === env && model.getState().layouts === ui.layouts) this.#show(layouts);
  }

  async #writeCommands(commands: readonly string[]): Promise<void> {
    const { keep } = this.#parts;
    const earlier = parseHistory((await keep.read(commandsFile)) ?? '');
    await keep.write(commandsFile, `${commands.reduce(appendToHistory, earlier).join('\n')}\n`);
    this.#commands = this.#commands.filter((command) => !commands.includes(command));
  }

  #sayUnsaved(error: unknown): void {
    this.#parts.say(`cannot save layouts and commands: ${errorLine(error)}`);
  }
}

/**
 * Saves layouts, the last layout and the command history per environment. Restores the last layout at startup,
 * without filters and overlays, unless the user has already navigated.
 */
export const persistScreenState = (parts: Parts): StateRecorder => new ScreenStateRecorder(parts);
