import type { Millis } from '../../../../domain/fault.ts';
import { firstGeneration, stamp, uidOf } from '../names.ts';
import type { Labels, Meta } from '../objects.ts';

/** Where the objects of a fresh cluster come from. */
export interface SeedPlace {
  /** Tells the clusters apart: no two have an object of the same uid. */
  readonly seed: string;
  readonly createdAt: Millis;
}

/** Metadata of an object that was there from the start. */
export const seedMeta = (
  place: SeedPlace,
  resource: string,
  name: string,
  namespace?: string,
  labels?: Labels,
): Meta => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid: uidOf(`${place.seed}/${resource}/${namespace ?? ''}/${name}`),
  resourceVersion: '',
  ...firstGeneration(resource),
  creationTimestamp: stamp(place.createdAt),
  ...(labels === undefined ? {} : { labels }),
});
