import { levelCode } from '../../../domain/log-level.ts';
import { rowKind } from '../../../logs/format/line.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Drawn, Room } from '../../panes/row.ts';
import { fitLine, type Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { cursorRow } from './cursor.ts';
import { rowFormOf } from './row-form.ts';
import { rowLines } from './row-line.ts';
import { logStates } from './states.ts';
import { titleLine } from './title.ts';

const least = levelCode('warn');
/** So many rows are gone through for those that are worth a look. */
const walkedAtMost = 100_000;

/** The newest rows that pass and are graver than information, or stand where lines may be missing. Oldest first. */
const gravest = ({ ring, lens }: LogsState, from: number, room: number): readonly number[] => {
  const found: number[] = [];
  let walked = 0;
  for (let at = ring.blockOf(from); at >= 0 && found.length < room && walked < walkedAtMost; at--) {
    const block = ring.blocks[at];
    if (block === undefined) break;
    for (
      let index = Math.min(block.count, from + 1 - block.base) - 1;
      index >= 0 && found.length < room;
      index--
    ) {
      walked++;
      const kind = block.kind[index] ?? 0;
      const isGrave =
        kind === rowKind.line ? (block.level[index] ?? 0) >= least : kind > rowKind.continuation;
      if (isGrave && lens.passes(block.base + index)) found.push(block.base + index);
    }
  }
  return found.toReversed();
};

/** The newest grave lines, beside the other panes of the overview. */
export const drawBrief = (view: View, room: Room): Drawn => {
  const { pen, cockpit, past } = view;
  const { logs } = cockpit;
  const told = logStates(view).slice(0, 2);
  const title = titleLine(view, room, 'level ≥ WARN');
  const fits = Math.max(0, room.height - 1 - told.length);
  const until = past === undefined ? (logs?.ring.end ?? 0) - 1 : (cursorRow(view) ?? -1);
  const ids = logs === undefined ? [] : gravest(logs, until, fits);
  const rows =
    logs === undefined
      ? []
      : ids.flatMap((id) =>
          rowLines(view, logs, id, { ...rowFormOf(view, logs, room.width, fits), wrap: false }),
        );
  const calm: readonly Line[] =
    logs !== undefined && logs.ring.count > 0 && ids.length === 0
      ? [[pen.run(' '), pen.glyph('ok', 'ok'), pen.run(' no line ≥ WARN here', 'ok')]]
      : [];
  const lines = [title, ...rows, ...calm, ...told].slice(0, room.height);
  return { lines: lines.map((line) => fitLine(line, room.width, 'plain', pen.mark)) };
};
