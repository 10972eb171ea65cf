import { bytes, count, isoTime } from '../../../domain/format.ts';
import { levelOfCode } from '../../../domain/log-level.ts';
import { rowKind } from '../../../logs/format/line.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { headOf, textOf } from './ring-row.ts';
import { shown } from './times.ts';
import { wordsOf } from './words.ts';

/** So much of a line's text is told, and so many lines of a stack trace. */
const toldBytes = 16 * 1024;
const traceAtMost = 200;
const nameCells = 10;

const labelled = ({ pen }: View, width: number, name: string, text: string): readonly Line[] =>
  pen
    .wrap(text, Math.max(20, width - nameCells - 4))
    .map(
      (piece, index): Line => [
        pen.run(`   ${(index === 0 ? name : '').padEnd(nameCells)} `, 'faint'),
        pen.run(piece),
      ],
    );

/** The lines that continue the one that this row is, or belongs to. */
const traceOf = ({ ring, lens }: LogsState, id: number): readonly string[] =>
  lens
    .groupOf(lens.headOf(id))
    .slice(0, traceAtMost)
    .map((one) => textOf(ring, one).text);

/** All of the row under the cursor: when, who, its fields, its text as it was written, its stack trace. */
export const rowDetails = (view: View, logs: LogsState, id: number, width: number): readonly Line[] => {
  const head = headOf(logs.ring, id);
  if (head === undefined) return [];
  const { pen, ui } = view;
  const stream = logs.streams[head.stream];
  const { text, left } = textOf(logs.ring, id, toldBytes);
  const level = levelOfCode(head.level);
  const when = isoTime(shown(head.at, ui.logs.clock)).replace('T', ' ').replace('Z', '');
  const zone = ui.logs.clock === 'local' ? 'local' : 'UTC';
  const where = stream === undefined ? '' : ` · ${stream.source}: ${stream.name}`;
  const more = left === 0 ? '' : ` … and ${bytes(left)} more, S saves all of it`;
  const isTrace = head.kind === rowKind.continuation;
  const trace = head.kind > rowKind.continuation ? [] : traceOf(logs, id);
  const isLong =
    trace.length >= traceAtMost ? `the first ${count(traceAtMost)} lines` : `${trace.length} lines`;
  return [
    [
      pen.run(`   ${when} ${zone}`, 'bold'),
      pen.run(` ${level?.toUpperCase() ?? 'no level known'}`, 'plain'),
      pen.run(where, 'faint'),
    ],
    ...[...wordsOf(text).fields].flatMap(([name, value]) =>
      labelled(view, width, name, pen.maskField(value, name)),
    ),
    ...(isTrace ? [] : labelled(view, width, 'line', `${text}${more}`)),
    ...(trace.length === 0
      ? []
      : [
          [pen.run(`   trace      ${isLong}`, 'faint')] satisfies Line,
          ...trace.flatMap((line) =>
            pen.wrap(line, width - 6).map((piece): Line => [pen.run(`     ${piece}`)]),
          ),
        ]),
  ];
};
