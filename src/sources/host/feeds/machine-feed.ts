import type { Fault } from '../../../domain/base/fault.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import type { FeedKind } from '../../../domain/facts/reading.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';

interface HostFeedSpec {
  readonly name: 'health' | 'workloads' | 'upkeep';
  readonly kind: FeedKind;
  readonly probe?: true;
  readonly signals: readonly string[];
  readonly needsTwo?: boolean;
}

/** A feed for one machine: a slow machine does not delay others. */
export const machineFeed = (
  { source, config }: HostContext,
  machine: Machine,
  words: HostFeedSpec,
  read: Feed['read'],
): Feed => ({
  ...words,
  id: `${source}/${words.name}@${machine.name}`,
  source,
  instance: machine.name,
  ...(words.probe === true ? { expects: [{ service: source, instance: machine.name }] } : {}),
  everyMs: config.every,
  staleMs: staleAfter(config.every),
  timeoutMs: config.timeout,
  read,
});

/** Result for a signal: a value, or the reason for its absence. */
export type HostSignalValue = Pick<Sample, 'value' | 'why' | 'isCounter' | 'origin'>;

/** Collects the values of a machine's signals; reports a fault that several of them share only once. */
export class SampleCollector {
  readonly samples: Sample[] = [];
  readonly faults: Fault[] = [];
  readonly #parts: HostContext;
  readonly #machine: Machine;

  constructor(parts: HostContext, machine: Machine) {
    this.#parts = parts;
    this.#machine = machine;
  }

  /** `evaluate` may throw a WireError: then the signals have no value, and `call` names the failed command. */
  add(signals: readonly string[], call: string, evaluate: () => HostSignalValue): void {
    const result = this.#tried(call, evaluate);
    for (const signal of signals)
      this.samples.push({
        source: this.#parts.source,
        at: this.#parts.now(),
        signal,
        labels: this.#parts.labels(this.#machine),
        ...result,
      });
  }

  #tried(call: string, evaluate: () => HostSignalValue): HostSignalValue {
    try {
      return evaluate();
    } catch (error) {
      return { why: this.fault(call, error).message };
    }
  }

  fault(call: string, error: unknown): Fault {
    const fault = this.#parts.fault(this.#machine, call, error);
    if (this.faults.every(({ message }) => message !== fault.message)) this.faults.push(fault);
    return fault;
  }
}
