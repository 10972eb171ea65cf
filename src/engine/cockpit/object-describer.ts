import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type {
  DescribedObject,
  DescriptionFormat,
  DescriptionState,
  ObjectDescription,
  ReadText,
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

const withoutControls = (text: string): string =>
  stripControls(secretMasker.mask(text)).replaceAll('\t', '  ');

/** Strips control characters from external text and truncates it; the truncation is marked. */
const drawable = ({ lines }: ObjectDescription): readonly string[] => {
  const all = lines.flatMap((line) => withoutControls(line).split('\n'));
  const shown = all.slice(0, mostLines).map((line) => clipped(line, longestLine));
  return all.length > shown.length
    ? [...shown, `… ${pluralize(all.length - shown.length, 'more line')}`]
    : shown;
};

/** A description as the screen may show it. */
const readState = (described: ReadText, at: Millis): DescriptionState['state'] => ({
  is: 'read',
  at,
  lines: drawable(described),
  ...(described.commands === undefined
    ? {}
    : {
        commands: described.commands.map((command) => ({ ...command, text: withoutControls(command.text) })),
      }),
  ...defined({ start: described.start }),
});

interface ObjectDescriber {
  /** Shows a text that `read` resolves to, and abandons the previous request. */
  show(
    about: { readonly title: string; readonly source: string },
    read: (signal: AbortSignal) => Promise<ReadText>,
  ): Promise<void>;
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
    { title, source }: { readonly title: string; readonly source: string },
    read: (signal: AbortSignal) => Promise<ReadText>,
    stop: AbortController,
  ): Promise<DescriptionState['state']> => {
    const failed = (error: unknown): { readonly is: 'failed'; readonly fault: Fault } => ({
      is: 'failed',
      fault: toFault(source, title, error, clock.now()),
    });
    const outcome = await callWithDeadline(read, clock, timeoutMs, stop).outcome;
    if (outcome.is === 'answered') return readState(outcome.value, clock.now());
    return failed(outcome.is === 'threw' ? outcome.error : new WireError('timeout', 'timed out'));
  };

  const stop = (): void => {
    asking?.abort(
      new WireError('cancelled', 'opsdeck stopped waiting for the source. To try again, reload the view'),
    );
    asking = undefined;
    if (cockpit.getState().description !== undefined) cockpit.setState({ description: undefined });
  };

  const show: ObjectDescriber['show'] = async (about, read) => {
    stop();
    const controller = new AbortController();
    asking = controller;
    cockpit.setState({ description: { ...about, state: { is: 'asking', since: clock.now(), timeoutMs } } });
    const state = await ask(about, read, controller);
    if (asking === controller) cockpit.setState({ description: { ...about, state } });
  };

  return {
    stop,
    show,
    begin: (subject, how) =>
      show({ title: `${how} ${subject.kind} ${subject.name}`, source: subject.source }, async (signal) => {
        const described = await sourceOf(subject.source)?.describe?.(subject, how, signal);
        if (described === undefined)
          throw new WireError('missing', `${subject.source} provides no further details`);
        return described;
      }),
  };
};
