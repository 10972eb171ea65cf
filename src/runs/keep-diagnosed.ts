import type { Diagnosed } from '../domain/run.ts';
import type { Recorder } from './recorder.ts';

/** What of a diagnose step is kept with the run: enough to see why somebody said yes, and no log file. */
const linesKept = 200;
const bytesKept = 32 * 1024;

/** A step's findings as they are written down: whole lines from the first on, and how many were left out. */
const bounded = (found: Diagnosed): Diagnosed => {
  let bytes = 0;
  const fitting = found.lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(line) + 1;
    return index >= linesKept || bytes > bytesKept;
  });
  if (fitting === -1) return found;
  const left = found.lines.length - fitting;
  const word = left === 1 ? 'line' : 'lines';
  return { ...found, lines: [...found.lines.slice(0, fitting), `(${left} more ${word}, not kept)`] };
};

/** Writes down what was seen before anybody said yes. False when it could not be written. */
export const keepDiagnosed = async (recorder: Recorder, found: readonly Diagnosed[]): Promise<boolean> => {
  for (const one of found)
    if (!(await recorder.must({ event: 'diagnosed', found: bounded(one) }))) return false;
  return true;
};
