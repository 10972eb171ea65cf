import type { Fault, Millis } from '../../domain/base/fault.ts';
import type {
  DescribedObject,
  DescriptionFormat,
  DescriptionState,
  ObjectDescription,
} from '../../domain/facts/object-description.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { clipped } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { CockpitStore } from '../../store/cockpit.ts';

/** The time limit for fetching a description. */
const timeoutMs: Millis = 10_000;
const mostLines = 5000;
const longestLine = 2000;

/** Strips control characters from external text and truncates it; the truncation is marked. */
const drawable = ({ lines }: ObjectDescription): readonly string[] => {
  const all = lines.flatMap((line) =>
    stripControls(secretMasker.mask(line)).replaceAll('\t', '  ').split('\n'),
  );
  const shown = all.slice(0, mostLines).map((line) => clipped(line, longestLine));
  return all.length > shown.length
    ? [...shown, `… ${pluralize(all.length - shown.length, 'more line')}`]
    : shown;
};

interface ObjectDescriber {
  /** Requests a text and abandons the previous request. */
  begin(subject: DescribedObject, how: DescriptionFormat): Promise<void>;
  stop(): void;
}

/** Fetches the description of an object with a deadline, and shows it through the store. */
export const createObjectDescriber = (
  cockpit: CockpitStore,
  clock: Clock,
  sourceOf: (id: string) => Source | undefined,
): ObjectDescriber => {
  let asking: AbortController | undefined;

  const ask = async (
    source: Source | undefined,
    subject: DescribedObject,
    how: DescriptionFormat,
    stop: AbortController,
  ): Promise<DescriptionState['state']> => {
    const call = `${how} ${subject.kind} ${subject.name}`;
    const failed = (error: unknown): { readonly is: 'failed'; readonly fault: Fault } => ({
      is: 'failed',
      fault: toFault(subject.source, call, error, clock.now()),
    });
    if (source?.describe === undefined)
      return failed(new WireError('missing', `${subject.source} provides no further details`));
    const describe = source.describe;
    const outcome = await callWithDeadline((signal) => describe(subject, how, signal), clock, timeoutMs, stop)
      .outcome;
    if (outcome.is === 'answered') return { is: 'read', at: clock.now(), lines: drawable(outcome.value) };
    return failed(outcome.is === 'threw' ? outcome.error : new WireError('timeout', 'timed out'));
  };

  const stop = (): void => {
    asking?.abort(new WireError('cancelled', 'the request was abandoned'));
    asking = undefined;
    if (cockpit.getState().description !== undefined) cockpit.setState({ description: undefined });
  };

  return {
    stop,
    begin: async (subject, how) => {
      stop();
      const controller = new AbortController();
      asking = controller;
      const about = { title: `${how} ${subject.kind} ${subject.name}`, source: subject.source };
      cockpit.setState({ description: { ...about, state: { is: 'asking', since: clock.now(), timeoutMs } } });
      const state = await ask(sourceOf(subject.source), subject, how, controller);
      if (asking === controller) cockpit.setState({ description: { ...about, state } });
    },
  };
};
