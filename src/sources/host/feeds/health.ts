import type { FaultKind } from '../../../domain/fault.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { WireError } from '../../../platform/failures.ts';
import type { Feed, WantedSignal } from '../../source.ts';
import type { HostParts } from '../parts.ts';
import { ask } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import { machineFeed, Samples } from './feed.ts';
import { usageQuestions } from './usage.ts';

/** A machine that does not answer is down; when it will not let us in, or our own side fails, nothing is known of it. */
const isDown: readonly FaultKind[] = ['unreachable', 'timeout', 'malformed'];

/**
 * Whether a machine can be reached, as a probe: always one health row, called after the source, its instance the machine.
 * With the same answer come CPU, memory, disks and load, as far as signals want them.
 */
export const healthFeed = (parts: HostParts, machine: Machine, signals: readonly WantedSignal[]): Feed => {
  const { source, env } = parts;
  const questions = usageQuestions(signals, machine, parts);
  const row = (status: HealthStatus, detail: string, latencyMs?: number): Health => ({
    source,
    env,
    at: parts.now(),
    service: source,
    instance: machine.name,
    status,
    detail,
    components: [],
    ...(latencyMs === undefined ? {} : { latencyMs }),
  });

  const read = async (signal: AbortSignal): Promise<Batch<Health>> => {
    const commands = questions.length === 0 ? [['true']] : questions.map(({ argv }) => argv);
    const samples = new Samples(parts, machine);
    try {
      const { all, latencyMs } = await ask(parts, machine, commands, signal);
      for (const [index, question] of questions.entries()) question.answer(all[index], samples);
      return { items: [row('up', '', latencyMs)], samples: samples.all, faults: samples.faults };
    } catch (error) {
      const fault = samples.fault(reach(machine), error);
      if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
      const why = error instanceof WireError ? error.message : fault.message;
      return { items: [row(isDown.includes(fault.kind) ? 'down' : 'unknown', why)], faults: [fault] };
    }
  };

  return machineFeed(
    parts,
    machine,
    {
      name: 'health',
      kind: 'health',
      probe: true,
      signals: questions.flatMap((question) => question.signals),
      ...(questions.some(({ needsTwo }) => needsTwo) ? { needsTwo: true } : {}),
    },
    read,
  );
};

const reach = ({ address }: Machine): string => (address === '' ? 'sh' : `ssh ${address}`);
