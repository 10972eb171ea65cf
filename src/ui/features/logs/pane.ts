import { formatCount } from '../../../domain/text/format.ts';
import { parsePattern } from '../../../logs/format/filter-chip.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import { countVisibleHits } from '../../../logs/ring/visible-hits.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Pane } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { isOpenedFromRunCard } from '../run-words/run-output.ts';
import { isByPattern, movePatternCursor, showPatternLines } from './keys/arrangement-keys.ts';
import { moveLogCursor, toggleLogRow } from './keys/cursor-movement.ts';
import { handleLogsClick } from './keys/histogram-keys.ts';
import { logPromptField, logPromptKeys } from './keys/prompt.ts';
import { patternError } from './keys/search.ts';
import { logsPaneKeys } from './pane-keys.ts';
import { formatSavedLines, logFileName } from './save.ts';
import { hitPositionText } from './view/header.ts';
import { renderLogOverview } from './view/render-overview.ts';
import { renderLogPane } from './view/render-pane.ts';
import { bookmarkIds, bookmarkRows, logTable, selectedLogRows } from './view/rows.ts';
import type { LogPromptKind } from './view/view-state.ts';
import { logCursorRow, logsPaneId } from './view/view-state-access.ts';

const marks: Readonly<Record<LogPromptKind, string>> = {
  include: ' + ',
  exclude: ' - ',
  seek: ' /',
  time: ' time ',
  around: ' context lines ',
};

const hints: Readonly<Record<LogPromptKind, string>> = {
  include: 'show matching lines · lower case ignores case · /a|b/ is a regex',
  exclude: 'hide matching lines · lower case ignores case · /a|b/ is a regex',
  seek: 'mark matches, hide nothing · /a|b/ is a regex',
  time: '10:14 · 10:14:30 · -15m · 2026-03-04T10:14 · 10:14-10:20 range',
  around: '3: before and after · 5,0: before only · 0: none',
};

/** The number of lines that match the typed filter. It grows until the search has covered all lines. */
const filterCountText = ({ ring, filteredView, hits }: LogsState, is: 'include' | 'exclude'): string => {
  if (hits.tooSlow.length > 0)
    return 'too slow on some lines: opsdeck would disable this filter, which then hides nothing';
  const more = hits.pending > 0 ? '+' : '';
  if (is === 'include') return `${formatCount(hits.shown)}${more} of ${formatCount(ring.count)} lines match`;
  return `${formatCount(countVisibleHits(filteredView, hits))}${more} of ${formatCount(filteredView.shown)} lines would be hidden`;
};

/** Previews the result of the text typed so far. */
const previewOf = (
  view: RenderContext,
  is: LogPromptKind,
  text: string,
): { readonly text: string; readonly isError?: true } => {
  const { logs } = view.cockpit;
  if (logs === undefined || is === 'time' || is === 'around') return { text: '' };
  const error = patternError(parsePattern(view.pen.resolveAliases(text)));
  if (error !== undefined) return { text: error, isError: true };
  if (is === 'seek') return { text: hitPositionText(logs, logCursorRow(view)) };
  return { text: filterCountText(logs, is) };
};

/** Renders the prompt line below the panes. */
const promptLine = (view: RenderContext): StyledLine => {
  const { pen, ui } = view;
  const { prompt } = ui.logs;
  if (prompt === undefined) return [];
  const { is, text, diagnostic } = prompt;
  const marked = is === 'time' && bookmarkIds(view).length > 1 ? "': range of the marked lines · " : '';
  const preview = text === '' ? { text: `${marked}${hints[is]}` } : previewOf(view, is, text);
  const isError = diagnostic !== undefined || ('isError' in preview && preview.isError === true);
  return pen.line(
    pen.run(marks[is], 'key'),
    `${pen.maskTyped(text)}_`,
    pen.run(`   ${diagnostic ?? preview.text}`, isError ? 'warn' : text === '' ? 'faint' : 'plain'),
    pen.run(text === '' ? '' : isError ? ' · filter unchanged' : '   enter apply · esc cancel', 'faint'),
  );
};

/** Minimum terminal width at which the overview includes Logs. */
export const minOverviewColumns = 180;

const hasTails = ({ cockpit }: RenderContext): boolean => (cockpit.open?.tails?.length ?? 0) > 0;

/** The marked lines, or those that are shown, for an editor or a pager. */
const shownLinesText: Pane['documentText'] = (view) => {
  const { logs } = view.cockpit;
  if (logs === undefined) return undefined;
  const what = bookmarkIds(view).length > 0 ? 'marked' : 'shown';
  const request = { what, form: 'text', names: view.pen.shared ? 'anonymized' : 'real' } as const;
  return { name: logFileName(view, request), text: formatSavedLines(view, logs, request) };
};

/**
 * 8 Logs: the log lines of pods, containers, units and files by time. A million lines are possible, so the rows are never
 * materialized as a list. `rows` returns only the row under the cursor, and the pane moves its own cursor (`moveCursor`).
 */
export const logsPane: Pane = {
  id: logsPaneId,
  key: '8',
  title: 'Logs',
  isAvailable: (view) => view.columns >= minOverviewColumns && hasTails(view),
  isColumn: true,
  isOpenedFromCard: isOpenedFromRunCard,
  orders: ['by time'],
  columnCount: () => 0,
  keys: logsPaneKeys,
  disabledKeys: ['order', 'order.reverse', 'mark.shown'],
  query: (view) => ({
    rows: selectedLogRows(view),
    all: view.cockpit.logs?.filteredView.shown ?? 0,
    isFuzzy: false,
  }),
  everyRow: bookmarkRows,
  table: logTable,
  allRows: selectedLogRows,
  rows: selectedLogRows,
  displayedRows: selectedLogRows,
  desiredHeight: (view) => view.rows,
  render: (view, room) => (room.form === 'full' ? renderLogPane(view, room) : renderLogOverview(view, room)),
  problems: () => [],
  prompt: {
    isAsked: ({ ui }) => ui.logs.prompt !== undefined,
    keys: logPromptKeys,
    field: logPromptField,
    line: promptLine,
  },
  documentText: shownLinesText,
  enter: (context) => (isByPattern(context) ? showPatternLines(context) : toggleLogRow(context)),
  offersRunbooks: true,
  exportName: 'TEXT, CSV and JSON export the marked lines or the current line. S saves all shown lines',
  moveCursor: (context, step) =>
    isByPattern(context) ? movePatternCursor(context, step) : moveLogCursor(context, step),
  click: handleLogsClick,
};
