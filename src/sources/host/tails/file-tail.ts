import type { LogEvent, Tail } from '../../tail.ts';
import type { HostParts } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';
import { type Meaning, streamed } from './stream.ts';

const defaultLines = 200;

/** What tail(1) says of itself, on its standard error. */
const ownWord = /^tail: /;
const rotated = /has (?:been replaced|appeared)|following (?:end of )?new file/;
const cut = /file truncated/;
const lost = /has become inaccessible|has been replaced with an untailable/;

/**
 * A file of one machine, by `tail -F`, which goes on with the new file when it is rotated. A file has no marks: after a break it
 * begins anew at its end, and says that lines may be missing.
 */
export const fileTail = (parts: HostParts, machine: Machine, path: string): Tail => ({
  stream: `${machine.name}:${path}`,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const isResumed = from.after !== undefined;
    if (isResumed) yield { is: 'gap', why: 'a file does not tell where it was left' };
    const count = isResumed ? 0 : (from.lines ?? defaultLines);
    const argv = ['tail', '-n', String(count), ...(from.follow ? ['-F'] : []), '--', path];
    yield* streamed(parts, { machine, argv, call: `tail ${path}`, follow: from.follow, meaning }, signal);
  },
});

const meaning = (line: string): Meaning => {
  if (!ownWord.test(line)) return [{ is: 'line', text: line }];
  if (rotated.test(line)) return [];
  if (cut.test(line)) return [{ is: 'gap', why: 'the file was cut off' }];
  if (lost.test(line)) return [{ is: 'gap', why: 'the file is away' }];
  return 'word';
};
