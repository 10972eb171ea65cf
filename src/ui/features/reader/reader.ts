import type { DescriptionFormat } from '../../../domain/facts/object-description.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { noOverlay, type OverlayKinds } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { formatBlockedReason } from '../../shell/dialogs/open-reader.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';
import { linesFittingClipboard, maskForExport, maxClipboardBytes } from '../../shell/output/clipboard.ts';
import { documentKeys, type NamedText } from '../../shell/output/documents.ts';
import { commandKeys, nextCommand } from './page-commands.ts';
import { formatKeys } from './reader-formats.ts';
import { readerHeight, readerScrollTop, visibleReaderRows } from './reader-scroll.ts';
import { maskedReaderLines, matchingLineIndices, nextMatchingLine } from './reader-text.ts';

type ReaderOverlay = OverlayKinds['reader'];

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
  maskedReaderLines(view).length === 0 ? 'the text is still loading' : undefined;

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
const scrolledTo = (context: KeyContext, target: number): number => {
  const { view } = context;
  const row = visibleReaderRows(view).findIndex(({ line }) => line === target);
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
  if (text === '') return 'search first: press /';
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
    if (overlay.how === how) return 'this view is already shown: press r to reload the view';
    // The only text of a namespace is its events.
    if (overlay.subject.kind === 'namespace') return 'a namespace has no description or YAML: choose events';
    return formatBlockedReason(context, overlay.subject.source, how);
  };

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
  { id: 'reader.again', keys: ['r'], description: 'read the text again', footer: 'reload', run: ask() },
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
    description: 'keep the search. n and N go to matches',
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
