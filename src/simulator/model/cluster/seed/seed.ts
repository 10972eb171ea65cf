import type { Ground } from '../ground.ts';
import { seedGround, seedNetwork } from './around.ts';
import { seedConfig, seedScalers } from './config.ts';
import { seedCronJobs } from './cron-jobs.ts';
import type { SeedPlace } from './metadata.ts';
import { seedDeployments, seedSets } from './workloads.ts';

const ageMs = 100 * 86_400_000;

/** Deployments, StatefulSets and DaemonSets as first deployed; what somebody changed is so no more. */
export const seedWorkloads = (ground: Ground, seed: string): void => {
  const place: SeedPlace = { seed, createdAt: ground.startedAt - ageMs };
  seedDeployments(ground, place);
  seedSets(ground, place);
  seedScalers(ground, place);
};

/** Everything that was there from the start. */
export const seedAll = (ground: Ground, seed: string): void => {
  const place: SeedPlace = { seed, createdAt: ground.startedAt - ageMs };
  seedGround(ground, place);
  seedWorkloads(ground, seed);
  seedCronJobs(ground, place);
  seedNetwork(ground, place);
  seedConfig(ground, place);
};
