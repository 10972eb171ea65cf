import { RemediedError } from '../../../io/fault.ts';
import type { LogEvent, Resume, Tail } from '../../tail.ts';
import { journalEntry } from '../parse/journal.ts';
import { unitName } from '../parse/units.ts';
import type { HostParts } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';
import { type Meaning, streamed } from './stream.ts';

const defaultLines = 200;
const noRight = /not seeing messages from other users|insufficient permissions|No journal files were opened/;

const fieldsOf = (unit: string): readonly string[] => [
  'journalctl',
  '-u',
  unit,
  '-o',
  'json',
  '--output-fields=MESSAGE',
  '--no-pager',
];

const placeOf = (parts: HostParts, { lines, since, after }: Resume): readonly string[] => {
  const count = lines === undefined ? [] : ['-n', String(lines)];
  if (after !== undefined) return [`--after-cursor=${after}`, '-n', 'all'];
  if (since === undefined) return count.length === 0 ? ['-n', String(defaultLines)] : count;
  const seconds = (since + parts.io.clock.wallOffset()) / 1000;
  return [`--since=@${seconds.toFixed(3)}`, ...(count.length === 0 ? ['-n', 'all'] : count)];
};

/** The journal of a unit on one machine. Each entry's cursor is its mark, so that a break neither loses nor repeats a line. */
export const journalTail = (parts: HostParts, machine: Machine, unit: string): Tail => ({
  stream: `${machine.name}/${unitName(unit)}`,
  open: (from, signal) => {
    const call = `journalctl -u ${unit}`;
    const argv = [...fieldsOf(unit), ...placeOf(parts, from), ...(from.follow ? ['-f'] : [])];
    const meaning = (line: string): Meaning => {
      const entry = journalEntry(line);
      if (entry !== undefined) return eventsOf(entry, parts);
      if (noRight.test(line)) {
        const error = new RemediedError(
          'denied',
          'this account may not read the whole journal',
          'put it into the group systemd-journal: usermod -aG systemd-journal USER',
        );
        return [{ is: 'fault', fault: parts.fault(machine, call, error) }];
      }
      if (/^-- /.test(line)) return [];
      return line.startsWith('{') ? [{ is: 'gap', why: 'an entry could not be read' }] : 'word';
    };
    return streamed(parts, { machine, argv, call, follow: from.follow, meaning }, signal);
  },
});

const eventsOf = (
  { lines, at, cursor }: NonNullable<ReturnType<typeof journalEntry>>,
  parts: HostParts,
): readonly LogEvent[] =>
  lines.map((text, index) => ({
    is: 'line',
    text,
    ...(at === undefined ? {} : { at: parts.fromWall(at) }),
    // Only behind the last line of an entry is there a place to go on from.
    ...(cursor === undefined || index < lines.length - 1 ? {} : { mark: cursor }),
  }));
