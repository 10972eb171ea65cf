import { argvLine } from '../../../domain/argv.ts';
import { durationText, parseDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { ActEvent, Plan } from '../../../domain/operation.ts';
import { toFault } from '../../../io/fault.ts';
import type { ChangeIo } from '../../../io/io.ts';
import { masker } from '../../../io/secrets.ts';
import { wireError } from '../../../io/wire-error.ts';
import { statusOf } from '../../found-status.ts';
import { passwordsIn } from '../../secret-text.ts';
import type { Operation } from '../../source.ts';
import { kinds, objectPath } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { parsePod } from '../pod/parse.ts';
import { permitOf, planErrorOf } from './admission.ts';
import { driftOf } from './drift.ts';
import { type Earlier, earlierOf } from './earlier.ts';
import { saidBy } from './exec-channels.ts';
import { containerWords, execAllowed, meantIn, seatsOf } from './exec-pods.ts';
import { openExec } from './exec-socket.ts';
import { placeOf } from './found.ts';
import { execParams } from './params.ts';

const defaultTimeout = '1m';

/** One run of a program. */
interface Running {
  readonly path: string;
  readonly line: string;
  /** Before each line of what it says. */
  readonly prefix: string;
  readonly timeoutMs: Millis;
}

/** `exec`: runs a program in a container of each pod that is meant, one after another; the first that fails ends it. */
export const execOperation = (parts: KubeParts): Operation => {
  const { client, source, strings } = parts;

  const planned = async (given: Plan['params'], signal: AbortSignal): Promise<Plan> => {
    const params = execParams.parse(given);
    for (const secret of passwordsIn(params.argv.join(' '))) masker.add(secret);
    const seats = await seatsOf(parts, params, signal);
    const namespace = seats[0]?.pod.namespace ?? '';
    const [allowed, where] = await Promise.all([
      execAllowed(parts, namespace, signal),
      placeOf(client, namespace, signal),
    ]);
    const argv = masker.mask(argvLine(params.argv));
    const earlier: Earlier = {
      calls: seats.map(({ path }) => ({ method: 'GET', path })),
      looks: seats.map(({ pod }) => objectPath(kinds.pod, pod.namespace, pod.name)),
      follow: [],
      rights: [...allowed.rights],
    };
    return {
      use: `${source}.exec`,
      danger: 'safe',
      targets: seats.map(({ pod, container }) => ({
        name: pod.name,
        uid: pod.uid,
        saw: containerWords(container),
        where,
      })),
      calls: seats.map(({ path }, target) => ({ line: client.line('GET', path), target })),
      objects: [
        ...seats.map(
          ({ pod, container }) =>
            `${argv} in container ${container.name} of pod ${pod.name}, node ${pod.node}`,
        ),
        allowed.words,
      ],
      lost: 'what this program changes is not known to opsdeck: it offers no undo',
      params: given,
      earlier,
    };
  };

  /** Gives whether it ended with status 0. */
  const run = async function* (
    { path, line, prefix, timeoutMs }: Running,
    change: ChangeIo,
    signal: AbortSignal,
  ): AsyncGenerator<ActEvent, boolean, undefined> {
    const deadline = change.clock.deadline(timeoutMs);
    const stop = AbortSignal.any([signal, deadline.signal]);
    let close: (() => void) | undefined;
    let isGood = false;
    try {
      const wire = await openExec(client, path, change, stop);
      close = () => wire.close();
      for await (const said of saidBy(wire))
        if (said.is === 'line') yield { is: 'output', text: `${prefix}${masker.mask(said.text)}` };
        else {
          isGood = said.code === 0;
          yield* statusOf(said.code === undefined ? {} : { status: said.code });
          yield { is: 'answered', line, status: said.words, ok: isGood };
        }
    } catch (error) {
      isGood = false;
      yield {
        is: 'answered',
        line,
        status: brokenOff(error, source, timeoutMs, client.now(), close !== undefined),
        ok: false,
      };
    } finally {
      close?.();
      deadline.clear();
    }
    return isGood;
  };

  return {
    name: 'exec',
    danger: () => 'as-step',

    plan: async (given, signal) => {
      try {
        return await planned(given, signal);
      } catch (error) {
        throw planErrorOf(error, 'exec');
      }
    },

    permits: (plan, signal) => permitOf(client, earlierOf(plan).rights, signal),

    recheck: async (plan, signal) => {
      const { container } = execParams.parse(plan.params);
      const { looks } = earlierOf(plan);
      const drifts = await Promise.all(
        plan.targets.map((target, index) =>
          driftOf(client, target, looks[index] ?? '', signal, (raw) =>
            containerWords(meantIn(parsePod(raw, strings, client.toClock), container)),
          ),
        ),
      );
      return drifts.find((drift) => drift !== undefined);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { timeout = defaultTimeout } = execParams.parse(plan.params);
      const timeoutMs = parseDuration(timeout) ?? 0;
      const { calls } = earlierOf(plan);
      for (const [index, { path }] of calls.entries()) {
        const line = plan.calls[index]?.line ?? client.line('GET', path);
        yield { is: 'call', line };
        const prefix = calls.length === 1 ? '' : `${plan.targets[index]?.name} `;
        if (!(yield* run({ path, line, prefix, timeoutMs }, change, signal))) return;
      }
    },
  };
};

/** Closing the connection ends what is heard; whether the program ends with it is its container's business. */
const brokenOff = (
  error: unknown,
  source: string,
  timeoutMs: Millis,
  now: Millis,
  hasBegun: boolean,
): string => {
  const after = '; its connection was closed, and the program may still run there';
  const { kind } = wireError(error) ?? {};
  if (kind === 'timeout') return `not done after ${durationText(timeoutMs)}${after}`;
  if (kind === 'cancelled') return `cancelled${after}`;
  const { message } = toFault(source, '', error, now);
  return hasBegun ? `${message}${after}` : message;
};
