import type { LogsState } from '../../../logs/ring/logs-state.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { PaneRoom, PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { levelWordsFrom } from '../../shell/panes/problem.ts';
import { logTargetOf } from './log-target.ts';
import { renderLogRow, rowLayoutFor } from './view/render-row.ts';
import { ringRowHead } from './view/ring-row.ts';
import { severeRows } from './view/severe-lines.ts';

/** Severe lines that are searched for those of a row. */
const searchedRows = 1000;

/** True if the stream is this workload or one of its instances: 'billing-7c9f-x2k/app' of 'deployment/billing'. */
const isStreamOf = (stream: string, name: string): boolean =>
  stream === name || stream.startsWith(`${name}-`) || stream.startsWith(`${name}/`);

/** The indices of the open streams that a row has. */
const streamsOfRow = (
  view: RenderContext,
  logs: LogsState,
  { pane, row }: { readonly pane: string; readonly row: PaneRow },
): readonly number[] => {
  const wanted = logTargetOf(view, row, pane)?.scope.of ?? [];
  return logs.streams
    .filter(({ source, name }) =>
      wanted.some(
        (stream) =>
          stream.source === source &&
          (stream.of === undefined || isStreamOf(name, stream.of.replace(/^[a-z]+\//, ''))),
      ),
    )
    .map(({ index }) => index);
};

/** The newest lines ≥ WARN of the streams of rows, among the lines that have been read; [] without any. */
export const severeLinesOfRows = (
  view: RenderContext,
  rows: readonly { readonly pane: string; readonly row: PaneRow }[],
  { width, height }: PaneRoom,
): readonly StyledLine[] => {
  const { logs } = view.cockpit;
  if (logs === undefined || view.past !== undefined || height <= 0) return [];
  const streams = new Set(rows.flatMap((row) => streamsOfRow(view, logs, row)));
  if (streams.size === 0) return [];
  const ids = severeRows(logs, logs.ring.end - 1, searchedRows)
    .filter((id) => streams.has(ringRowHead(logs.ring, id)?.stream ?? -1))
    .slice(-height);
  return ids.flatMap((id) =>
    renderLogRow(view, logs, id, {
      ...rowLayoutFor(view, logs, width, height),
      hasLevelWords: width >= levelWordsFrom,
      wrap: false,
    }),
  );
};
