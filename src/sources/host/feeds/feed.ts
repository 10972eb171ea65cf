import type { Sample } from '../../../domain/facts.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { FeedKind } from '../../../domain/reading.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { HostParts } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';

interface FeedWords {
  readonly name: 'health' | 'workloads' | 'upkeep';
  readonly kind: FeedKind;
  readonly probe?: true;
  readonly signals: readonly string[];
  readonly needsTwo?: boolean;
}

/** A question to one machine: a slow one delays no other. */
export const machineFeed = (
  { source, config }: HostParts,
  machine: Machine,
  words: FeedWords,
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

/** What a signal got: a value, or why there is none. */
export type Found = Pick<Sample, 'value' | 'why'>;

/** The values of some signals of a machine; the fault of what two of them rest on is told once. */
export class Samples {
  readonly all: Sample[] = [];
  readonly faults: Fault[] = [];
  readonly #parts: HostParts;
  readonly #machine: Machine;

  constructor(parts: HostParts, machine: Machine) {
    this.#parts = parts;
    this.#machine = machine;
  }

  /** `found` may throw a WireError: then there is no value, and `call` says what failed. */
  add(signals: readonly string[], call: string, found: () => Found): void {
    const result = this.#tried(call, found);
    for (const signal of signals)
      this.all.push({
        source: this.#parts.source,
        at: this.#parts.now(),
        signal,
        labels: this.#parts.labels(this.#machine),
        ...result,
      });
  }

  #tried(call: string, found: () => Found): Found {
    try {
      return found();
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
