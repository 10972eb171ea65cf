import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { WantedSignal } from '../../sources/source.ts';

/** In a signal a time stays a text, so that what was checked can be checked again. */
const zPer = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is no time: 30s, 1m, 10m`,
});

/** The form of `read:` that counts lines of a source's streams. */
export const linesRead = z
  .strictObject({
    lines: z.string().min(1).meta({ description: 'a view of logs: { views }' }),
    per: zPer.meta({ description: 'over how long they are counted; default: 1m' }).exactOptional(),
    of: z
      .string()
      .min(1)
      .meta({ description: 'of which streams; default: what the view says, else all of them' })
      .exactOptional(),
  })
  .meta({ description: 'lines that a log view shows, in the last while' });

/** A signal that counts lines. */
export interface LineSignal {
  readonly id: string;
  readonly view: string;
  readonly perMs: Millis;
  readonly of?: string;
}

const defaultPerMs: Millis = 60_000;

/** The signals that count lines, and the others. */
export const splitLineSignals = (
  signals: readonly WantedSignal[],
): { readonly counting: readonly LineSignal[]; readonly others: readonly WantedSignal[] } => {
  const counting: LineSignal[] = [];
  const others: WantedSignal[] = [];
  for (const signal of signals) {
    const { success, data } = linesRead.safeParse(signal.read);
    if (!success) others.push(signal);
    else {
      const { lines: view, per, of } = data;
      const perMs = (per === undefined ? undefined : parseDuration(per)) ?? defaultPerMs;
      counting.push({ id: signal.id, view, perMs, ...(of === undefined ? {} : { of }) });
    }
  }
  return { counting, others };
};
