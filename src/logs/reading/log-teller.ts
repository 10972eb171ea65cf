import { stripControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
import { LogPlace, parseMark } from './log-place.ts';
import { createStampReader, type StampedLine } from './log-stamp.ts';
import type { LogEvent, Resume } from './tail.ts';

const rotated: LogEvent = { is: 'gap', why: 'the log was rotated: lines may be missing here' };
const nothing: readonly LogEvent[] = [];

/** A line of a log as an event. `ahead`: ms that the writer's clock is before the engine's. */
export const lineEvent = ({ at, text }: StampedLine, mark: string | undefined, ahead: Millis): LogEvent => ({
  is: 'line',
  text: stripControls(text),
  ...(at === undefined ? {} : { at: at - ahead }),
  ...(mark === undefined ? {} : { mark }),
});

/** Makes events of the raw lines of a log, those left out that were told up to the mark that it resumes behind. */
export interface Teller {
  tell(raw: string): readonly LogEvent[];
  /** Which run of its container the next lines are of. */
  run: string | undefined;
  /** True: it was told already that lines may be missing behind the mark. */
  hasToldGap: boolean;
  /** A note that stands in front of the first line of this moment or later (the writer's clock), and whose run it begins. */
  ahead: { readonly at: Millis; readonly note: LogEvent; readonly run: string } | undefined;
}

/** `ahead`: ms that the writer's clock is before the engine's. */
export const createTeller = (from: Resume, ahead: Millis): Teller => {
  const after = parseMark(from.after);
  const since = after === undefined && from.since !== undefined ? from.since + ahead : undefined;
  const place = new LogPlace({ after, isMidway: from.lines !== undefined && after === undefined });
  const stamped = createStampReader();
  let isEarly = false;

  const told = (line: StampedLine): LogEvent => lineEvent(line, place.mark(teller.run), ahead);
  const beginsAnew = ({ at = 0 }: StampedLine): readonly LogEvent[] => {
    const { ahead: next } = teller;
    if (next === undefined || at < next.at) return nothing;
    teller.ahead = undefined;
    teller.run = next.run;
    return [next.note];
  };

  const teller: Teller = {
    run: undefined,
    hasToldGap: false,
    ahead: undefined,
    tell: (raw) => {
      const line = stamped(raw);
      // Who is asked for a moment may give all of its second. A line without a time belongs to the one in front.
      if (since !== undefined && line.at !== undefined) isEarly = line.at < since;
      if (isEarly) return nothing;
      const standing = place.take(line);
      if (standing === 'told') return nothing;
      if (standing === 'new' && teller.ahead === undefined) return [told(line)];
      return [
        ...(standing === 'new' || teller.hasToldGap ? nothing : [rotated]),
        ...beginsAnew(line),
        told(line),
      ];
    },
  };
  return teller;
};
