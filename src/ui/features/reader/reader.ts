import type { DescribeHow } from '../../../domain/described.ts';
import { durationText } from '../../../domain/duration.ts';
import { help } from '../../keys/shared.ts';
import { noOverlay, type Overlay } from '../../overlays/overlay.ts';
import type { Binding, Hand, TextField } from '../../panes/pane.ts';
import { counted } from '../../text/ages.ts';
import { faultLook } from '../../text/faults.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type Card, cardRoom, field, heading, hints, innerWidth } from '../cards/card.ts';
import { clipboardBytes, fittingLines, outgoing } from '../export/clipboard.ts';
import { hitLines, nextHit, type ReaderRow, readerRows, readerText } from './reader-lines.ts';

/** A row with what was looked for made plain; a hit that a wrap has cut in two is marked on its line alone. */
const rowLine = (
  { pen }: View,
  { text, line, isRest }: ReaderRow,
  wanted: string,
  hit: number | undefined,
): Line => {
  const mark = line === hit && !isRest ? pen.glyph('hit', 'match') : pen.run(' ');
  const parts: Line[] = [];
  let [rest, at] = [text, wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)];
  while (at >= 0) {
    parts.push([pen.run(rest.slice(0, at)), pen.run(rest.slice(at, at + wanted.length), 'armed')]);
    rest = rest.slice(at + wanted.length);
    at = rest.toLowerCase().indexOf(wanted);
  }
  return [mark, pen.run(' '), ...parts.flat(), pen.run(rest)];
};

/** What stands where the text does not: it is being asked for, or why it did not come. */
const stateLine = ({ cockpit, pen, now }: View): readonly Line[] => {
  const { reading } = cockpit;
  if (reading === undefined) return [[pen.run('  nothing is asked any more · r asks again', 'stale')]];
  const { source, state } = reading;
  if (state.is === 'asking') {
    const spent = (Math.max(0, now - state.since) / 1000).toFixed(1);
    const text = ` asking ${source}, ${spent}s of ${durationText(state.timeoutMs)}`;
    return [[pen.run('  '), pen.glyph('loading', 'loading'), pen.run(text, 'loading')]];
  }
  if (state.is === 'read')
    return state.lines.length === 0
      ? [[pen.run('  '), pen.glyph('empty', 'loading'), pen.run(' answered: nothing', 'loading')]]
      : [];
  const { glyph, role } = faultLook(state.fault.kind);
  const remedy = state.fault.remedy === undefined ? [] : [[pen.run(`    ${state.fault.remedy}`, role)]];
  return [[pen.run('  '), pen.glyph(glyph, role), pen.run(` ${state.fault.message}`, role)], ...remedy];
};

/** What a source tells of an object, to be read: as much of it as there is room for. */
export const readerCard = (hand: Hand, overlay: Reader): Card => {
  const { view } = hand;
  const { pen } = view;
  const [lines, rows, from, room] = [
    readerText(view),
    rowsOfReader(view),
    readerFrom(view, overlay),
    readerRoom(view),
  ];
  const hits = hitLines(lines, overlay.text);
  const shown = rows.slice(from, from + room);
  const last = shown.at(-1)?.line ?? 0;
  const nth = overlay.hit === undefined ? -1 : hits.indexOf(overlay.hit);
  const found = overlay.text === '' ? '' : `${nth < 0 ? 0 : nth + 1} of ${hits.length} hits · `;
  const range =
    lines.length === 0
      ? ''
      : `${found === '' ? 'lines ' : ''}${(shown[0]?.line ?? 0) + 1} to ${last + 1} of ${lines.length}`;
  const typed =
    overlay.typing || overlay.text !== ''
      ? [
          pen.run('  /', 'key'),
          ...(overlay.typing ? field(pen, overlay.text) : [pen.run(pen.typed(overlay.text))]),
        ]
      : [];
  const word = overlay.how === 'yaml' ? 'YAML' : 'DESCRIBE';
  const { kind, name, source } = overlay.subject;
  return {
    edge: 'focus',
    lines: [
      heading(
        view,
        [pen.run(word, 'bold'), pen.run(`  ${kind} ${name}`), pen.run(` · ${source}`, 'faint'), ...typed],
        [pen.run(`${found}${range}`, 'faint')],
      ),
      ...stateLine(view),
      ...shown.map((row) => rowLine(view, row, overlay.text.trim().toLowerCase(), overlay.hit)),
      hints(
        pen,
        'j k ctrl-d g G',
        '/ find, n N',
        overlay.how === 'yaml' ? 'd describe' : 'Y YAML',
        'y copy',
        'r ask again',
        'esc close',
      ),
    ],
  };
};

const copy = ({ view, copy: send, say }: Hand): void => {
  const lines = readerText(view);
  const fitting = fittingLines(lines.map((line) => outgoing(view, line)));
  send(`${fitting.join('\n')}\n`);
  const isCut = fitting.length < lines.length;
  const what = isCut
    ? `the first ${fitting.length} of ${lines.length} lines (it takes ${clipboardBytes} bytes)`
    : counted(lines.length, 'line');
  say(`${what} sent to the terminal's clipboard`);
};

/** `y` in the reader. */
const copyText: Binding = {
  id: 'reader.copy',
  keys: ['y'],
  does: 'copy all of it to the clipboard',
  footer: 'copy',
  whyNot: ({ view }) => (readerText(view).length === 0 ? 'no text has come yet' : undefined),
  run: copy,
};

export type Reader = Extract<Overlay, { is: 'reader' }>;

/** Cells before the text, for the mark of a hit. */
const gutter = 2;

export const rowsOfReader = (view: View): readonly ReaderRow[] =>
  readerRows(readerText(view), innerWidth(view) - gutter, view.pen);

/** Rows of text that a card has: all but its title and its keys. */
export const readerRoom = ({ rows }: Pick<View, 'rows'>): number => Math.max(1, cardRoom(rows) - 2);

/** The first row in sight, however the terminal has changed since it was chosen. */
export const readerFrom = (view: View, { from }: Pick<Reader, 'from'>): number =>
  Math.max(0, Math.min(from, rowsOfReader(view).length - readerRoom(view)));

const change = ({ model, view }: Hand, part: Partial<Omit<Reader, 'is'>>): void => {
  const { overlay } = view.ui;
  if (overlay.is === 'reader') model.setState({ overlay: { ...overlay, ...part } });
};

const reader = ({ view }: Hand): Reader | undefined =>
  view.ui.overlay.is === 'reader' ? view.ui.overlay : undefined;

const scrollTo = (hand: Hand, from: number): void => change(hand, { from: readerFrom(hand.view, { from }) });

const scroll =
  (step: number) =>
  (hand: Hand): void => {
    const overlay = reader(hand);
    if (overlay !== undefined) scrollTo(hand, readerFrom(hand.view, overlay) + step);
  };

/** Shows a hit: a few rows above it stay in sight. */
const show = (hand: Hand, text: string, hit: number | undefined): void => {
  const { view } = hand;
  if (hit === undefined) return;
  const row = rowsOfReader(view).findIndex(({ line }) => line === hit);
  const overlay = reader(hand);
  const at = overlay === undefined ? 0 : readerFrom(view, overlay);
  const room = readerRoom(view);
  const isSeen = row >= at && row < at + room;
  const from = isSeen ? at : readerFrom(view, { from: row - Math.floor(room / 3) });
  change(hand, { text, hit, from });
};

const jump =
  (step: 1 | -1) =>
  (hand: Hand): void => {
    const overlay = reader(hand);
    if (overlay === undefined) return;
    const hits = hitLines(readerText(hand.view), overlay.text);
    show(hand, overlay.text, nextHit(hits, overlay.hit ?? -1, step));
  };

const noHit = (hand: Hand): string | undefined => {
  const { text = '' } = reader(hand) ?? {};
  if (text === '') return 'nothing is looked for: / does';
  return hitLines(readerText(hand.view), text).length === 0 ? `no line has "${text}"` : undefined;
};

const ask =
  (how?: DescribeHow) =>
  (hand: Hand): void => {
    const overlay = reader(hand);
    if (overlay === undefined) return;
    const { hit: _, ...rest } = overlay;
    hand.model.setState({
      overlay: { ...rest, how: how ?? overlay.how, ...(how === undefined ? {} : { from: 0 }) },
    });
    hand.commands.describe(overlay.subject, how ?? overlay.how);
  };

/** One thing back at a time: what was looked for, then the text itself; what has not come yet is asked for no longer. */
const back = (hand: Hand): void => {
  const overlay = reader(hand);
  if (overlay !== undefined && overlay.text !== '') {
    const { hit: _, ...rest } = overlay;
    hand.model.setState({ overlay: { ...rest, text: '', typing: false } });
    return;
  }
  hand.commands.stopDescribing();
  hand.model.setState({ overlay: noOverlay });
};

const isShown =
  (how: DescribeHow) =>
  (hand: Hand): string | undefined =>
    reader(hand)?.how === how ? 'it is shown already; r asks again' : undefined;

export const readerKeys: readonly Binding[] = [
  { id: 'reader.down', keys: ['j', 'down'], does: 'down', run: scroll(1) },
  { id: 'reader.up', keys: ['k', 'up'], does: 'up', run: scroll(-1) },
  { id: 'reader.first', keys: ['g', 'home'], does: 'first line', run: (hand) => scrollTo(hand, 0) },
  { id: 'reader.last', keys: ['G', 'end'], does: 'last line', run: (hand) => scrollTo(hand, Infinity) },
  {
    id: 'reader.half-down',
    keys: ['ctrl-d', 'pagedown', 'space'],
    does: 'half a page down',
    run: (hand) => scroll(hand.halfPage)(hand),
  },
  {
    id: 'reader.half-up',
    keys: ['ctrl-u', 'pageup'],
    does: 'half a page up',
    run: (hand) => scroll(-hand.halfPage)(hand),
  },
  {
    id: 'reader.find',
    keys: ['/'],
    does: 'look for a text in it',
    footer: 'find',
    run: (hand) => change(hand, { typing: true, text: '' }),
  },
  { id: 'reader.next', keys: ['n'], does: 'next hit', footer: 'next', whyNot: noHit, run: jump(1) },
  { id: 'reader.previous', keys: ['N'], does: 'previous hit', whyNot: noHit, run: jump(-1) },
  {
    id: 'reader.describe',
    keys: ['d'],
    does: 'the description instead',
    footer: 'describe',
    whyNot: isShown('describe'),
    run: ask('describe'),
  },
  {
    id: 'reader.yaml',
    keys: ['Y'],
    does: 'the YAML (of a unit its file) instead',
    footer: 'YAML',
    whyNot: isShown('yaml'),
    run: ask('yaml'),
  },
  copyText,
  { id: 'reader.again', keys: ['r'], does: 'ask again', footer: 'ask again', run: ask() },
  { id: 'reader.close', keys: ['esc', 'q'], does: 'close', footer: 'close', run: back },
  help,
];

export const readerTypingKeys: readonly Binding[] = [
  {
    id: 'reader.found',
    keys: ['enter'],
    does: 'go to the hits: n and N',
    footer: 'keep',
    run: (hand) => change(hand, { typing: false }),
  },
  { id: 'reader.unfind', keys: ['esc'], does: 'look for nothing', footer: 'clear', run: back },
];

/** What is looked for; the first hit from what is in sight on is shown while it is typed. */
export const readerField = (overlay: Reader): TextField => ({
  value: overlay.text,
  set: (hand, text) => {
    const lines = readerText(hand.view);
    const top = rowsOfReader(hand.view)[readerFrom(hand.view, overlay)]?.line ?? 0;
    const hit = nextHit(hitLines(lines, text), top - 1, 1);
    const { hit: _, ...rest } = overlay;
    hand.model.setState({ overlay: { ...rest, text } });
    show(hand, text, hit);
  },
});
