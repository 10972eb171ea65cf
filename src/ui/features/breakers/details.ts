import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import type { Breaker, BreakerState } from '../../../kinds/breakers/fact.ts';
import { type ChainLink, renderChain } from '../../kit/components/chain.ts';
import { renderGauge } from '../../kit/components/gauge.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { latestNotes, renderNotes } from '../../shell/panes/note-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type BreakerRow, breakerAsks, breakerStateText, halfOpenText } from './columns.ts';
import { eventGroupLines, groupEvents } from './events.ts';
import { openedEventLines } from './opened-events.ts';

const limitsOf = ({ failureRateThreshold, slowCallRateThreshold }: Breaker): string => {
  const limits = [
    failureRateThreshold === undefined ? '' : `${formatPercent(failureRateThreshold, 0)} fail`,
    slowCallRateThreshold === undefined ? '' : `${formatPercent(slowCallRateThreshold, 0)} slow`,
  ].filter((part) => part !== '');
  return limits.length === 0 ? '' : `  limits ${limits.join(', ')}`;
};

const groupLine = ({ pen, cockpit }: RenderContext, { label, members = [] }: BreakerRow): StyledLine => {
  const states = [...Map.groupBy(members, ({ fact }) => fact.state)].map(
    ([state, all]) => `${all.length} ${state}`,
  );
  return [
    pen.run(` ${label}`, 'bold'),
    pen.run(
      `  ${states.join(', ')} · ${boundKey(cockpit, 'column.left', 'h')} fold · ${boundKey(cockpit, 'column.right', 'l')} unfold`,
      'faint',
    ),
  ];
};

/** The states that a breaker goes through by itself. */
const cycle: readonly BreakerState[] = ['closed', 'open', 'half-open'];

/** The meaning of a state for the calls. */
const meanings: Readonly<Record<BreakerState, string>> = {
  closed: 'calls pass',
  open: 'calls are rejected without being tried',
  'half-open': 'trial calls decide whether the breaker closes',
  'forced-open': 'a person forced the breaker open, and all calls are rejected',
  disabled: 'the breaker is switched off, and all calls pass',
  'metrics-only': 'the breaker only counts, and all calls pass',
  unknown: 'the state is unknown',
};

/** 'CLOSED → [OPEN ≥33s] → HALF-OPEN in 12s · calls are rejected without being tried' */
const stateLine = ({ pen, now }: RenderContext, { fact, level, row }: BreakerRow): StyledLine => {
  const current: StyledLine = [
    pen.run(`[${breakerStateText(fact)} ${formatStateAge(row, now)}]`, level === 'ok' ? 'bold' : level),
  ];
  const meaning = pen.run(`  ${meanings[fact.state]}`);
  if (!cycle.includes(fact.state)) return [pen.run('   '), ...current, meaning];
  const countdown = row.stale ? '' : halfOpenText(fact, now).replace('half-open', '');
  const steps = cycle.flatMap(
    (state, index): StyledLine => [
      ...(index === 0 ? [] : [pen.run(' '), pen.glyph('level', 'faint'), pen.run(' ')]),
      ...(state === fact.state
        ? current
        : [pen.run(`${state.toUpperCase()}${state === 'half-open' ? countdown : ''}`, 'faint')]),
    ],
  );
  return [pen.run('   '), ...steps, meaning];
};

/** The states as boxes with arrows, the present one with its age; a sentence for a state outside of the cycle. */
const stateBoxes = (view: RenderContext, { fact, level, row }: BreakerRow): readonly StyledLine[] => {
  const { pen, now, columns } = view;
  // A state that is no longer read is that of its last reading.
  const own = row.stale ? 'stale' : level === 'ok' ? 'plain' : level;
  const when = row.stale ? `${formatAge(now - fact.at)} ago` : `now, ${formatStateAge(row, now)}`;
  const state = pen.run(breakerStateText(fact), own);
  const meaning = pen.run(`: ${meanings[fact.state]}.`, row.stale ? 'stale' : 'plain');
  const sentence = row.stale
    ? pen.line(
        pen.run(' When last read, '),
        pen.run(when, own),
        pen.run(', the breaker was '),
        state,
        meaning,
      )
    : pen.line(pen.run(' The breaker is '), state, meaning);
  if (!cycle.includes(fact.state)) return [sentence];
  const countdown = row.stale ? '' : halfOpenText(fact, now).replace('half-open ', '');
  const links = cycle.map((state): ChainLink => {
    const isOwn = state === fact.state;
    return {
      name: [pen.run(state.toUpperCase(), isOwn ? own : 'faint')],
      state: [pen.run(isOwn ? when : state === 'half-open' ? countdown : '', 'faint')],
      role: isOwn ? own : 'rule',
      count: 1,
    };
  });
  const boxes = renderChain(pen, links, columns - 1).map((line) => [pen.run(' '), ...line]);
  return [sentence, [], ...boxes];
};

/** The opened breaker beside the list: its state, its window, and its events. */
export const renderOpenedBreaker = (view: RenderContext, row: BreakerRow): readonly StyledLine[] => {
  const { pen, now } = view;
  if (row.members !== undefined) return [groupLine(view, row)];
  const { fact } = row;
  const { bufferedCalls } = fact;
  const last = bufferedCalls === undefined ? '' : `last ${pluralize(bufferedCalls, 'call')} · `;
  const window = justifyLine(
    [pen.run(' Sliding window', 'bold')],
    [pen.run(`${last}${fact.source}, ${formatAge(now - fact.at)} ago `, 'faint')],
    view.columns,
    'plain',
    pen.ellipsis,
  );
  const { lines: events, countsRejected } = openedEventLines(view, row);
  return [...stateBoxes(view, row), [], window, ...windowLines(view, row, !countsRejected), ...events];
};

/** Cells of the gauges. */
const gaugeCells = 24;

interface Share {
  readonly word: string;
  readonly rate: number | undefined;
  readonly count: number | undefined;
  readonly limit: number | undefined;
}

/** '   failed ███████░░░  82 %  82 of 100  limit 50 %' */
const gaugeLine = ({ pen }: RenderContext, breaker: Breaker, share: Share): StyledLine => {
  const { bufferedCalls, failedCalls, slowCalls } = breaker;
  const { word, rate, count, limit } = share;
  const isOver = rate !== undefined && limit !== undefined && rate >= limit;
  const all = formatCount(bufferedCalls);
  const cells = Math.max(...[failedCalls, slowCalls].map((calls) => formatCount(calls).length));
  const counted = count === undefined ? '' : `  ${formatCount(count).padStart(cells)} of ${all} calls`;
  return [
    pen.run(`   ${word.padEnd(6)} `, 'faint'),
    ...renderGauge(
      pen,
      rate === undefined ? undefined : rate / 100,
      gaugeCells,
      isOver ? 'crit' : 'plain',
      limit === undefined ? undefined : limit / 100,
    ),
    pen.run(`  ${formatPercent(rate).padStart(6)}`, isOver ? 'crit' : 'plain'),
    pen.run(`${counted}${limit === undefined ? '' : `  limit ${formatPercent(limit, 0)}`}`, 'faint'),
  ];
};

/** The sliding window: failed and slow calls against their limits, and the calls that were rejected. */
const windowLines = (
  view: RenderContext,
  { fact }: BreakerRow,
  hasRejected = true,
): readonly StyledLine[] => {
  const { pen } = view;
  const { failureRate, slowCallRate, bufferedCalls, failedCalls, slowCalls, notPermittedCalls } = fact;
  const rejected: readonly StyledLine[] =
    notPermittedCalls === undefined || !hasRejected
      ? []
      : [
          [
            pen.run('   rejected ', 'faint'),
            pen.run(`${formatCount(notPermittedCalls)} ${notPermittedCalls === 1 ? 'call' : 'calls'}`),
          ],
        ];
  if (failureRate === undefined && bufferedCalls !== undefined)
    return [
      [pen.run(`   no rate yet: the window has only ${pluralize(bufferedCalls, 'call')} in the window`)],
      ...rejected,
    ];
  return [
    gaugeLine(view, fact, {
      word: 'failed',
      rate: failureRate,
      count: failedCalls,
      limit: fact.failureRateThreshold,
    }),
    gaugeLine(view, fact, {
      word: 'slow',
      rate: slowCallRate,
      count: slowCalls,
      limit: fact.slowCallRateThreshold,
    }),
    ...rejected,
  ];
};

const eventTitle = 'calls and transitions, newest first';

/** The recent events, equal neighbors as one line with a count; V shows each. */
const eventLines = (view: RenderContext, row: BreakerRow): readonly StyledLine[] => {
  const { pen, ui, cockpit } = view;
  const { name } = row.fact;
  const isOwn = ({ title }: { readonly title: string }): boolean => title.includes(name);
  return breakerAsks(view, row).flatMap((ask): readonly StyledLine[] => {
    const notes = latestNotes(view, ask, isOwn);
    const groups = groupEvents(notes, name);
    const exact = renderNotes(
      view,
      eventTitle,
      ask,
      isOwn,
      ({ title, text }) => `${title.split(' ').at(-1) ?? ''}  ${text}`,
    );
    if (ui.allBreakerEvents || groups.length === notes.length) return exact;
    const [title, ...rest] = exact;
    const key = boundKey(cockpit, 'breaker.events', 'V');
    return [
      [...(title ?? []), pen.run(` · ${key} shows all ${notes.length}`, 'faint')],
      ...eventGroupLines(pen, groups, view.columns),
      // Behind the notes: what their source says about itself.
      ...rest.slice(notes.reduce((sum, { text }) => sum + text.split('\n').length, 0)),
    ];
  });
};

/** Renders the limits of a breaker; opened: its state, its window and its events. */
export const renderBreakerDetails = (
  view: RenderContext,
  row: BreakerRow,
  opened: boolean,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const { fact } = row;
  if (row.members !== undefined) return [groupLine(view, row)];
  const countdown = row.row.stale ? '' : halfOpenText(fact, now);
  const head = pen.line(
    pen.run(` ${row.label}`, 'bold'),
    ...(countdown === '' ? [] : [pen.run(`  ${countdown}`)]),
    pen.run(`${limitsOf(fact)} · ${fact.source}, ${formatAge(now - fact.at)} ago`, 'faint'),
  );
  if (!opened) return [head];
  return [head, stateLine(view, row), ...windowLines(view, row), ...eventLines(view, row)];
};
