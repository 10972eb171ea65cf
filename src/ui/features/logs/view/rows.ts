import type { Level } from '../../../../domain/facts/level.ts';
import { levelOfCode } from '../../../../domain/facts/log-level.ts';
import { isoTime } from '../../../../domain/text/format.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { markedKeys } from '../../../shell/contract/model.ts';
import type { ExportTable, PaneRow } from '../../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { errorLevelCode, ringRowHead, ringRowText, warnLevelCode } from './ring-row.ts';
import { logCursorRow, logsPaneId } from './view-state-access.ts';

/** Maximum bytes of one line to copy or export; longer lines can only be saved to a file. */
const maxCopyBytes = 64 * 1024;

const levelOf = (code: number): Level => {
  if (code >= errorLevelCode) return 'crit';
  return code === warnLevelCode ? 'warn' : 'ok';
};

/** Converts a log row to a pane row. Called for few rows only, never for the whole ring. */
const paneRowOf = (logs: LogsState, id: number): PaneRow | undefined => {
  const head = ringRowHead(logs.ring, id);
  if (head === undefined) return undefined;
  const { text } = ringRowText(logs.ring, id, maxCopyBytes);
  const stream = logs.streams[head.stream];
  return {
    key: String(id),
    level: levelOf(head.level),
    label: `${stream?.label ?? ''} ${isoTime(head.at).slice(11, 19)}`,
    text,
    copyText: text,
    ...(stream === undefined ? {} : { fields: { stream: stream.name, source: stream.source } }),
  };
};

/** The row under the cursor, the only row that keys act on. */
export const selectedLogRows = (view: RenderContext): readonly PaneRow[] => {
  const id = logCursorRow(view);
  const row =
    id === undefined || view.cockpit.logs === undefined ? undefined : paneRowOf(view.cockpit.logs, id);
  return row === undefined ? [] : [row];
};

/** Ids of the bookmarked rows that are still in the ring, oldest first. */
export const bookmarkIds = ({ ui, cockpit }: RenderContext): readonly number[] => {
  const { logs } = cockpit;
  if (logs === undefined) return [];
  return [...markedKeys(ui, logsPaneId)]
    .map(Number)
    .filter((id) => ringRowHead(logs.ring, id) !== undefined)
    .toSorted((a, b) => a - b);
};

export const bookmarkRows = (view: RenderContext): readonly PaneRow[] => {
  const { logs } = view.cockpit;
  return logs === undefined ? [] : bookmarkIds(view).flatMap((id) => paneRowOf(logs, id) ?? []);
};

/** Converts rows to a table for CSV export. */
export const logTable = ({ cockpit: { logs } }: RenderContext, rows: readonly PaneRow[]): ExportTable => ({
  heads: ['TIME', 'STREAM', 'LEVEL', 'LINE'],
  cells: rows.flatMap(({ key, text }) => {
    const head = logs === undefined ? undefined : ringRowHead(logs.ring, Number(key));
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
