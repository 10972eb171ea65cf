import type { ActEvent } from '../domain/operation.ts';
import { textOf } from '../runs/sending/act-step.ts';

/** More than anybody reads before they act; the end of what a program said is what it was run for. */
const linesKept = 200;

/** The lines of a reading operation, while they come. */
export interface DiagnoseLines {
  add(event: ActEvent): void;
  /** What a person looks for comes first: what failed and what was said; which calls that took comes last. */
  lines(): readonly string[];
}

/** Nothing has come yet. */
export const createLines = (): DiagnoseLines => {
  const said: string[] = [];
  const failed: string[] = [];
  const asked: string[] = [];
  let dropped = 0;
  return {
    add: (event) => {
      if (event.is === 'call' || event.is === 'found') return;
      if (event.is === 'answered') {
        (event.ok ? asked : failed).push(textOf(event));
        return;
      }
      said.push(textOf(event));
      if (said.length <= linesKept) return;
      said.shift();
      dropped += 1;
    },
    lines: () => {
      const before = dropped === 0 ? [] : [`(${dropped} lines before these)`];
      return [...failed, ...before, ...said, ...asked];
    },
  };
};
