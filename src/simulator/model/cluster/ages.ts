import { ContainerLog } from '../logs/container-log.ts';
import { pastBegins, serverPast, servicePast } from '../logs/past-log.ts';
import type { Ground } from './ground.ts';
import { mainOf } from './main-container.ts';
import { stamp, uidOf } from './names.ts';
import type { PodLife } from './pod-life.ts';
import { show } from './show.ts';
import { firstLines, formatOf, readyLines, serverOf } from './startup.ts';

/** Gives the log of a pod that is older than the world the hours before it. */
const recall = (ground: Ground, life: PodLife): void => {
  const { startedAt: to } = ground;
  const span = { from: pastBegins((life.startedAt ?? to) + 2000, to), to };
  const server = serverOf(ground, life);
  if (life.instance !== undefined)
    life.log.remember(servicePast(life.instance, formatOf(ground, life), span));
  else if (server !== undefined)
    life.log.remember(serverPast(server, life.role.dependency ?? life.name, span));
};

const weekMs = 7 * 86_400_000;

/** What is deployed was rolled out a week before the world opened. */
const ageSets = ({ shelves, startedAt }: Ground): void => {
  const at = stamp(startedAt - weekMs);
  for (const deployment of shelves.deployments.list()) {
    const conditions = deployment.status.conditions.map((condition) => ({
      ...condition,
      lastUpdateTime: at,
      lastTransitionTime: at,
    }));
    shelves.deployments.put({ ...deployment, status: { ...deployment.status, conditions } });
  }
  for (const set of shelves.replicasets.list())
    shelves.replicasets.put({
      ...set,
      metadata: { ...set.metadata, creationTimestamp: at },
    });
};

/** Gives the pods of a fresh cluster a past: each as old as the process that it stands for. */
export const ageAll = (ground: Ground): void => {
  ageSets(ground);
  for (const pod of ground.shelves.pods.list()) {
    const life = ground.lives.get(pod.metadata.uid);
    if (life === undefined) continue;
    const oldMs = 3_600_000 * (1 + (Number.parseInt(uidOf(pod.metadata.name).slice(0, 2), 16) % 90));
    const at = life.instance?.startedAt ?? ground.startedAt - oldMs;
    life.scheduledAt = at - 900;
    life.startedAt = at;
    life.turnedAt = at + 1500;
    const container = mainOf(pod);
    life.log = new ContainerLog();
    for (const line of firstLines(ground, life, container, at)) life.log.write(at, line);
    for (const line of readyLines(ground, life, container, at + 1500)) life.log.write(at + 1500, line);
    recall(ground, life);
    show(ground, { ...pod, metadata: { ...pod.metadata, creationTimestamp: stamp(at - 1000) } }, life);
  }
};
