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
import { createCoalescedWriter, type StateRecorderParts } from '../../shell/saved/state-writer.ts';
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

/**
 * Saves layouts, the last layout and the command history per environment. Restores the last layout at startup,
 * without filters and overlays, unless the user has already navigated.
 */
export const persistScreenState = ({
  model,
  cockpit,
  clock,
  keep,
  panes,
  say,
}: StateRecorderParts & { readonly panes: PaneRegistry }): StateRecorder => {
  /** Commands of this session, to be merged with those in the file. */
  let own: readonly string[] = [];
  let all: SavedLayoutsByEnvironment = {};
  let env: string | undefined;
  let restored = false;
  let isRead = false;
  let changed = false;
  let failed = false;
  let isTaking = false;

  /** The open environment's layouts when last read or written. */
  let base: SavedLayouts['layouts'] = {};
  /** Layouts whose failed save was already reported. */
  let toldOf: SavedLayouts['layouts'] | undefined;

  const readLayouts = async (): Promise<SavedLayoutsByEnvironment> => {
    const text = await keep.read(layoutsFile);
    if (text === undefined) return {};
    const parsed = parseLayoutsFile(text);
    if (parsed !== undefined) return parsed;
    say(`cannot read the saved layouts: moved to ${await keep.setAside(layoutsFile)}`);
    return {};
  };

  /** Shows layouts from the file, which need no save. */
  const show = (layouts: SavedLayouts['layouts']): void => {
    [base, isTaking] = [layouts, true];
    model.setState({ layouts });
    isTaking = false;
  };

  const writeNow = async (
    name: string | undefined,
    ui: UiState,
    commands: readonly string[],
    from: SavedLayouts['layouts'],
  ): Promise<void> => {
    try {
      if (name !== undefined) {
        const inFile = await readLayouts();
        const layouts = mergeNamed(inFile[name]?.layouts ?? {}, from, ui.layouts);
        all = withSavedLayouts(inFile, name, { last: currentLayout(ui), layouts });
        await keep.write(layoutsFile, formatLayoutsFile(all));
        if (env === name && model.getState().layouts === ui.layouts) show(layouts);
      }
      failed = false;
      if (commands.length === 0) return;
      const earlier = parseHistory((await keep.read(commandsFile)) ?? '');
      await keep.write(commandsFile, `${commands.reduce(appendToHistory, earlier).join('\n')}\n`);
      own = own.filter((command) => !commands.includes(command));
    } catch (error) {
      // Report again after an explicit save, which claimed success.
      if (!failed || ui.layouts !== toldOf) say(`cannot save layouts and commands: ${errorLine(error)}`);
      [failed, toldOf] = [true, ui.layouts];
    }
  };

  const writer = createCoalescedWriter({
    clock,
    ms: coalesceMs,
    takeChanges: () => {
      if (!changed || !isRead) return undefined;
      changed = false;
      const name = env;
      const ui = model.getState();
      const commands = own;
      const from = base;
      return () => writeNow(name, ui, commands, from);
    },
  });

  /** Applies the open environment's layouts and, once per session, its last layout. */
  const take = (): void => {
    if (!isRead || env === undefined) return;
    const { last, layouts } = all[env] ?? noSavedLayouts;
    show(layouts);
    if (restored) return;
    restored = true;
    if (last === undefined || !hasKnownPanes(panes, last) || !isUntouched(model.getState())) return;
    const before = currentLayout(model.getState());
    if (JSON.stringify(before) === JSON.stringify(last)) return;
    model.setState((s) => applyLayout(s, last), true);
    say('last layout restored · 0 overview · :layout reset for the default');
  };

  const follow = (state: CockpitState): void => {
    const name = openEnvironmentName({ cockpit: state });
    if (name === undefined || name === env) return;
    void writer.now();
    env = name;
    take();
  };

  const read = async (): Promise<void> => {
    try {
      all = await readLayouts();
      const earlier = parseHistory((await keep.read(commandsFile)) ?? '');
      isTaking = true;
      model.setState((s) => ({ commands: s.commands.reduce(appendToHistory, earlier) }));
      isTaking = false;
    } catch (error) {
      failed = true;
      say(`cannot save layouts and commands: ${errorLine(error)}`);
    }
    isRead = true;
    take();
  };

  const stops = [
    model.subscribe((now, before) => {
      const newest = now.commands.at(-1);
      if (now.commands !== before.commands && !isTaking && newest !== undefined)
        own = appendToHistory(own, newest);
      const differs =
        now.place !== before.place ||
        now.focus !== before.focus ||
        now.split !== before.split ||
        now.bands !== before.bands ||
        now.layouts !== before.layouts ||
        now.commands !== before.commands;
      if (!differs || isTaking || !isRead || !restored) return;
      changed = true;
      writer.soon();
    }),
    cockpit.subscribe(follow),
  ];
  follow(cockpit.getState());
  void read();

  return {
    stop: async () => {
      for (const stop of stops) stop();
      await writer.stop();
    },
  };
};
