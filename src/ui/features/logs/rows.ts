import { isoTime } from '../../../domain/format.ts';
import type { Level } from '../../../domain/level.ts';
import { levelOfCode } from '../../../domain/log-level.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import { marksOf } from '../../model.ts';
import type { PaneRow, Sheet } from '../../panes/row.ts';
import type { View } from '../../view.ts';
import { cursorRow, logsId } from './cursor.ts';
import { errorCode, headOf, textOf, warnCode } from './ring-row.ts';

/** More of one line than this leaves the cockpit by a file only. */
const takenBytes = 64 * 1024;

const levelOf = (code: number): Level => {
  if (code >= errorCode) return 'crit';
  return code === warnCode ? 'warn' : 'ok';
};

/** A line as other parts of the screen know rows; made for few of them, never for all. */
const paneRowOf = (logs: LogsState, id: number): PaneRow | undefined => {
  const head = headOf(logs.ring, id);
  if (head === undefined) return undefined;
  const { text } = textOf(logs.ring, id, takenBytes);
  return {
    key: String(id),
    level: levelOf(head.level),
    label: `${logs.streams[head.stream]?.label ?? ''} ${isoTime(head.at).slice(11, 19)}`,
    text,
    copies: text,
  };
};

/** The row under the cursor: the only one that keys are about. */
export const cursorRows = (view: View): readonly PaneRow[] => {
  const id = cursorRow(view);
  const row =
    id === undefined || view.cockpit.logs === undefined ? undefined : paneRowOf(view.cockpit.logs, id);
  return row === undefined ? [] : [row];
};

/** Ids of the marked rows that are still there, oldest first. */
export const bookmarks = ({ ui, cockpit }: View): readonly number[] => {
  const { logs } = cockpit;
  if (logs === undefined) return [];
  return [...marksOf(ui, logsId)]
    .map(Number)
    .filter((id) => headOf(logs.ring, id) !== undefined)
    .toSorted((a, b) => a - b);
};

export const bookmarkRows = (view: View): readonly PaneRow[] => {
  const { logs } = view.cockpit;
  return logs === undefined ? [] : bookmarks(view).flatMap((id) => paneRowOf(logs, id) ?? []);
};

/** Lines as a table, for a spreadsheet. */
export const logSheet = ({ cockpit: { logs } }: View, rows: readonly PaneRow[]): Sheet => ({
  heads: ['TIME', 'STREAM', 'LEVEL', 'LINE'],
  cells: rows.flatMap(({ key, text }) => {
    const head = logs === undefined ? undefined : headOf(logs.ring, Number(key));
    if (head === undefined) return [];
    return [
      [
        isoTime(head.at),
        logs?.streams[head.stream]?.label ?? '',
        (levelOfCode(head.level) ?? '').toUpperCase(),
        text,
      ],
    ];
  }),
});
