import type { DescriptionFormat } from '../../../domain/facts/object-description.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { findIgnoringCase } from '../../../domain/text/lower-case.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  inputField,
  keyHints,
  maxCardHeight,
} from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { noOverlay, type OverlayKinds } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { formatBlockedReason } from '../../shell/dialogs/open-reader.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';
import { linesFittingClipboard, maskForExport, maxClipboardBytes } from '../../shell/output/clipboard.ts';
import { documentKeys, type NamedText } from '../../shell/output/documents.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import {
  commandCount,
  commandHints,
  commandKeys,
  commandMark,
  nextCommand,
  pageStart,
} from './page-commands.ts';
import {
  maskedReaderLines,
  matchingLineIndices,
  nextMatchingLine,
  type ReaderRow,
  wrapReaderText,
} from './reader-text.ts';

type ReaderOverlay = OverlayKinds['reader'];

/** Renders a row with highlighted matches; a match split by wrapping is only marked on its line. */
const rowLine = (
  view: RenderContext,
  { text, line, isRest }: ReaderRow,
  wantedPart: string,
  { hit, page }: ReaderOverlay,
): StyledLine => {
  const { pen } = view;
  const other = isRest || page === undefined ? pen.run(' ') : commandMark(view, page, line);
  const mark = line === hit && !isRest ? pen.glyph('hit', 'match') : other;
  const parts: StyledLine[] = [];
  let rest = 0;
  for (const [from, to] of findIgnoringCase(text, wantedPart)) {
    parts.push([pen.run(text.slice(rest, from)), pen.run(text.slice(from, to), 'armed')]);
    rest = to;
  }
  return [mark, pen.run(' '), ...parts.flat(), pen.run(text.slice(rest))];
};

/** The line shown instead of the text: loading, empty or failed. */
const stateLine = ({ cockpit, pen, now }: RenderContext): readonly StyledLine[] => {
  const { description: reading } = cockpit;
  if (reading === undefined) return [[pen.run('  canceled · press r to reload', 'stale')]];
  const { source, state } = reading;
  if (state.is === 'asking') {
    const spent = (Math.max(0, now - state.since) / 1000).toFixed(1);
    const text = ` loading from ${source}, ${spent}s of ${formatDuration(state.timeoutMs)}`;
    return [[pen.run('  '), pen.glyph('loading', 'loading'), pen.run(text, 'loading')]];
  }
  if (state.is === 'read')
    return state.lines.length === 0
      ? [[pen.run('  '), pen.glyph('empty', 'loading'), pen.run(' empty response', 'loading')]]
      : [];
  const { glyph, role } = faultStyle(state.fault.kind);
  const remedy = state.fault.remedy === undefined ? [] : [[pen.run(`    ${state.fault.remedy}`, role)]];
  return [[pen.run('  '), pen.glyph(glyph, role), pen.run(` ${state.fault.message}`, role)], ...remedy];
};

const titles: Readonly<Record<DescriptionFormat, string>> = {
  describe: 'DESCRIBE',
  yaml: 'YAML',
  events: 'EVENTS',
  applied: 'LAST APPLIED',
};

const subjectText = (kind: string, name: string): string => {
  if (kind !== 'namespace' || (name !== '' && name !== '*')) return `${kind} ${name}`;
  return name === '*' ? 'all namespaces' : 'namespace of the source';
};

/** Minimum width at which the key line names every format. */
const roomyColumns = 110;

/** The keys of the other formats; on a narrow screen one of them. */
const formatHints = ({ view }: KeyContext, { how, subject, page }: ReaderOverlay): readonly string[] => {
  if (page !== undefined) return commandHints(view);
  const hints = formatKeys
    .filter(
      (formatKey) =>
        formatKey.how !== how &&
        subject.kind !== 'namespace' &&
        formatBlockedReason({ view }, subject.source, formatKey.how) === undefined,
    )
    .map(({ hint }) => hint);
  return view.columns >= roomyColumns ? hints : hints.slice(0, 1);
};

/** Renders an object's description, YAML or events. */
export const renderReader = (context: KeyContext, overlay: ReaderOverlay): Card => {
  const { view } = context;
  const { pen } = view;
  const [lines, rows, from, room] = [
    maskedReaderLines(view),
    visibleReaderRows(view),
    readerScrollTop(view, overlay),
    readerHeight(view),
  ];
  const hits = matchingLineIndices(lines, overlay.text);
  const shown = rows.slice(from, from + room);
  const last = shown.at(-1)?.line ?? 0;
  const nth = overlay.hit === undefined ? -1 : hits.indexOf(overlay.hit);
  const matchText = overlay.text === '' ? '' : `${nth < 0 ? 0 : nth + 1} of ${hits.length} matches · `;
  const range =
    lines.length === 0
      ? ''
      : `${matchText === '' ? 'lines ' : ''}${(shown[0]?.line ?? 0) + 1} to ${last + 1} of ${lines.length}`;
  const typed =
    overlay.typing || overlay.text !== ''
      ? [
          pen.run('  /', 'key'),
          ...(overlay.typing ? inputField(pen, overlay.text) : [pen.run(pen.maskTyped(overlay.text))]),
        ]
      : [];
  // Scrolling is obvious; the way out is not.
  const isNarrow = cardInnerWidth(view) < 92;
  const { kind, name, source } = overlay.subject;
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        view,
        [
          pen.run(overlay.page === undefined ? titles[overlay.how] : 'RUNBOOK', 'bold'),
          pen.run(`  ${overlay.page === undefined ? subjectText(kind, name) : name}`),
          pen.run(` · ${overlay.page === undefined ? source : commandCount(view, overlay.page)}`, 'faint'),
          ...typed,
        ],
        [pen.run(`${matchText}${range}`, 'faint')],
      ),
      ...stateLine(view),
      ...shown.map((row) => rowLine(view, row, overlay.text.trim().toLowerCase(), overlay)),
      keyHints(
        pen,
        ...(isNarrow ? [] : ['j k ctrl-d g G']),
        '/ find, n N',
        ...formatHints(context, overlay),
        'y copy',
        'v editor',
        'p pager',
        ...(isNarrow ? [] : ['r reload']),
        'esc close',
      ),
    ],
  };
};

const copy = ({ view, copy: send, notify: say }: KeyContext): void => {
  const lines = maskedReaderLines(view);
  const fitting = linesFittingClipboard(lines.map((line) => maskForExport(view, line)));
  send(`${fitting.join('\n')}\n`);
  const isCut = fitting.length < lines.length;
  const what = isCut
    ? `the first ${fitting.length} of ${lines.length} lines (limit ${maxClipboardBytes} bytes)`
    : pluralize(lines.length, 'line');
  say(`${what} sent to the terminal clipboard`);
};

const noText = ({ view }: KeyContext): string | undefined =>
  maskedReaderLines(view).length === 0 ? 'no text yet' : undefined;

/** The text as a file for an editor or a pager. */
const readerText = (context: KeyContext): NamedText | undefined => {
  const { view } = context;
  const overlay = reader(context);
  if (overlay === undefined) return undefined;
  const { kind, name } = overlay.subject;
  const called = maskForExport(view, `${kind}-${name}`).replaceAll(/[^\w.-]/g, '_');
  return {
    name: `${called}.${overlay.how === 'yaml' ? 'yaml' : 'txt'}`,
    text: `${maskedReaderLines(view)
      .map((line) => maskForExport(view, line))
      .join('\n')}\n`,
  };
};

/** `y` in the reader. */
const copyText: Binding = {
  id: 'reader.copy',
  keys: ['y'],
  description: 'copy the text to the clipboard',
  footer: 'copy',
  whyNot: noText,
  run: copy,
};

/** Width of the gutter for match markers. */
const gutter = 2;

const visibleReaderRows = (view: RenderContext): readonly ReaderRow[] =>
  wrapReaderText(maskedReaderLines(view), cardInnerWidth(view) - gutter, view.pen);

/** Rows of text in the card, without title and keys. */
const readerHeight = ({ rows }: Pick<RenderContext, 'rows'>): number => Math.max(1, maxCardHeight(rows) - 2);

/** The first visible row, adjusted to the current size. */
const readerScrollTop = (view: RenderContext, { from }: Pick<ReaderOverlay, 'from'>): number => {
  const rows = visibleReaderRows(view);
  const first = from < 0 ? rows.findIndex(({ line }) => line === pageStart(view)) : from;
  return Math.max(0, Math.min(first, rows.length - readerHeight(view)));
};

const change = ({ model, view }: KeyContext, part: Partial<Omit<ReaderOverlay, 'is'>>): void => {
  const { overlay } = view.ui;
  if (overlay.is === 'reader') model.setState({ overlay: { ...overlay, ...part } });
};

const reader = ({ view }: KeyContext): ReaderOverlay | undefined =>
  view.ui.overlay.is === 'reader' ? view.ui.overlay : undefined;

const scrollTo = (context: KeyContext, from: number): void =>
  change(context, { from: readerScrollTop(context.view, { from: Math.max(0, from) }) });

const scroll =
  (step: number) =>
  (context: KeyContext): void => {
    const overlay = reader(context);
    if (overlay !== undefined) scrollTo(context, readerScrollTop(context.view, overlay) + step);
  };

/** The first visible row with which a line is seen, with some context above it. */
const scrolledTo = (context: KeyContext, wanted: number): number => {
  const { view } = context;
  const row = visibleReaderRows(view).findIndex(({ line }) => line === wanted);
  const overlay = reader(context);
  const position = overlay === undefined ? 0 : readerScrollTop(view, overlay);
  const room = readerHeight(view);
  const isSeen = row >= position && row < position + room;
  return isSeen ? position : readerScrollTop(view, { from: Math.max(0, row - Math.floor(room / 3)) });
};

/** Scrolls to a match. */
const show = (context: KeyContext, text: string, hit: number | undefined): void => {
  if (hit !== undefined) change(context, { text, hit, from: scrolledTo(context, hit) });
};

/** Selects another command of a page, and scrolls to it. */
const selectCommand =
  (step: 1 | -1) =>
  (context: KeyContext): void => {
    const page = reader(context)?.page;
    const next = page === undefined ? undefined : nextCommand(context.view, page, step);
    if (page === undefined || next === undefined) return;
    change(context, { page: { ...page, command: next.index }, from: scrolledTo(context, next.line) });
  };

const jump =
  (step: 1 | -1) =>
  (context: KeyContext): void => {
    const overlay = reader(context);
    if (overlay === undefined) return;
    const hits = matchingLineIndices(maskedReaderLines(context.view), overlay.text);
    show(context, overlay.text, nextMatchingLine(hits, overlay.hit ?? -1, step));
  };

const noHit = (context: KeyContext): string | undefined => {
  const { text = '' } = reader(context) ?? {};
  if (text === '') return 'no search yet: press /';
  return matchingLineIndices(maskedReaderLines(context.view), text).length === 0
    ? `no line contains "${text}"`
    : undefined;
};

const ask =
  (how?: DescriptionFormat) =>
  (context: KeyContext): void => {
    const overlay = reader(context);
    if (overlay === undefined) return;
    const { hit: _, ...rest } = overlay;
    context.model.setState({
      overlay: { ...rest, how: how ?? overlay.how, ...(how === undefined ? {} : { from: 0 }) },
    });
    if (overlay.page === undefined) context.commands.describe(overlay.subject, how ?? overlay.how);
    else context.commands.openRunbookPage(overlay.page.address);
  };

/** Clears the search first, then closes the reader and aborts a pending request. */
const back = (context: KeyContext): void => {
  const overlay = reader(context);
  if (overlay !== undefined && overlay.text !== '') {
    const { hit: _, ...rest } = overlay;
    context.model.setState({ overlay: { ...rest, text: '', typing: false } });
    return;
  }
  context.commands.stopDescribing();
  context.model.setState({ overlay: noOverlay });
};

const formatKeyBlockedReason =
  (how: DescriptionFormat) =>
  (context: KeyContext): string | undefined => {
    const overlay = reader(context);
    if (overlay === undefined) return undefined;
    if (overlay.how === how) return 'already shown: press r to reload';
    // The only text of a namespace is its events.
    if (overlay.subject.kind === 'namespace') return 'a namespace has only events';
    return formatBlockedReason(context, overlay.subject.source, how);
  };

const formatKeys: readonly {
  readonly how: DescriptionFormat;
  readonly key: string;
  readonly hint: string;
  readonly description: string;
}[] = [
  { how: 'describe', key: 'd', hint: 'd describe', description: 'show the description' },
  { how: 'yaml', key: 'Y', hint: 'Y YAML', description: 'show the YAML, or the unit file' },
  { how: 'events', key: 'V', hint: 'V events', description: 'show the events, newest first' },
  { how: 'applied', key: 'a', hint: 'a applied', description: 'compare with the last kubectl apply' },
];

const moveKeys: readonly Binding[] = [
  { id: 'reader.down', keys: ['j', 'down'], description: 'scroll down', run: scroll(1) },
  { id: 'reader.up', keys: ['k', 'up'], description: 'scroll up', run: scroll(-1) },
  {
    id: 'reader.first',
    keys: ['g', 'home'],
    description: 'go to the first line',
    run: (context) => scrollTo(context, 0),
  },
  {
    id: 'reader.last',
    keys: ['G', 'end'],
    description: 'go to the last line',
    run: (context) => scrollTo(context, Infinity),
  },
  {
    id: 'reader.half-down',
    keys: ['ctrl-d', 'pagedown', 'space'],
    description: 'scroll down half a page',
    run: (context) => scroll(context.halfPage)(context),
  },
  {
    id: 'reader.half-up',
    keys: ['ctrl-u', 'pageup'],
    description: 'scroll up half a page',
    run: (context) => scroll(-context.halfPage)(context),
  },
  {
    id: 'reader.find',
    keys: ['/'],
    description: 'search the text',
    footer: 'find',
    run: (context) => change(context, { typing: true, text: '' }),
  },
  {
    id: 'reader.next',
    keys: ['n'],
    description: 'go to the next match',
    footer: 'next',
    whyNot: noHit,
    run: jump(1),
  },
  {
    id: 'reader.previous',
    keys: ['N'],
    description: 'go to the previous match',
    whyNot: noHit,
    run: jump(-1),
  },
];

const textKeys: readonly Binding[] = [
  copyText,
  ...documentKeys('reader', readerText, noText),
  { id: 'reader.again', keys: ['r'], description: 'reload the text', footer: 'reload', run: ask() },
  { id: 'reader.close', keys: ['esc', 'q'], description: 'close the text view', footer: 'close', run: back },
  helpKey,
];

/** The keys of a text about an object. */
export const readerKeys: readonly Binding[] = [
  ...moveKeys,
  ...formatKeys.map(
    ({ how, key, hint, description }): Binding => ({
      id: `reader.${how}`,
      keys: [key],
      description,
      footer: hint.slice(key.length + 1),
      whyNot: formatKeyBlockedReason(how),
      run: ask(how),
    }),
  ),
  ...textKeys,
];

/** The keys of a runbook page. */
export const pageKeys: readonly Binding[] = [...moveKeys, ...commandKeys(selectCommand), ...textKeys];

export const readerSearchKeys: readonly Binding[] = [
  {
    id: 'reader.found',
    keys: ['enter'],
    description: 'keep the search; n and N go to matches',
    footer: 'keep',
    run: (context) => change(context, { typing: false }),
  },
  { id: 'reader.unfind', keys: ['esc'], description: 'clear the search', footer: 'clear', run: back },
];

/** The search field. While typing, the view scrolls to the first match from the current position. */
export const readerSearchField = (overlay: ReaderOverlay): TextField => ({
  value: overlay.text,
  set: (context, text) => {
    const lines = maskedReaderLines(context.view);
    const top = visibleReaderRows(context.view)[readerScrollTop(context.view, overlay)]?.line ?? 0;
    const hit = nextMatchingLine(matchingLineIndices(lines, text), top - 1, 1);
    const { hit: _, ...rest } = overlay;
    context.model.setState({ overlay: { ...rest, text } });
    show(context, text, hit);
  },
});
