import type { Fault } from '../../domain/base/fault.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { LogScope } from '../../logs/format/log-stream.ts';
import type { Output } from '../command/output.ts';

/** Messages of `opsdeck logs` on stderr, so that stdout has only log lines. */
export interface StderrReporter {
  fault(fault: Fault): void;
  /** Reports a source that is disabled. */
  problem(fault: Fault): void;
  /** Stops reporting: only faults that still persist count. */
  stopped(faults: readonly Fault[]): void;
  /** Reports a gap, dropped lines, or an added or removed stream. */
  word(text: string): void;
  /** Reports that no stream was found. */
  none(of: LogScope['of']): void;
  /** True when something could not be read. */
  readonly hasFaults: boolean;
}

/** Creates the reporter. Each fault is reported once. */
export const createStderrReporter = ({ sink, error }: Output): StderrReporter => {
  /** Writes one line; names of files and streams are escaped. */
  const say = (text: string): void => error(sink.label(text));
  const reported = new Set<string>();
  let hasProblem = false;
  let persisting: number | undefined;
  const report = ({ source, message, remedy }: Fault): void => {
    const text = `opsdeck: ${source}: ${message}${remedy === undefined ? '' : `. ${sentenceCase(remedy)}`}`;
    if (reported.has(text)) return;
    reported.add(text);
    say(text);
  };
  return {
    fault: report,
    problem: (fault) => {
      hasProblem = true;
      report(fault);
    },
    stopped: (faults) => {
      persisting = faults.length;
    },
    none: (of) => {
      for (const { source, of: target } of of) {
        const text = `opsdeck: ${source}: found no log streams${target === undefined ? '' : ` of ${target}`}`;
        reported.add(text);
        say(text);
      }
    },
    word: (text) => say(`-- ${text} --`),
    get hasFaults() {
      return hasProblem || (persisting ?? reported.size) > 0;
    },
  };
};
