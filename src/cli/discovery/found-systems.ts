import type { FirstSource } from '../../importer/first-profile.ts';
import { uniqueNames } from '../../importer/names.ts';
import { findContainerServices } from './container-services.ts';
import { findCompose, findDocker } from './docker.ts';
import type { FoundSystem, Search } from './found-system.ts';
import { findHosts, findSystemd } from './hosts.ts';
import { findIngressHosts } from './ingress-hosts.ts';
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

/** Systems whose sources have ids that no other source has: a service in a container may be called like a place. */
const withOwnIds = (
  systems: readonly FoundSystem[],
  others: readonly FirstSource[],
): readonly FoundSystem[] => {
  const unique = uniqueNames();
  for (const { id } of others) unique(id);
  const renamed = (source: FirstSource): FirstSource => ({ ...source, id: unique(source.id) });
  return systems.map(({ source, more = [], offers, ...system }) => ({
    ...system,
    ...(offers === undefined ? {} : { offers: offers.map(renamed) }),
    ...(source === undefined ? {} : { source: renamed(source), more: more.map(renamed) }),
  }));
};

/**
 * Looks for systems of this directory, user and machine, all places at once. Reads files and variables; contacts only the
 * Docker daemon, systemd, and a Prometheus and an Alertmanager on loopback, of a flag or in the cluster of the context, with
 * at most four requests each, a list of the Services, of the pods and of the Ingresses of that cluster, one request to a pod per workload, and
 * the list of the daemon's containers with the details of those whose images are known.
 */
export const findSystems = async (search: Search): Promise<readonly FoundSystem[]> => {
  const cluster = findKubernetes(search);
  const docker = findDocker(search);
  const containers = Promise.all([docker, findCompose(search)]).then(([daemon, compose]) =>
    withProject(daemon, compose, search.isUnasked),
  );
  const [kubernetes, places, images, systemd, monitoring, actuators, ingresses] = await Promise.all([
    cluster,
    containers,
    Promise.all([docker, containers]).then(([{ found }, places]) =>
      found ? findContainerServices(search, sourcesOf(places).at(0)) : [],
    ),
    findSystemd(search),
    cluster.then(({ source }) => findMonitoring(search, source)),
    cluster.then(({ source }) => findPodActuators(search, source)),
    cluster.then(({ source }) => findIngressHosts(search, source)),
  ]);
  const before = [kubernetes, ...places];
  const after = [
    systemd,
    ...findHosts(search),
    findPostgres(search),
    findDatabaseUrl(search),
    findRedis(search),
    findKafka(search),
    ...monitoring,
    ...actuators,
  ];
  const found = [...before, ...withOwnIds(images, sourcesOf([...before, ...after])), ...after];
  return [...found, ...withOwnIds(ingresses, sourcesOf(found))];
};

/** The sources of found systems, in their order. */
export const sourcesOf = (systems: readonly FoundSystem[]): readonly FirstSource[] =>
  systems.flatMap(({ source, more = [] }) => (source === undefined ? [] : [source, ...more]));

/** The sources that a saved profile offers as comments. */
export const offersOf = (systems: readonly FoundSystem[]): readonly FirstSource[] =>
  systems.flatMap(({ offers = [] }) => offers);
