import { changedCell } from '../changed-cell.ts';
import { checkTime } from '../check-time.ts';
import { firstFrame } from '../first-frame.ts';
import { frames } from '../frames.ts';
import { idle } from '../idle.ts';
import { kafkaGroups } from '../kafka-groups.ts';
import { keyLatency } from '../key-latency.ts';
import { kubePods } from '../kube-pods.ts';
import { logsFirst } from '../logs-first.ts';
import { logsKeys } from '../logs-keys.ts';
import { logsRing } from '../logs-ring.ts';
import { matrix } from '../matrix.ts';
import { memory } from '../memory.ts';
import { sessions } from '../sessions.ts';
import type { Figure } from '../support/figure.ts';

/** Benchmarks of opsdeck alone that belong to the results: start-up, keys, memory, and large systems. */
const benches = [
  firstFrame,
  checkTime,
  changedCell,
  keyLatency,
  frames,
  matrix,
  idle,
  memory,
  kubePods,
  kafkaGroups,
  sessions,
  logsRing,
  logsKeys,
  logsFirst,
];

/** A benchmark that fails is a figure that is not met; the others go on. */
const failed = (name: string, error: unknown): Figure => {
  const [reason = ''] = String(error).split('\n');
  return { name, value: 'failed', target: 'a measurement', met: false, from: reason };
};

/** Measures what opsdeck promises about itself, in turn. */
export const measureTargets = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const bench of benches) {
    console.error(`${bench.name} …`);
    try {
      figures.push(...(await bench()));
    } catch (error) {
      figures.push(failed(bench.name, error));
    }
  }
  return figures;
};
