import { defined } from './defined.ts';
import type { Millis } from './fault.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Caches one format per zone, because creating one is expensive. */
const formatOf = (zone: string | undefined): Intl.DateTimeFormat => {
  const known = formats.get(zone ?? '');
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...defined({ timeZone: zone }),
    ...{
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
    hourCycle: 'h23',
  });
  formats.set(zone ?? '', made);
  return made;
};

/** The local time of a zone, as if it were UTC: calendar arithmetic has no clock changes there. */
export const localTimeIn = (wall: Millis, zone: string | undefined): Millis => {
  const parts = formatOf(zone).formatToParts(wall);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  // The formats have no parts of a second.
  return seconds + (wall - Math.floor(wall / 1000) * 1000);
};

/** The wall-clock time of a local time. A time that a clock change skips is that much earlier. */
export const wallTimeOf = (local: Millis, zone: string | undefined): Millis => {
  const first = local - (localTimeIn(local, zone) - local);
  return first - (localTimeIn(first, zone) - local);
};
