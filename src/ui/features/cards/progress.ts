import type { Millis } from '../../../domain/fault.ts';
import type { RunEvent } from '../../../domain/run.ts';
import type { RunView } from '../../../store/run-types.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { labelled } from './card.ts';

/** An event of one kind. */
export type Event<K extends RunEvent['event']> = Extract<RunEvent, { event: K }>;

export const eventOf = <K extends RunEvent['event']>(run: RunView, kind: K): Event<K> | undefined =>
  run.events.findLast((event): event is Event<K> => event.event === kind);

export const eventsOf = <K extends RunEvent['event']>(run: RunView, kind: K): readonly Event<K>[] =>
  run.events.filter((event): event is Event<K> => event.event === kind);

/** When acting began, or the run itself. */
export const beganAt = (run: RunView): Millis | undefined =>
  (eventsOf(run, 'acting')[0] ?? run.events[0])?.at;

/** The last things that steps printed. */
export const outputLines = (view: View, run: RunView, count: number): readonly Line[] =>
  eventsOf(run, 'output')
    .slice(-count)
    .map((event, index) => labelled(view.pen, index === 0 ? 'output' : '', event.text, 'faint'));
