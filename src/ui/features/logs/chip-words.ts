import { count, isoTime } from '../../../domain/format.ts';
import type { Chip, Context } from '../../../logs/format/chip.ts';
import type { LogStream } from '../../../logs/format/stream.ts';
import { patternText } from './hits.ts';
import type { LogClock } from './look.ts';
import { shown } from './times.ts';

const clockAt = (at: number, clock: LogClock): string =>
  isoTime(shown(at, clock)).slice(11, 19).replace(/:00$/, '');

const streamsText = (ids: readonly string[], streams: readonly LogStream[]): string => {
  const labels = ids.map((id) => streams.find((stream) => stream.id === id)?.label ?? id);
  return labels.length > 2
    ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more`
    : labels.join(', ');
};

/** A chip without what it hides: '+ psp|order', 'level ≥ INFO', 'stream billing-0', '10:14–10:20'. */
export const chipWords = (chip: Chip, streams: readonly LogStream[], clock: LogClock): string => {
  switch (chip.is) {
    case 'include':
      return `+ ${patternText(chip.pattern)}`;
    case 'exclude':
      return `- ${patternText(chip.pattern)}`;
    case 'level':
      return `level ≥ ${chip.least.toUpperCase()}`;
    case 'stream':
      return `${chip.not ? 'not ' : ''}stream ${streamsText(chip.streams, streams)}`;
    case 'time': {
      const from = chip.from === undefined ? '' : clockAt(chip.from, clock);
      const to = chip.to === undefined ? '' : clockAt(chip.to, clock);
      if (from === '') return `until ${to}`;
      return to === '' ? `from ${from}` : `${from}–${to}`;
    }
  }
};

/** '±2 around', '3 before, 1 after'; '' when there is no context. */
export const contextWords = ({ before, after }: Context): string => {
  if (before === after) return before === 0 ? '' : `±${before} around`;
  return [before > 0 ? `${before} before` : '', after > 0 ? `${after} after` : '']
    .filter((part) => part !== '')
    .join(', ');
};

/** ' 1,204'; '' when it hides nothing. */
export const hidesText = (hides: number): string => (hides === 0 ? '' : ` ${count(hides)}`);
