import { pastBegins, serverPast, servicePast } from '../logs/past-log.ts';
import type { Ground } from './ground.ts';
import type { PodLife } from './pod-life.ts';
import { formatOf, serverOf } from './startup.ts';

/** Gives the log of a pod that is older than the world the hours before it. */
export const recall = (ground: Ground, life: PodLife): void => {
  const { startedAt: to } = ground;
  const span = { from: pastBegins((life.startedAt ?? to) + 2000, to), to };
  const server = serverOf(ground, life);
  if (life.instance !== undefined)
    life.log.remember(servicePast(life.instance, formatOf(ground, life), span));
  else if (server !== undefined)
    life.log.remember(serverPast(server, life.role.dependency ?? life.name, span));
};
