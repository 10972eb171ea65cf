import { pluralize } from '../../../../domain/text/count-text.ts';
import { formatCount } from '../../../../domain/text/format.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { renderSectionRule } from '../../../kit/components/section-rule.ts';
import { fitLine, fitStatusLine, justifyLine, type StyledLine } from '../../../kit/text/line.ts';
import type { PaneRoom, RenderedPane } from '../../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { ruleLook } from '../../../shell/layout/rule-look.ts';
import { levelWordsFrom } from '../../../shell/panes/problem.ts';
import { logPaneTitle } from './header.ts';
import { renderHistogram } from './histogram.ts';
import { lineTemplate } from './patterns.ts';
import { levelCell, renderLogRow, rowLayoutFor } from './render-row.ts';
import { parsedLine, ringRowText } from './ring-row.ts';
import { type SeverePattern, severePatterns, severeRows } from './severe-lines.ts';
import { logStatusLines } from './status-lines.ts';
import { logCursorRow } from './view-state-access.ts';

/** Minimum height of the overview's column of logs with a histogram and patterns above the newest lines. */
const minSectionsHeight = 24;
/** Patterns take at most one row of `patternsDivisor`. */
const patternsDivisor = 4;
/** Width of a count: '1,234'. */
const countCells = 6;

const section = (view: RenderContext, name: string, note: string, width: number): StyledLine => {
  const { pen } = view;
  const title = [pen.run(name, 'bold')];
  const rule = { title, note: note === '' ? [] : [pen.run(note, 'faint')], look: ruleLook(view) };
  return renderSectionRule(pen, { ...rule, role: 'rule' }, width);
};

/** '    41 ✗ request failed method=POST status=<*>   3 streams' */
const patternLine = (
  { pen }: RenderContext,
  logs: LogsState,
  { count, level, newest, streams }: SeverePattern,
  width: number,
): StyledLine => {
  const { message } = parsedLine(ringRowText(logs.ring, newest).text, logs.keys);
  const [first = 0] = streams;
  const source = streams.size > 1 ? pluralize(streams.size, 'stream') : (logs.streams[first]?.label ?? '');
  return justifyLine(
    [
      pen.run(`${formatCount(count).padStart(countCells)} `),
      ...levelCell(pen, level, false),
      pen.run(lineTemplate(pen.run(message).text)),
    ],
    [pen.run('  '), pen.run(source, 'faint'), pen.run(' ')],
    width,
    'plain',
    pen.ellipsis,
  );
};

/** The histogram, the patterns of the newest severe lines, and the heading of the lines themselves; none without room. */
const sectionsAbove = (
  view: RenderContext,
  logs: LogsState,
  until: number,
  { width, height }: PaneRoom,
): readonly StyledLine[] => {
  const { patterns, counted } = severePatterns(logs, until);
  // Where all lines fit, or none repeats, patterns would only repeat the lines below.
  if (height < minSectionsHeight || counted <= height || patterns.length === counted) return [];
  const shown = patterns.slice(0, Math.floor(height / patternsDivisor));
  return [
    ...renderHistogram(view, logs, { width, height }),
    section(view, 'Patterns', `${patterns.length} of ${pluralize(counted, 'line')}`, width),
    ...shown.map((pattern) => patternLine(view, logs, pattern, width)),
    section(view, 'Newest', '', width),
  ];
};

/** Renders severe lines as a column of the overview: if it is high, patterns with their counts, and then the newest lines. */
export const renderLogOverview = (view: RenderContext, room: PaneRoom): RenderedPane => {
  const { pen, cockpit, past } = view;
  const { logs } = cockpit;
  const statusLines = logStatusLines(view).slice(0, 2);
  const title = logPaneTitle(view, room, 'level ≥ WARN');
  const until = past === undefined ? (logs?.ring.end ?? 0) - 1 : (logCursorRow(view) ?? -1);
  const above = logs === undefined ? [] : sectionsAbove(view, logs, until, room);
  const fits = Math.max(0, room.height - 1 - statusLines.length - above.length);
  const ids = logs === undefined ? [] : severeRows(logs, until, fits);
  const rows =
    logs === undefined
      ? []
      : ids.flatMap((id) =>
          renderLogRow(view, logs, id, {
            ...rowLayoutFor(view, logs, room.width, fits),
            hasLevelWords: room.width >= levelWordsFrom,
            wrap: false,
          }),
        );
  const noSevereLines: readonly StyledLine[] =
    logs !== undefined && logs.ring.count > 0 && ids.length === 0
      ? [[pen.run(' '), pen.glyph('ok', 'ok'), pen.run(' no lines ≥ WARN')]]
      : [];
  const states = statusLines.map((line) => fitStatusLine(line, room.width, 'plain', pen.ellipsis));
  const lines = [title, ...above, ...rows, ...noSevereLines, ...states].slice(0, room.height);
  return { lines: lines.map((line) => fitLine(line, room.width, 'plain', pen.ellipsis)) };
};
