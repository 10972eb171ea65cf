import { differences, shapeOf } from '../../simulator/support-shape.ts';

/** Maps with user-defined keys. */
const named = [
  'metadata.labels',
  'metadata.annotations',
  'spec.selector.matchLabels',
  'spec.template.metadata.labels',
  'spec.template.metadata.annotations',
  'status.capacity',
  'status.allocatable',
  'data',
];
const mapsIn = (within: string): readonly string[] => named.map((path) => `${within}${path}`);

/** The keys and types of a response; `within`: the path of an object in it. */
export const compare = (mine: unknown, real: unknown, within = ''): readonly string[] =>
  differences(shapeOf(mine, mapsIn(within)), shapeOf(real, mapsIn(within)));
/** Fields without a real counterpart: kwok runs no containers, and this cluster has no metrics server. */
const lacksHere = /containerStatuses\.\[\]\.(containerID|started)|currentMetrics/;
/** Simulated fields that the real response lacks or has with another type. Additional real fields are ignored. */
export const madeUp = (mine: unknown, real: unknown, within = ''): readonly string[] =>
  compare(mine, real, within).filter((text) => !text.endsWith(' is missing') && !lacksHere.test(text));
