import type { Millis } from '../../../domain/fault.ts';
import type { RunEvent } from '../../../domain/run.ts';
import type { ParamValue, ParamValues } from '../../../domain/runbook.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { labelled } from './card.ts';

const textOf = (value: ParamValue): string => (typeof value === 'object' ? value.join(', ') : String(value));

/** 'name psp · to close': the parameters of a run, in words. */
export const paramWords = (params: ParamValues): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(' · ');

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
