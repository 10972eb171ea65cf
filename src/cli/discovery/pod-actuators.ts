import type { FeedKind } from '../../domain/facts/reading.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { isObject } from '../../domain/text/value-text.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import { slug, uniqueNames } from '../../importer/names.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { openClusterProxy } from '../../sources/kit/contract/api-server.ts';
import { field, list } from '../../sources/kit/values/wire-value.ts';
import { type ClusterLogin, jsonOf, loginOf, namespacedPath, withClusterReads } from './cluster-reads.ts';
import { deniedOr, type FoundSystem, found, missing, reasonOf, type Search } from './found-system.ts';
import { type ActuatorCandidate, actuatorCandidatesIn, mostWorkloads } from './pod-candidates.ts';
import { checkedJson, probeMs } from './probe.ts';

const what = 'actuators of pods';
const gives: readonly FeedKind[] = ['health', 'breakers', 'pools'];
const mostPods = 500;
/** Switches the search off: `off`. */
const switchName = 'OPSDECK_POD_PROBES';

/** Ids of the other sources that are found. */
const otherIds = [
  'k8s',
  'docker',
  'host',
  'postgres',
  'database',
  'redis',
  'kafka',
  'prometheus',
  'metrics',
  'alertmanager',
];

/** The endpoints that an actuator lists; undefined for any other program. Source: Spring Boot, Hypermedia for actuator. */
const endpointsIn = (body: unknown): ReadonlySet<string> | undefined =>
  isObject(body) && isObject(body._links) && isObject(body._links.self) && isObject(body._links.health)
    ? new Set(Object.keys(body._links))
    : undefined;

interface Probed {
  readonly candidate: ActuatorCandidate;
  readonly endpoints?: ReadonlySet<string> | undefined;
  readonly error?: unknown;
}

/** One GET to the actuator of one live pod, through the API server. */
const probe = async (search: Search, candidate: ActuatorCandidate, login: ClusterLogin): Promise<Probed> => {
  const { context } = search;
  const limit = context.clock.deadline(probeMs);
  const io = context.openIo();
  try {
    const answer = await openClusterProxy(login, io)(candidate.url, limit.signal);
    return { candidate, endpoints: endpointsIn(checkedJson(answer, context)) };
  } catch (error) {
    return { candidate, error };
  } finally {
    limit.clear();
    await io.close();
  }
};

/** A source for the pods of a workload, with what its actuator exposes. */
const sourceOf = (
  { service, target, port, scheme, path }: ActuatorCandidate,
  endpoints: ReadonlySet<string>,
  login: ClusterLogin,
  id: string,
): FirstSource => ({
  id,
  from: `${what}: ${target}, ${path} at port ${port}`,
  entry: {
    type: 'actuator',
    service,
    url: `${scheme}://${service}${path}`,
    via: { nested: { source: 'k8s', target, port } },
    apiServer: { nested: { ...login } },
    breakers: endpoints.has('circuitbreakers') ? undefined : false,
    pools: endpoints.has('metrics') || endpoints.has('metrics-requiredMetricName') ? undefined : false,
    every: '1m',
  },
});

/**
 * Finds the Spring actuators that live pods announce, by the annotations `prometheus.io/*` or by their probes: one list of pods,
 * and one GET to one pod per workload, through the proxy of the API server.
 */
export const findPodActuators = async (
  search: Search,
  kubernetes: FirstSource | undefined,
): Promise<readonly FoundSystem[]> => {
  if (kubernetes === undefined) return [];
  if (search.context.processEnv[switchName] === 'off')
    return [missing(what, `${switchName}=off turns this search off`)];
  const login = loginOf(kubernetes.entry);
  const limit = search.context.clock.deadline(probeMs);
  // The path of the first read of the source, which begins with this response.
  const path = namespacedPath(kubernetes.entry, '/api/v1', 'pods', mostPods);
  try {
    const podList = await withClusterReads(search.context, login, (reads) =>
      jsonOf(reads, path, search.context, limit.signal, (answer) => search.known?.put(login, path, answer)),
    );
    const pods = list(field(podList, 'items'));
    const all = actuatorCandidatesIn(pods);
    if (all.length === 0)
      return [missing(what, 'no running pod announces an actuator by an annotation or a port')];
    const probed = await Promise.all(
      all.slice(0, mostWorkloads).map((candidate) => probe(search, candidate, login)),
    );
    const unique = uniqueNames();
    for (const id of otherIds) unique(id);
    const sources = probed.flatMap(({ candidate, endpoints }) =>
      endpoints === undefined
        ? []
        : [sourceOf(candidate, endpoints, login, unique(slug(candidate.service, 'service')))],
    );
    const [first, ...more] = sources;
    if (first === undefined) {
      // Of several reasons, the one that a right or a login would remove.
      const failed =
        probed.find(({ error }) => error instanceof WireError && error.kind === 'denied') ??
        probed.find(({ error }) => error !== undefined);
      if (failed === undefined)
        return [missing(what, 'no actuator answers at the addresses that the pods announce')];
      return [deniedOr(what, failed.error, `${failed.candidate.target}: ${reasonOf(failed.error)}`, gives)];
    }
    const left = all.length - mostWorkloads;
    const words = `${pluralize(sources.length, 'workload')}${left > 0 ? `, ${left} more not probed` : ''}`;
    return [{ ...found(what, words, first), source: first, more }];
  } catch (error) {
    return [deniedOr(what, error, reasonOf(error), gives)];
  } finally {
    limit.clear();
  }
};
