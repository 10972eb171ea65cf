import type { Millis } from '../../domain/fault.ts';
import { formatClockTime } from '../../domain/format.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { factKinds, rowName } from '../../kinds/registry.ts';
import { actStartedAt } from '../features/cards/run-text.ts';
import { isRunActive } from '../features/runbooks/actions.ts';
import { boundKey } from '../keys/bound-keys.ts';
import { paneState } from '../model.ts';
import { paneById } from '../panes/index.ts';
import type { RenderContext } from '../render-context.ts';
import { formatElapsed } from '../text/format.ts';
import { fitLine, lineWidth, type StyledLine } from '../text/line.ts';
import type { TextRole } from '../theme/roles.ts';

/** What has turned critical since a moment and still is, by its name; those that turned last come first. */
const becameCriticalSince = ({ kinds, signals }: Snapshot, since: Millis): readonly string[] => {
  const rows = factKinds().flatMap((kind) =>
    kinds[kind].rows.map(({ level, since: at, fact }) => ({
      level,
      at,
      name: `${kind}: ${rowName(kind, fact)}`,
    })),
  );
  const series = signals.map(({ level, verdict, title }) => ({ level, at: verdict?.since, name: title }));
  return [...rows, ...series]
    .flatMap(({ level, at, name }) =>
      level === 'crit' && at !== undefined && at >= since ? [{ at, name }] : [],
    )
    .toSorted((a, b) => b.at - a.at)
    .map(({ name }) => name);
};

/** What can be typed, as long as nothing is. */
const grammar = 'words · !not · ~regex · name=value · "two words"';

/** The filter's text field stands where messages stand otherwise. */
const filterLine = (view: RenderContext): StyledLine => {
  const { pen, ui } = view;
  const typed = paneState(ui, ui.focus).filter;
  const { rows, all, isFuzzy: loosely, filterError: wrong } = paneById(ui.focus).query(view);
  const count = `${rows.length} of ${all}`;
  const told =
    wrong === undefined
      ? [pen.run(`   ${count}${loosely ? ' similar' : ''}`, rows.length === 0 ? 'warn' : 'plain')]
      : [pen.run(`   at ${wrong.at}: ${wrong.text}`, 'warn'), pen.run(` · showing ${count}`)];
  return pen.line(
    pen.run(' /', 'key'),
    `${pen.maskTyped(typed)}_`,
    ...told,
    pen.run(typed === '' ? `   ${grammar}` : '   enter apply · esc clear', 'faint'),
  );
};

/** ' 10:14:58  breaker …': when, and what. */
const said = ({ pen, wallOffset }: RenderContext, at: Millis, text: string, role: TextRole): StyledLine => [
  pen.run(` ${formatClockTime(at + wallOffset)}  `, 'faint'),
  pen.run(text, role),
];

const newestLine = (view: RenderContext): StyledLine => {
  const newest = view.cockpit.messages.at(-1);
  return newest === undefined
    ? []
    : said(view, newest.at, newest.text, newest.level === 'ok' ? 'plain' : newest.level);
};

const backgroundLine = (view: RenderContext): StyledLine | undefined => {
  const { pen, cockpit, now } = view;
  const { run } = cockpit;
  if (run?.background !== true || !isRunActive(cockpit)) return undefined;
  const since = formatElapsed(now - (actStartedAt(run) ?? now));
  const waits = run.awaitingStep === undefined ? '' : ` · waiting for: ${run.awaitingStep.title}`;
  return pen.line(
    ' ',
    pen.glyph('loading', 'loading'),
    pen.run(
      ` ${run.runbook.title} running ${since}${waits} · ${boundKey(cockpit, 'runbook.card', 'R')} opens its card`,
      'loading',
    ),
  );
};

/** Under so many cells a message says too little. */
const leastMessage = 24;

/** A run that goes on in the background, and beside it, where there is room, the newest message. */
const bothLines = (view: RenderContext, going: StyledLine, newest: StyledLine): StyledLine => {
  const { columns, pen } = view;
  const room = columns - lineWidth(going) - 2;
  return room < leastMessage
    ? going
    : [...going, pen.run('  '), ...fitLine(newest, room, 'plain', pen.ellipsis)];
};

/** Something has turned critical after this while an earlier moment was looked at: that is more than an answer to a key. */
const turnedSince = ({ ui, own }: RenderContext, at: Millis): boolean =>
  ui.past !== undefined && own !== undefined && becameCriticalSince(own.snapshot, at + 1).length > 0;

/** What has turned critical while an earlier moment is looked at; else the newest message, which is live. */
const meanwhile = (view: RenderContext): StyledLine => {
  const { pen, ui, own } = view;
  const turned = own === undefined ? [] : becameCriticalSince(own.snapshot, ui.past?.since ?? view.now);
  const [newest] = turned;
  const mark = pen.run(' LIVE ', 'past');
  if (newest === undefined) return view.cockpit.messages.length === 0 ? [] : [mark, ...newestLine(view)];
  const more = turned.length > 1 ? ` and ${turned.length - 1} more` : '';
  return pen.line(mark, ' ', pen.glyph('crit', 'crit'), pen.run(` critical since: ${newest}${more}`, 'crit'));
};

/**
 * The row above the footer: the filter being typed, an answer to a key, a run in the background, the newest message. It
 * is live, also while panes show an earlier moment (`inPast`).
 */
export const renderMessageLine = (view: RenderContext, inPast = false): StyledLine => {
  const { ui, cockpit } = view;
  if (ui.isFiltering && ui.overlay.is === 'none') return filterLine(view);
  const { prompt: asking } = paneById(ui.focus);
  if (asking?.isAsked(view) === true && ui.overlay.is === 'none') return asking.line(view);
  const { notice } = ui;
  if (
    notice !== undefined &&
    notice.at >= (cockpit.messages.at(-1)?.at ?? 0) &&
    !turnedSince(view, notice.at)
  )
    return said(view, notice.at, notice.text, 'key');
  const going = backgroundLine(view);
  const newest = inPast ? meanwhile(view) : newestLine(view);
  return going === undefined ? newest : bothLines(view, going, newest);
};
