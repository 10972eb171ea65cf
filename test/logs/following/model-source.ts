import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';

/** The script of one opening of a stream: events, then a break (a fault), an end, or silence until it is aborted. */
export type Script = readonly (LogEvent | 'silence')[];

export interface ScriptedTail extends Tail {
  /** The options of each opening. */
  readonly opened: ResumePoint[];
}

/** A tail that plays the next script at each opening; after the last one it ends at once. */
export const scripted = (
  stream: string,
  scripts: readonly Script[],
  more: Partial<Tail> = {},
): ScriptedTail => {
  const opened: ResumePoint[] = [];
  return {
    stream,
    ...more,
    opened,
    open: async function* (from, signal) {
      const script = scripts[opened.length] ?? [];
      opened.push(from);
      for (const event of script) {
        if (signal.aborted) return;
        if (event !== 'silence') yield event;
        else await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      }
    },
  };
};

/** A source whose streams are the current value of `tails`. */
export const tailSource = (id: string, tails: () => readonly Tail[]): Source => ({
  id,
  feeds: [],
  operations: [],
  tails: async () => tails(),
  close: async () => {},
});

export const line = (text: string, index?: number, mark?: string): LogEvent => ({
  is: 'line',
  text,
  ...(index === undefined ? {} : { at: index }),
  ...(mark === undefined ? {} : { mark }),
});

export const cut: LogEvent = {
  is: 'fault',
  fault: { kind: 'unreachable', source: 'toy', message: 'cut off', at: 0 },
};
