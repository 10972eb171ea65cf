import { formatCount } from '../../domain/text/format.ts';
import { joinParts } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { ClusterNode } from './fact.ts';

const { id, list, text, maybeText, foreignWord, state, number, time, unprinted, withoutWords } =
  fieldsOf<ClusterNode>();

const fields = {
  name: id('name', (f) => f.name),
  uid: unprinted(maybeText('unique id. A successor of the same name has another one', (f) => f.uid)),
  status: withoutWords(
    foreignWord('Ready or NotReady, as kubectl shows. JSON has the word in lower case', (f) => f.status),
    {
      memorypressure: 'problems = MemoryPressure',
      diskpressure: 'problems = DiskPressure',
      pidpressure: 'problems = PIDPressure',
      networkunavailable: 'problems = NetworkUnavailable',
      'other problem': 'level = warn',
      starting: 'level = ok',
      cordoned: 'scheduling = cordoned',
    },
  ),
  problems: list(
    'these node conditions report a problem, such as MemoryPressure, DiskPressure or NetworkUnavailable',
    (f) => f.problems,
    (f) => f.problems,
  ),
  scheduling: state('cordoned: no new pods', 'schedulable cordoned', (f) =>
    f.isCordoned ? 'cordoned' : 'schedulable',
  ),
  roles: list(
    'roles',
    (f) => f.roles,
    (f) => f.roles,
  ),
  kubelet: text('the node runs this version of the kubelet', (f) => f.kubelet ?? ''),
  startedAt: time('the node joined the cluster at this time', (f) => f.startedAt),
  pods: number('counts the running and starting pods on the node, in all namespaces', '', (f) => f.pods),
  podsAllocatable: number('the node accepts at most this many pods', '', (f) => f.podsAllocatable),
  cpuCores: number('CPU usage', 'cores', (f) => f.cpuCores),
  cpuRequestedCores: number(
    'all pods on the node together request this much CPU',
    'cores',
    (f) => f.cpuRequestedCores,
  ),
  cpuAllocatableCores: number('the node offers this much CPU to pods', 'cores', (f) => f.cpuAllocatableCores),
  memoryBytes: number('memory usage', 'bytes', (f) => f.memoryBytes),
  memoryRequestedBytes: number(
    'all pods on the node together request this much memory',
    'bytes',
    (f) => f.memoryRequestedBytes,
  ),
  memoryAllocatableBytes: number(
    'the node offers this much memory to pods',
    'bytes',
    (f) => f.memoryAllocatableBytes,
  ),
};

/** Returns the state in one word: the worst part first. */
const nodeState = ({ status, problems, isCordoned }: ClusterNode): string => {
  if (status !== 'Ready') return status === '' ? 'unknown' : status;
  return problems[0] ?? (isCordoned ? 'cordoned' : status);
};

const isStandardProblem = (problem: string): boolean =>
  /^(?:Memory|Disk|PID)Pressure$|^NetworkUnavailable$/i.test(problem);

/** Nodes of a Kubernetes cluster. */
export const nodes = defineKind<ClusterNode, typeof fields>({
  name: 'nodes',
  says: 'Lists the nodes of a Kubernetes cluster',
  fields,
  state: nodeState,
  levels: {
    words: {
      notready: 'crit',
      memorypressure: 'warn',
      diskpressure: 'warn',
      pidpressure: 'warn',
      networkunavailable: 'warn',
      'other problem': 'warn',
      starting: 'ok',
      // A person or an upgrade has cordoned it on purpose, so it is no problem. `limits` can make it one.
      cordoned: 'ok',
      unknown: 'unknown',
    },
    meanings: {
      ready: 'the kubelet of the node is healthy and accepts pods',
      notready: 'the kubelet of the node has stopped reporting, or reports a problem',
      memorypressure: 'the node is low on memory. The kubelet may evict pods',
      diskpressure: 'the node is low on disk space. The kubelet may evict pods',
      pidpressure: 'the node runs too many processes and may soon be unable to start another one',
      networkunavailable: 'the network of the node is not configured, so the pods there have no connection',
      'other problem': 'a component other than the kubelet reports a problem of the node',
      starting: 'the node registered less than a minute ago and is not ready yet',
      cordoned:
        'no new pods are scheduled on this node, because a person or an upgrade has cordoned the node',
      unknown: 'the node reports no status',
    },
    of: (f) => [
      f.isStarting === true ? 'starting' : f.status === '' ? 'unknown' : f.status,
      ...f.problems.map((problem) => (isStandardProblem(problem) ? problem : 'other problem')),
      f.isCordoned ? 'cordoned' : '',
    ],
  },
  identity: (f) => [f.name],
  label: (f) => f.name,
  pin: (f) => f.uid,
  object: (f) => f.uid,
  // A check of the nodes of a role leaves out one that has lost it.
  noEvidence: (was, is) => {
    const role = was.roles.find((name) => !is.roles.includes(name));
    return role === undefined
      ? undefined
      : `no longer has the role ${role}, so the check of that role leaves this node out`;
  },
  choice: (f) =>
    joinParts(nodeState(f), f.pods === undefined ? '' : `${formatCount(f.pods)} pods`, f.kubelet ?? ''),
  words: (r) => ({
    name: r.name,
    state: r.status,
    details: [
      r.problems.join(', '),
      r.scheduling === 'cordoned' ? 'cordoned' : undefined,
      r.pods === null ? undefined : `${formatCount(r.pods)} pods`,
    ],
  }),
  belongsTo: (f) => f.name,
});
