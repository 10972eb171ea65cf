import type { Millis } from '../../../domain/fault.ts';
import { histogramOf as countsOf, span, timeAxis } from '../../../logs/ring/histogram.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import { keptOn } from '../../panes/kept.ts';
import { errorCode, warnCode } from './words.ts';

/** How many lines there were when, of all that are shown: in each cell all, warnings, errors and what is graver. */
export interface Histogram {
  /** Wall clock; the first cell begins here. */
  readonly from: Millis;
  /** Of one cell. */
  readonly step: Millis;
  readonly all: Uint32Array;
  readonly warnings: Uint32Array;
  readonly errors: Uint32Array;
}

const make = ({ ring, lens }: LogsState, cells: number): Histogram | undefined => {
  const spanned = span(ring);
  if (spanned === undefined || spanned.to <= spanned.from || cells < 2) return undefined;
  const axis = timeAxis(spanned.from, spanned.to, cells);
  const { counts } = countsOf(lens.blocks, axis.from, axis.to, cells);
  const [all, warnings, errors] = [new Uint32Array(cells), new Uint32Array(cells), new Uint32Array(cells)];
  const levels = counts.length / cells;
  for (const [at, count] of counts.entries()) {
    const [cell, level] = [Math.floor(at / levels), at % levels];
    all[cell] = (all[cell] ?? 0) + count;
    if (level === warnCode) warnings[cell] = count;
    if (level >= errorCode) errors[cell] = (errors[cell] ?? 0) + count;
  }
  return { from: axis.from, step: (axis.to - axis.from) / cells, all, warnings, errors };
};

const kept = keptOn<Histogram | undefined>();

/** What is shown, counted in so many cells over the time that the ring spans; undefined where that is no time. */
export const histogramOf = (logs: LogsState, cells: number): Histogram | undefined =>
  kept(logs.lens, [logs.lens.version, logs.ring.version, cells], () => make(logs, cells));

export const cellAt = ({ from, step, all }: Histogram, at: Millis): number =>
  Math.max(0, Math.min(all.length - 1, Math.floor((at - from) / step)));
