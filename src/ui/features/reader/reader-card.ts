import { durationText } from '../../../domain/duration.ts';
import type { Hand } from '../../panes/pane.ts';
import { faultLook } from '../../text/faults.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type Card, field, heading, hints } from '../cards/card.ts';
import { type Reader, readerFrom, readerRoom, rowsOfReader } from './reader.ts';
import { hitLines, type ReaderRow } from './reader-lines.ts';
import { readerText } from './reader-text.ts';

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
