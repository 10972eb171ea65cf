import type { Fault } from '../../domain/fault.ts';
import type { LogScope } from '../../logs/format/log-stream.ts';
import type { Output } from '../output.ts';

/** What is to be known besides lines: it goes to stderr, so that stdout holds lines and nothing else. */
export interface StderrReporter {
  fault(fault: Fault): void;
  /** A source that will never be read. */
  problem(fault: Fault): void;
  /** It was stopped: of what was wrong with streams, only that counts which still is. */
  stopped(faults: readonly Fault[]): void;
  /** A gap, dropped lines, a stream that came or went. */
  word(text: string): void;
  /** Nothing is there to be read. */
  none(of: LogScope['of']): void;
  /** True: something could not be read. */
  readonly hasFaults: boolean;
}

/** Each fault is said once, however often it is met. */
export const createStderrReporter = ({ sink, error }: Output): StderrReporter => {
  /** One line: names of files and streams are in it. */
  const say = (text: string): void => error(sink.label(text));
  const said = new Set<string>();
  let hasProblem = false;
  let standing: number | undefined;
  const tell = ({ source, message, remedy }: Fault): void => {
    const text = `opsdeck: ${source}: ${message}${remedy === undefined ? '' : `; ${remedy}`}`;
    if (said.has(text)) return;
    said.add(text);
    say(text);
  };
  return {
    fault: tell,
    problem: (fault) => {
      hasProblem = true;
      tell(fault);
    },
    stopped: (faults) => {
      standing = faults.length;
    },
    none: (of) => {
      for (const { source, of: target } of of) {
        const text = `opsdeck: ${source}: it has no log lines${target === undefined ? '' : ` of ${target}`} now`;
        said.add(text);
        say(text);
      }
    },
    word: (text) => say(`-- ${text} --`),
    get hasFaults() {
      return hasProblem || (standing ?? said.size) > 0;
    },
  };
};
