import type { ParamValues } from '../domain/param-value.ts';
import { readable } from '../domain/readable.ts';
import type { Diagnosed } from '../domain/run.ts';
import type { DiagnoseStep } from '../domain/runbook.ts';
import { type DiagnoseParts, diagnose } from './diagnose.ts';

export type DiagnoseAllParts = Omit<DiagnoseParts, 'tell'>;

/** Steps that are looked at at once: more would only wait for each other. */
const sideBySide = 6;

/**
 * Looks at all diagnose steps, some side by side, in their order. `told` hears of each step: that it is there, what it
 * brought so far, and its end. Gives what all of them brought, in their order. Never rejects.
 */
export const diagnoseAll = async (
  steps: readonly DiagnoseStep[],
  values: ParamValues,
  parts: DiagnoseAllParts,
  signal: AbortSignal,
  told: (found: Diagnosed) => void = () => {},
): Promise<readonly Diagnosed[]> => {
  const all: Diagnosed[] = steps.map(({ id, title }) => ({
    step: id,
    title: readable(title, values),
    lines: [],
    faults: [],
    done: false,
  }));
  const put = (index: number, brought: Omit<Diagnosed, 'step' | 'title'>): void => {
    const step = all[index];
    if (step === undefined) return;
    const found = { ...step, ...brought };
    all[index] = found;
    told(found);
  };
  for (const found of all) told(found);
  const left = steps.entries();
  const worker = async (): Promise<void> => {
    for (const [index, step] of left) {
      if (signal.aborted) return;
      const tell = (lines: readonly string[]): void => put(index, { lines, faults: [], done: false });
      const { lines, faults } = await diagnose(step, values, { ...parts, tell }, signal);
      put(index, { lines, faults, done: true });
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return all;
};
