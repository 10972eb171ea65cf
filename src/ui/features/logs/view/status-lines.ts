import type { Fault } from '../../../../domain/base/fault.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { formatAge } from '../../../../domain/text/duration.ts';
import { formatCount } from '../../../../domain/text/format.ts';
import type { LogStream } from '../../../../logs/format/log-stream.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { helpSeparator, type StyledLine } from '../../../kit/text/line.ts';
import type { GlyphName } from '../../../kit/theme/glyphs.ts';
import type { TextRole } from '../../../kit/theme/roles.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { missingFactsLine } from '../../../shell/panes/status-lines.ts';
import { faultStyle } from '../../../shell/state/fault-text.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';

/** Maximum status lines; further ones are counted. */
const maxStatusLines = 3;

/** A status line. `help`: what to do, which is never cut. */
const status = (
  { pen }: RenderContext,
  glyph: GlyphName,
  role: TextRole,
  text: string,
  help = '',
): StyledLine => [
  pen.run(' '),
  pen.glyph(glyph, role),
  pen.run(` ${text}`, role),
  ...(help === '' ? [] : [pen.run(`${helpSeparator}${help}`, role)]),
];

const faultLine = (view: RenderContext, fault: Fault, name: string, again = ''): StyledLine => {
  const { glyph, role } = faultStyle(fault.kind);
  const kind = fault.kind === 'denied' ? 'Denied: ' : '';
  const message = fault.message.startsWith(name) ? fault.message : `${name}: ${fault.message}`;
  const help = [again, fault.remedy ?? ''].filter((part) => part !== '').join(helpSeparator);
  return status(view, glyph, role, `${kind}${message}`, help);
};

/** Describes a stream without data: its name, the reason, and the next retry. */
const streamLine = (
  view: RenderContext,
  { label, state, fault, retryAt, lines }: LogStream,
): StyledLine | undefined => {
  const again =
    state === 'waiting' && retryAt !== undefined
      ? `retry ${retryAt > view.now ? `in ${formatAge(retryAt - view.now)}` : 'now'}`
      : '';
  if (fault !== undefined && (state !== 'live' || lines === 0)) return faultLine(view, fault, label, again);
  if (state === 'waiting') return status(view, 'down', 'down', `${label}: disconnected`, again);
  if (state === 'gone') return status(view, 'empty', 'stale', `${label}: stream ended, lines are kept`);
  return undefined;
};

const hidesAll = (view: RenderContext, { filteredView, ring }: LogsState): StyledLine => {
  const chips = pluralize(filteredView.chips.length, 'chip');
  const text = `No lines pass: ${chips} ${filteredView.chips.length === 1 ? 'hides' : 'hide'} ${formatCount(ring.count)} lines`;
  return status(view, 'empty', 'loading', text, 'backspace removes the last');
};

/** Explains why no stream is open. */
const noStreams = (view: RenderContext, { scope, isListed = false }: LogsState): StyledLine => {
  const title = scope?.title ?? '';
  if (!isListed) return status(view, 'loading', 'loading', `Loading streams: ${title}`);
  return (scope?.of.length ?? 0) === 0
    ? status(view, 'empty', 'loading', 'There are no log streams: no source lists one')
    : status(view, 'empty', 'loading', `No stream is called ${title}`, ':logs opens all streams');
};

/** Explains why the open streams have no lines: sources that filter themselves send only lines that pass the chips. */
const noLines = (view: RenderContext, { filteredView: { chips } }: LogsState, live: number): StyledLine => {
  const open = `${pluralize(live, 'stream')} open`;
  return chips.length === 0
    ? status(view, 'empty', 'loading', `No lines yet: ${open}`)
    : status(
        view,
        'empty',
        'loading',
        `No lines yet that pass ${pluralize(chips.length, 'chip')}: ${open}`,
        'backspace removes the last',
      );
};

/** Explains why no lines are shown, or undefined. */
const emptyLine = (view: RenderContext, logs: LogsState): StyledLine | undefined => {
  const { ring, filteredView, streams, faults } = logs;
  if (ring.count > 0)
    return filteredView.shown > 0 || filteredView.pending > 0 || filteredView.chips.length === 0
      ? undefined
      : hidesAll(view, logs);
  if (streams.length === 0) return faults.length > 0 ? undefined : noStreams(view, logs);
  const live = streams.filter(({ state, fault }) => state === 'live' && fault === undefined).length;
  if (live > 0) return noLines(view, logs, live);
  return streams.some(({ state }) => state === 'opening')
    ? status(view, 'loading', 'loading', `Opening ${pluralize(streams.length, 'stream')}`)
    : undefined;
};

const slowPatterns = ({ filteredView, hits, tooSlow }: LogsState): readonly string[] => [
  ...new Set([...filteredView.tooSlow, ...hits.tooSlow, ...(tooSlow === undefined ? [] : [tooSlow])]),
];

/** Reports disabled patterns, or lines that timed out in the filter. */
const slowLines = (view: RenderContext, logs: LogsState): readonly StyledLine[] => {
  const patterns = slowPatterns(logs);
  const lines = logs.filteredView.slowLines;
  if (patterns.length === 0 && lines > 0)
    return [
      status(
        view,
        'unknown',
        'warn',
        `${pluralize(lines, 'line')} timed out in the filter, so they are shown`,
      ),
    ];
  return patterns.map((pattern) => {
    const text = `/${view.pen.maskTyped(pattern)}/ timed out on some lines: opsdeck has disabled the filter, which hides nothing`;
    return status(view, 'unknown', 'warn', text);
  });
};

/** Tells how many streams are left unread, and the key that reads more; [] if all are read. */
export const unreadStreamLines = (
  view: RenderContext,
  { streams, limit }: LogsState,
): readonly StyledLine[] => {
  if (limit === undefined) return [];
  const all = formatCount(streams.length + limit.unread);
  const text = `${formatCount(limit.unread)} of ${all} streams are not read, those with problems are read first`;
  return [status(view, 'none', 'loading', text, `${boundKey(view.cockpit, 'logs.more', '&')} reads more`)];
};

/** The status lines of the pane: why it is empty, streams without data, faults and disabled patterns. */
export const logStatusLines = (view: RenderContext): readonly StyledLine[] => {
  const { logs, open } = view.cockpit;
  if (open === undefined) return [missingFactsLine(view)];
  if (logs === undefined)
    return (open.tails?.length ?? 0) === 0
      ? [status(view, 'off', 'stale', 'Not configured: no source provides logs')]
      : [
          status(
            view,
            'none',
            'loading',
            'No log stream is open',
            `${boundKey(view.cockpit, 'logs.follow', 'f')} opens all streams`,
          ),
        ];
  const empty = emptyLine(view, logs);
  const lines: readonly StyledLine[] = [
    ...(empty === undefined ? [] : [empty]),
    ...slowLines(view, logs),
    ...(logs.isWaiting
      ? [
          status(
            view,
            'warn',
            'warn',
            'Buffer full while paused: reading is suspended',
            `${boundKey(view.cockpit, 'logs.unpause', 'f')} follow`,
          ),
        ]
      : []),
    ...logs.faults.map((fault) => faultLine(view, fault, fault.source)),
    ...logs.streams.map((stream) => streamLine(view, stream)).filter((line) => line !== undefined),
  ];
  const more = lines.length - maxStatusLines;
  return more > 0
    ? [...lines.slice(0, maxStatusLines), [view.pen.run(`   ${more} more without data`, 'down')]]
    : lines;
};
