import type { Millis } from '../../../domain/base/fault.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { errorLine } from '../../kit/runtime/internal-error.ts';
import type { ColumnChoice } from '../../shell/contract/column-choice.ts';
import { paneState, type UiState } from '../../shell/contract/model.ts';
import type { StateRecorder } from '../../shell/contract/state-files.ts';
import { openEnvironmentName } from '../../shell/navigation/navigate.ts';
import { mergeNamed } from '../../shell/saved/saved-layout.ts';
import { createCoalescedWriter, type StateRecorderParts } from '../../shell/saved/state-writer.ts';
import {
  type EnvironmentViews,
  emptyViews,
  formatViewsFile,
  noSavedViews,
  parseViewsFile,
  type ViewsFile,
} from './views-file.ts';

const viewsFile = 'views.json';
/** Changes within this time are written together. */
const coalesceMs: Millis = 1000;

/** Everything that the file has of the screen state. */
interface Saved extends EnvironmentViews {
  readonly columns: Readonly<Record<string, ColumnChoice>>;
}

const columnsOf = (panes: UiState['panes']): Saved['columns'] =>
  Object.fromEntries(
    Object.entries(panes).flatMap(([id, { columns }]) => (columns === undefined ? [] : [[id, columns]])),
  );

const savedOf = ({ views, bookmarks, panes }: UiState): Saved => ({
  views,
  bookmarks,
  columns: columnsOf(panes),
});

const withColumns = (ui: UiState, columns: Saved['columns']): UiState['panes'] => ({
  ...ui.panes,
  ...Object.fromEntries(
    Object.entries(columns).map(([id, choice]) => [
      id,
      { ...paneState(ui, id), columns: paneState(ui, id).columns ?? choice },
    ]),
  ),
});

const sameColumns = (a: Saved['columns'], b: Saved['columns']): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([id, choice]) => b[id] === choice);

const isSame = (a: Saved, b: Saved): boolean =>
  a.views === b.views && a.bookmarks === b.bookmarks && sameColumns(a.columns, b.columns);

const noneSaved: Saved = { ...noSavedViews, columns: {} };

/** The content of the file; undefined if there is none that can be read. */
const readViews = async ({
  keep,
  say,
}: Pick<StateRecorderParts, 'keep' | 'say'>): Promise<ViewsFile | undefined> => {
  const text = await keep.read(viewsFile);
  if (text === undefined) return undefined;
  const parsed = parseViewsFile(text);
  if (parsed?.invalid === 0) return parsed.content;
  const aside = await keep.setAside(viewsFile);
  if (parsed === undefined) {
    say(`cannot read the saved views: none are loaded. Correct ${aside} and rename it back`);
    return undefined;
  }
  await keep.write(viewsFile, formatViewsFile(parsed.content));
  say(
    `cannot read ${pluralize(parsed.invalid, 'saved view')}: the file was copied to ${aside}, the others are kept`,
  );
  return parsed.content;
};

/** Adds the changes of this cockpit since `from` to what the file has now. */
const mergeViews = (now: ViewsFile, env: string | undefined, mine: Saved, from: Saved): ViewsFile => {
  const columns = mergeNamed(now.columns, from.columns, mine.columns);
  if (env === undefined) return { ...now, columns };
  const own = now.environments[env] ?? noSavedViews;
  const views = mergeNamed(own.views, from.views, mine.views);
  const bookmarks = mergeNamed(own.bookmarks, from.bookmarks, mine.bookmarks);
  return { columns, environments: { ...now.environments, [env]: { views, bookmarks } } };
};

/**
 * Keeps saved views, bookmarks and the columns of the panes in one file, which several cockpits may write. A file that
 * cannot be read is renamed and reported, so that nothing in it is lost.
 */
export const persistViews = ({ model, cockpit, clock, keep, say }: StateRecorderParts): StateRecorder => {
  let file: ViewsFile = emptyViews;
  let env: string | undefined;
  /** The entry of the open environment in the file, as last read or written. */
  let base = noneSaved;
  let isRead = false;
  let changed = false;
  let isTaking = false;

  const writeNow = async (name: string | undefined, mine: Saved, from: Saved): Promise<void> => {
    try {
      const now = await readViews({ keep, say });
      // Without a file everything is written again.
      file = mergeViews(now ?? emptyViews, name, mine, now === undefined ? noneSaved : from);
      await keep.write(viewsFile, formatViewsFile(file));
    } catch (error) {
      say(`cannot save views, bookmarks and columns: ${errorLine(error)}`);
      // The next change writes these as well.
      if (env === name) [base, changed] = [from, true];
    }
  };

  const writer = createCoalescedWriter({
    clock,
    ms: coalesceMs,
    takeChanges: () => {
      const mine = savedOf(model.getState());
      if (!isRead || (!changed && isSame(mine, base))) return undefined;
      changed = false;
      const name = env;
      const from = base;
      base = mine;
      return () => writeNow(name, mine, from);
    },
  });

  /** Shows what the file has for the open environment. */
  const take = (): void => {
    if (!isRead) return;
    const { views, bookmarks } = (env === undefined ? undefined : file.environments[env]) ?? noSavedViews;
    isTaking = true;
    model.setState((s) => ({ views, bookmarks, panes: withColumns(s, file.columns) }));
    isTaking = false;
    base = { views, bookmarks, columns: { ...file.columns } };
  };

  const follow = (state: CockpitState): void => {
    const name = openEnvironmentName({ cockpit: state });
    if (name === undefined || name === env) return;
    void writer.now().then(() => {
      env = name;
      take();
    });
  };

  const start = async (): Promise<void> => {
    try {
      file = (await readViews({ keep, say })) ?? emptyViews;
    } catch (error) {
      say(`cannot read the saved views: ${errorLine(error)}`);
      return;
    }
    isRead = true;
    take();
  };

  const stops = [
    model.subscribe((now) => {
      if (!isTaking && isRead && !isSame(savedOf(now), base)) writer.soon();
    }),
    cockpit.subscribe(follow),
  ];
  env = openEnvironmentName({ cockpit: cockpit.getState() });
  void start();

  return {
    stop: async () => {
      for (const stop of stops) stop();
      await writer.stop();
    },
  };
};
