import type { Millis } from '../../../../domain/base/fault.ts';
import type { HistoryRange } from '../../../../domain/facts/reading.ts';
import type { Commands } from '../../../../store/commands.ts';
import type { UiStore } from '../../../shell/contract/model.ts';
import type { KeyContext } from '../../../shell/contract/pane.ts';
import { matrixWindowMs } from '../../signals/chart-window.ts';
import { selectMatrixRows } from '../../signals/rows.ts';
import { chartComparison, focusedChartRange, isChartShown } from './chart-state.ts';

/** The cockpit reads this range of every signal by itself. */
const backfilledMs: Millis = 6 * 3_600_000;
/** Time by which a comparison is read ahead, so that it is not read again for every cell that passes. */
const aheadMs: Millis = 1_800_000;

type Range = Pick<HistoryRange, 'from' | 'to'>;

/** The range of earlier values that the chart compares with; undefined: none. */
const comparedRange = (context: KeyContext): Range | undefined => {
  const compared = chartComparison(context.view);
  if (compared === undefined) return undefined;
  const { from, cellMs, cells } = focusedChartRange(context);
  return { from: from - compared.shiftMs, to: from + cells * cellMs - compared.shiftMs };
};

const isInside = (range: Range, known: Range | undefined): boolean =>
  known !== undefined && known.from <= range.from && known.to >= range.to;

interface Parts {
  readonly model: UiStore;
  readonly commands: Pick<Commands, 'readHistory'>;
  currentContext(): KeyContext;
}

/**
 * Reads the history that the visible chart lacks: beyond the last 6 h, and for a comparison. Reads each range once.
 * Returns an unsubscribe function.
 */
export const readChartHistory = ({ model, commands, currentContext }: Parts): (() => void) => {
  /** The range that is stored for the comparison of a signal: the last one read. */
  const compared = new Map<string, Range>();
  const recalled = new Set<string>();

  const update = (): void => {
    if (!isChartShown({ ui: model.getState() })) return;
    const context = currentContext();
    const { view, row } = context;
    const { cockpit } = view;
    const signal = selectMatrixRows(view).find(({ key }) => key === row?.key)?.signal;
    if (signal === undefined || cockpit.open === undefined) return;
    const id = `${cockpit.open.system}/${cockpit.open.env} ${signal}`;
    const { now } = view.past?.live ?? view;
    if (matrixWindowMs(view) > backfilledMs && !recalled.has(id)) {
      recalled.add(id);
      commands.readHistory(signal, { from: now - matrixWindowMs(view), to: now - backfilledMs }, 'recalled');
    }
    const range = comparedRange(context);
    if (range === undefined || isInside(range, compared.get(id))) return;
    const ahead = { from: range.from, to: range.to + aheadMs };
    compared.set(id, ahead);
    commands.readHistory(signal, ahead, 'compared');
  };
  return model.subscribe(update);
};
