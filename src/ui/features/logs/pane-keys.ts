import { pluralize } from '../../../domain/text/count-text.ts';
import { rowKind } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { maskForExport, maxClipboardBytes } from '../../shell/output/clipboard.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { logBookmarkKey } from './bookmark-key.ts';
import { arrangementKeys } from './keys/arrangement-keys.ts';
import { logFilterKeys } from './keys/chips.ts';
import { followTail, goToLogRow, loadOlderLines, pauseFollowing } from './keys/cursor-movement.ts';
import { cancelLoadingKey } from './keys/go-to-unloaded-time.ts';
import { histogramKeys } from './keys/histogram-keys.ts';
import { promptOpeningKeys } from './keys/prompt.ts';
import { logHitKeys } from './keys/search.ts';
import { openLogListKeys } from './list-dialog.ts';
import { openLogSaveKey } from './save-dialog.ts';
import { errorLevelCode } from './view/ring-row.ts';
import { bookmarkIds, bookmarkRows, selectedLogRows } from './view/rows.ts';
import { logTimeFormats } from './view/view-state.ts';
import {
  isFollowingTail,
  logCursorRow,
  streamUnavailableReason,
  updateLogView,
} from './view/view-state-access.ts';
import { isRepeat, nearestVisibleRow } from './view/visible-rows.ts';

/** Streams of each source that the key adds. */
const moreStreams = 50;

/** Reads the open scope again with more streams: their older lines belong between those of the others. */
const readMoreStreamsKey: Binding = {
  id: 'logs.more',
  keys: ['&'],
  description: 'read 50 more streams of each source, if a source has more than Logs follows at once',
  whyNot: (context) =>
    streamUnavailableReason(context) ??
    (context.view.cockpit.logs?.limit === undefined ? 'every stream is already read' : undefined),
  run: ({ view, commands, notify: say }) => {
    const { logs } = view.cockpit;
    if (logs?.scope === undefined || logs.limit === undefined) return;
    const follow = logs.limit.streams + moreStreams;
    commands.logs.open({ ...logs.scope, follow });
    say(`Logs: reads up to ${pluralize(follow, 'stream')} of each source, each an open request`);
  },
};

const clockWords = { UTC: 'UTC', local: 'local time', ago: 'age' } as const;

const nextClock = ({ model, view, notify: say }: KeyContext): void => {
  const { clock } = view.ui.logs;
  const next = logTimeFormats[(logTimeFormats.indexOf(clock) + 1) % logTimeFormats.length] ?? 'UTC';
  updateLogView(model, { clock: next });
  say(`Logs shows times as ${clockWords[next]}`);
};

const toggleWrap = ({ model, view, notify: say }: KeyContext): void => {
  updateLogView(model, { wrap: !view.ui.logs.wrap });
  say(`Logs: long lines are ${view.ui.logs.wrap ? 'cut' : 'wrapped'}`);
};

/** Copies the raw text of the marked lines, or of the line under the cursor. */
const copyLines = (context: KeyContext) => {
  const { view, notify: say } = context;
  const marked = bookmarkRows(view);
  const rows = marked.length > 0 ? marked : selectedLogRows(view);
  const text = rows.map((row) => maskForExport(view, row.text)).join('\n');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxClipboardBytes)
    return say(
      `${bytes} bytes exceed the terminal clipboard limit (${maxClipboardBytes}): press ${boundKey(view.cockpit, 'logs.save', 'S')} to save them`,
    );
  context.copy(text);
  say(`${pluralize(rows.length, 'line')}, ${bytes} bytes sent to the terminal clipboard`);
};

const previousRun = ({ view, commands, notify: say }: KeyContext) => {
  const { scope } = view.cockpit.logs ?? {};
  if (scope === undefined) return;
  const { previous, ...rest } = scope;
  commands.logs.open(previous === true ? rest : { ...rest, previous: true });
  say(
    previous === true
      ? 'Logs shows the running containers'
      : 'Logs shows the containers as they were before the last restart',
  );
};

/** Keys that change the display of lines or copy them. */
const logLookKeys: readonly Binding[] = [
  {
    id: 'logs.wrap',
    keys: ['w'],
    description: 'wrap or truncate long lines',
    whyNot: streamUnavailableReason,
    run: toggleWrap,
  },
  {
    id: 'logs.clock',
    keys: ['t'],
    description: 'cycle the time format: UTC, local, age',
    whyNot: streamUnavailableReason,
    run: nextClock,
  },
  {
    id: 'logs.previous',
    keys: ['p'],
    description: 'switch between the running containers and those before the last restart',
    whyNot: streamUnavailableReason,
    run: previousRun,
  },
  {
    id: 'copy',
    keys: ['y'],
    description: 'copy the raw line, or the marked lines',
    whyNot: ({ rows }) => (rows.length === 0 ? 'no line is selected: move the cursor to a line' : undefined),
    run: copyLines,
  },
  logBookmarkKey,
];

/** The nearest visible error or gap in a direction. Reads only the columns of the ring, not the texts. */
const nextTrouble = (logs: LogsState, from: number, step: 1 | -1): number | undefined => {
  const { ring, filteredView } = logs;
  let index = ring.blockOf(from);
  let id = from + step;
  for (let block = ring.blocks[index]; block !== undefined; block = ring.blocks[index]) {
    for (; id >= block.base && id < block.base + block.count; id += step) {
      const kind = block.kind[id - block.base] ?? 0;
      const isTrouble =
        kind === rowKind.line
          ? (block.level[id - block.base] ?? 0) >= errorLevelCode
          : kind === rowKind.gap || kind === rowKind.dropped;
      if (isTrouble && filteredView.passes(id) && !isRepeat(logs, id)) return id;
    }
    index += step;
  }
  return undefined;
};

const goToTrouble = (step: 1 | -1) => (context: KeyContext) => {
  const { logs } = context.view.cockpit;
  const cursor = logCursorRow(context.view);
  if (logs === undefined || cursor === undefined) return;
  const rowId = nextTrouble(logs, cursor, step);
  if (rowId === undefined)
    return context.notify(`there is no error or gap ${step > 0 ? 'after' : 'before'} this line`);
  goToLogRow(context, rowId);
};

const goToBookmark = (context: KeyContext): void => {
  const all = bookmarkIds(context.view);
  const cursor = logCursorRow(context.view) ?? 0;
  const { logs } = context.view.cockpit;
  const rowOf = (id: number): number => (logs === undefined ? id : (nearestVisibleRow(logs, id) ?? id));
  const next = all.find((id) => rowOf(id) > cursor) ?? all[0];
  if (next !== undefined) goToLogRow(context, next);
};

/** Keys that jump to errors, gaps and marked lines. */
const jumpKeys: readonly Binding[] = [
  {
    id: 'logs.next-trouble',
    keys: [']'],
    description: 'go to the next error or gap',
    footer: 'error',
    whyNot: streamUnavailableReason,
    run: goToTrouble(1),
  },
  {
    id: 'logs.previous-trouble',
    keys: ['['],
    description: 'go to the previous error or gap',
    whyNot: streamUnavailableReason,
    run: goToTrouble(-1),
  },
  {
    id: 'logs.bookmark',
    keys: ["'"],
    description: 'go to the next marked line',
    whyNot: ({ view }) =>
      bookmarkIds(view).length === 0
        ? `no line is marked: press ${boundKey(view.cockpit, 'mark', 'm')} to mark one`
        : undefined,
    run: goToBookmark,
  },
];

/** The keys of 8 Logs. */
export const logsPaneKeys: readonly Binding[] = [
  {
    id: 'logs.follow',
    keys: ['f', 'space'],
    description: 'pause, or follow the newest line',
    footer: 'pause',
    whyNot: (context) =>
      streamUnavailableReason(context) ?? (isFollowingTail(context.view) ? undefined : 'already paused'),
    run: pauseFollowing,
  },
  {
    id: 'logs.unpause',
    keys: ['f', 'space'],
    description: 'follow the newest line',
    footer: 'follow',
    whyNot: (context) => {
      if (context.view.past !== undefined)
        return `viewing the past: press ${boundKey(context.view.cockpit, 'past.live', '.')} for live`;
      return (
        streamUnavailableReason(context) ?? (isFollowingTail(context.view) ? 'already following' : undefined)
      );
    },
    run: followTail,
  },
  ...promptOpeningKeys,
  ...arrangementKeys,
  ...logFilterKeys,
  ...logHitKeys,
  ...jumpKeys,
  ...logLookKeys,
  ...histogramKeys,
  ...openLogListKeys,
  openLogSaveKey,
  readMoreStreamsKey,
  {
    id: 'logs.older',
    keys: ['b'],
    description: 'load older lines from the source',
    whyNot: streamUnavailableReason,
    run: loadOlderLines,
  },
  cancelLoadingKey,
];
