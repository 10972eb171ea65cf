import type { FirstSource } from '../../importer/first-profile.ts';
import { findCompose, findDocker } from './docker.ts';
import type { FoundSystem, Search } from './found-system.ts';
import { findHosts, findSystemd } from './hosts.ts';
import { findKubernetes } from './kubernetes.ts';
import { findMonitoring } from './monitoring.ts';
import { findPodActuators } from './pod-actuators.ts';
import { findDatabaseUrl, findKafka, findPostgres, findRedis } from './variables.ts';

/** The daemon, and the Compose project on it: one source, which shows the project if the directory has one. */
const withProject = (
  docker: FoundSystem,
  compose: FoundSystem,
  isUnasked: boolean,
): readonly FoundSystem[] => {
  if (docker.source === undefined && isUnasked) return [docker, { ...compose, source: undefined }];
  if (docker.source === undefined || compose.source === undefined) return [docker, compose];
  const { source, ...place } = docker;
  return [
    { ...place, source: undefined },
    { ...compose, source: { ...compose.source, entry: { ...source.entry, ...compose.source.entry } } },
  ];
};

/**
 * Looks for systems of this directory, user and machine, all places at once. Reads files and variables; contacts only the
 * Docker daemon, systemd, and a Prometheus and an Alertmanager on loopback, of a flag or in the cluster of the context, with
 * at most four requests each, a list of the Services and of the pods of that cluster, and one request to a pod per workload.
 */
export const findSystems = async (search: Search): Promise<readonly FoundSystem[]> => {
  const cluster = findKubernetes(search);
  const [kubernetes, docker, compose, systemd, monitoring, actuators] = await Promise.all([
    cluster,
    findDocker(search),
    findCompose(search),
    findSystemd(search),
    cluster.then(({ source }) => findMonitoring(search, source)),
    cluster.then(({ source }) => findPodActuators(search, source)),
  ]);
  return [
    kubernetes,
    ...withProject(docker, compose, search.isUnasked),
    systemd,
    ...findHosts(search),
    findPostgres(search),
    findDatabaseUrl(search),
    findRedis(search),
    findKafka(search),
    ...monitoring,
    ...actuators,
  ];
};

/** The sources of found systems, in their order. */
export const sourcesOf = (systems: readonly FoundSystem[]): readonly FirstSource[] =>
  systems.flatMap(({ source, more = [] }) => (source === undefined ? [] : [source, ...more]));
