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
import { newestSevereRows, type SeverePattern, severePatterns } from './severe-lines.ts';
import { logStatusLines } from './status-lines.ts';
import { logCursorRow } from './view-state-access.ts';

/** Minimum height of the overview's column of logs with a histogram and patterns above the newest lines. */
const minSectionsHeight = 24;
/** Patterns take at most one row of `patternsDivisor`. */
const patternsDivisor = 4;
/** The title of the pane, and the heads of patterns and lines. */
const sectionHeads = 3;
/** Width of a count: '1,234'. */
const countCells = 6;

const section = (view: RenderContext, name: string, note: string, width: number): StyledLine => {
  const { pen } = view;
  const title = [pen.run(name, 'bold')];
  const rule = { title, note: note === '' ? [] : [pen.run(note, 'faint')], look: ruleLook(view) };
  return renderSectionRule(pen, { ...rule, role: 'rule' }, width);
};

/** The most frequent patterns that are compared by their text. */
const maxComparedPatterns = 60;

/** A pattern and its text as it is shown. */
interface ShownPattern extends SeverePattern {
  readonly template: string;
}

/** Patterns that read the same are one: lines that differ only in what is not shown, such as their logger. */
const joinAlike = ({ pen }: RenderContext, logs: LogsState, patterns: readonly SeverePattern[]) => {
  const shown = patterns.slice(0, maxComparedPatterns).map((pattern): ShownPattern => {
    const { message } = parsedLine(ringRowText(logs.ring, pattern.newest).text, logs.keys);
    // Masked before words are replaced: a secret is recognized in the whole text only.
    return { ...pattern, template: lineTemplate(pen.run(message).text) };
  });
  return [...Map.groupBy(shown, ({ level, template }) => `${level} ${template}`).values()]
    .flatMap((alike): readonly ShownPattern[] => {
      const [first] = alike;
      if (first === undefined) return [];
      const streams = new Set(alike.flatMap((pattern) => [...pattern.streams]));
      return [{ ...first, count: alike.reduce((sum, { count }) => sum + count, 0), streams }];
    })
    .toSorted((a, b) => b.level - a.level || b.count - a.count);
};

/** '    41 ✗ request failed method=POST status=<*>   3 streams' */
const patternLine = (
  { pen }: RenderContext,
  logs: LogsState,
  { count, level, template, streams }: ShownPattern,
  width: number,
): StyledLine => {
  const [first = 0] = streams;
  const source = streams.size > 1 ? pluralize(streams.size, 'stream') : (logs.streams[first]?.label ?? '');
  return justifyLine(
    [
      pen.run(`${formatCount(count).padStart(countCells)} `),
      ...levelCell(pen, level, false),
      pen.run(template),
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
  const found = severePatterns(logs, until);
  const { counted } = found;
  // Where no line repeats, patterns would only repeat the lines below.
  if (height < minSectionsHeight || found.patterns.length === counted) return [];
  const patterns = joinAlike(view, logs, found.patterns);
  const all = patterns.length + Math.max(0, found.patterns.length - maxComparedPatterns);
  const shown = patterns.slice(0, Math.floor(height / patternsDivisor));
  const histogram = renderHistogram(view, logs, { width, height });
  // Lines that all have room without the sections give none of it to them.
  const besides = histogram.length + shown.length + sectionHeads;
  if (counted <= height && counted + besides > height) return [];
  return [
    ...histogram,
    section(view, 'Patterns', `${all} of ${pluralize(counted, 'line')}`, width),
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
  const ids = logs === undefined || fits === 0 ? [] : newestSevereRows(logs, until, fits);
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
