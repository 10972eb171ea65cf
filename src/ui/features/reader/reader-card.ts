import type { DescriptionFormat } from '../../../domain/facts/object-description.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { findIgnoringCase } from '../../../domain/text/lower-case.ts';
import { type Card, cardHeading, cardInnerWidth, inputField, keyHints } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { OverlayKinds } from '../../shell/contract/overlay.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { formatBlockedReason } from '../../shell/dialogs/open-reader.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { commandCount, commandHints, commandMark } from './page-commands.ts';
import { formatKeys } from './reader-formats.ts';
import { readerHeight, readerScrollTop, visibleReaderRows } from './reader-scroll.ts';
import { maskedReaderLines, matchingLineIndices, type ReaderRow } from './reader-text.ts';

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
  const lines = maskedReaderLines(view);
  const rows = visibleReaderRows(view);
  const from = readerScrollTop(view, overlay);
  const room = readerHeight(view);
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
