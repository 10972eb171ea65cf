import { formatCount } from '../../domain/text/format.ts';
import { countOutOf, joinParts, numberWord } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import { optional, wordsOf } from '../define/shared-fields.ts';
import type { Workload } from './fact.ts';

type Placed = Pick<Workload, 'namespace' | 'name' | 'owner' | 'node'> & { readonly kind: string };

/** Returns the location to display: a unit or a process belongs to its host, a container to its pod. */
const placeOf = ({ kind, namespace, name, owner, node }: Placed): readonly string[] => {
  if (kind === 'unit' || kind === 'process' || kind === 'file') return [node];
  return kind === 'container' && !name.includes(owner) ? [namespace, owner] : [namespace];
};

/** Returns the display name of a workload: 'shop · bus-0', for a container 'shop · bus-0 · app'. */
const workloadName = (workload: Placed): string => joinParts(...placeOf(workload), workload.name);

const { id, idWord, inColumn, maybeText, foreignWord, number, time, unprinted, withoutWords } =
  fieldsOf<Workload>();

const fields = {
  kind: idWord(
    'type of the workload. Kubernetes nodes are rows of the kind nodes, so only plugins use `node` here',
    'pod deployment statefulset daemonset job node container service unit process file application kustomization helmrelease release pvc pv ingress cronjob hpa pdb namespace',
    (f) => f.kind,
  ),
  namespace: inColumn(
    'NAMESPACE',
    12,
    id('the workload belongs to this Kubernetes namespace or Compose project', (f) => f.namespace),
  ),
  name: id('name', (f) => f.name),
  owner: inColumn(
    'OWNED BY',
    16,
    id('this object owns the workload, such as a deployment or a pod', (f) => f.owner),
  ),
  node: inColumn(
    'NODE',
    12,
    id('this node or host runs the workload', (f) => f.node),
  ),
  ip: inColumn(
    'IP',
    16,
    unprinted(maybeText('the pod has this IP address in the cluster network', (f) => f.ip)),
  ),
  uid: unprinted(
    maybeText(
      'the system gave the object this unique id. A new object with the same name has another id',
      (f) => f.uid,
    ),
  ),
  image: inColumn('IMAGE', 24, unprinted(maybeText('images', (f) => f.image)), { grows: true }),
  revision: inColumn(
    'REVISION',
    10,
    unprinted(
      maybeText('the pod template has this revision, or this revision was delivered', (f) => f.revision),
    ),
  ),
  syncedAt: unprinted(time('the last successful sync ended at this time', (f) => f.syncedAt)),
  generation: unprinted(
    number(
      'the specification has this generation, which grows with each change of the object',
      '',
      (f) => f.generation,
    ),
  ),
  status: withoutWords(
    foreignWord('status in the words of the system. JSON has the word in lower case', (f) => f.status),
    {
      'none ready': 'ready = 0',
      'some not ready': 'ready < wanted',
      'slow to start': 'level = warn',
      'restarts rising': 'level = warn',
      overdue: 'level = warn',
      replaced: 'level = ok',
      'pod not ready': 'level = warn',
      'not delivered': 'level = crit',
      'out of sync': 'level = warn',
      'delivery unfinished': 'level = warn',
      'delivery suspended': 'level = warn',
      'delivery pending': 'level = unknown',
    },
  ),
  detail: maybeText(
    'tells why the workload is in this state, such as exit 137 or Back-off restarting',
    (f) => f.detail,
  ),
  ready: number('this many replicas or containers are ready', '', (f) => f.ready),
  wanted: number('this many replicas or containers should be ready', '', (f) => f.wanted),
  restarts: number('the containers have restarted this many times', '', (f) => f.restarts),
  startedAt: time('start time', (f) => f.startedAt),
  cpuCores: number('CPU usage', 'cores', (f) => f.cpuCores),
  memoryBytes: number('memory usage', 'bytes', (f) => f.memoryBytes),
  cpuLimitCores: unprinted(number('CPU limit', 'cores', (f) => f.cpuLimitCores)),
  memoryLimitBytes: unprinted(number('memory limit', 'bytes', (f) => f.memoryLimitBytes)),
};

/** Returns the readiness word. A completed pod is not ready, and need not be. */
const readiness = ({ ready, wanted, status, starting, leaving, isUnready }: Workload): string => {
  if (leaving !== undefined) return leaving === 'replaced' ? 'replaced' : '';
  if (starting !== undefined) return starting === 'slow' ? 'slow to start' : 'starting';
  if (ready === undefined || wanted === undefined || ready >= wanted)
    return isUnready === true ? 'pod not ready' : '';
  if (/^(completed|succeeded)$/i.test(status)) return '';
  return ready === 0 ? 'none ready' : 'some not ready';
};

const deliveryWords: Readonly<Record<NonNullable<Workload['delivery']>, string>> = {
  failed: 'not delivered',
  outdated: 'out of sync',
  unfinished: 'delivery unfinished',
  suspended: 'delivery suspended',
  pending: 'delivery pending',
};

const lastWord = (text: string): string => text.split(' ').at(-1) ?? '';

/** Kinds whose objects keep their uid for as long as they exist: containers, units and processes get another one with each start. */
const lasting: ReadonlySet<string> = new Set([
  ...['pod', 'deployment', 'statefulset', 'daemonset', 'job'],
  ...['application', 'kustomization', 'helmrelease'],
  ...['pvc', 'pv', 'ingress', 'cronjob', 'hpa', 'pdb', 'namespace'],
]);

/** Kinds of which a person decides how many there are. */
const scalable: ReadonlySet<string> = new Set(['deployment', 'statefulset', 'daemonset', 'service']);

/** Kinds whose operations declare the pods or containers that they end. */
const declaresScaling: ReadonlySet<string> = new Set(['deployment', 'statefulset', 'replicaset', 'service']);

/** True for a workload that is complete only because fewer replicas are wanted: those that were not ready were given up. */
const dropsUnready = (was: Workload, is: Workload): boolean =>
  declaresScaling.has(is.kind) &&
  was.wanted !== undefined &&
  is.wanted !== undefined &&
  is.wanted < was.wanted &&
  (was.ready ?? 0) < was.wanted &&
  (is.ready ?? 0) <= (was.ready ?? 0);

/** Pods, deployments, containers, units, processes, files, and what delivers them. */
export const workloads = defineKind<Workload, typeof fields>({
  name: 'workloads',
  says: 'Workloads: pods, deployments, containers, units, processes and files, and the applications and releases that deliver them',
  fields,
  state: (f) => (f.status === '' ? 'unknown' : f.status),
  levels: {
    words: {
      'none ready': 'crit',
      crashloopbackoff: 'crit',
      oomkilled: 'crit',
      failed: 'crit',
      'stuck: progressdeadlineexceeded': 'crit',
      starting: 'ok',
      'slow to start': 'warn',
      'some not ready': 'warn',
      'restarts rising': 'warn',
      overdue: 'warn',
      replaced: 'ok',
      'pod not ready': 'warn',
      'not delivered': 'crit',
      'out of sync': 'warn',
      'delivery unfinished': 'warn',
      'delivery suspended': 'warn',
      'delivery pending': 'unknown',
      lost: 'crit',
      'resize failed': 'warn',
      'modification failed': 'warn',
      'no endpoints': 'warn',
      'no address': 'warn',
      'backend missing': 'warn',
      'missed schedule': 'warn',
      'last run failed': 'warn',
      'cannot scale': 'warn',
      'at max replicas': 'warn',
      'too few healthy pods': 'warn',
      'budget not computed': 'warn',
      unknown: 'unknown',
    },
    meanings: {
      'none ready': 'no replica or container of the workload is ready',
      'some not ready': 'fewer replicas or containers are ready than desired',
      crashloopbackoff:
        'the container exits again and again, and Kubernetes waits longer before each restart',
      oomkilled: 'the kernel killed the container because the container reached the memory limit',
      failed: 'the workload ended with an error',
      'stuck: progressdeadlineexceeded':
        'the rollout made no progress within progressDeadlineSeconds of the deployment',
      starting: 'the workload is still starting, and has not taken longer than usual',
      'slow to start':
        'the workload is still starting, and has taken longer than usual: look at the events and logs',
      'restarts rising': 'the containers of the workload have restarted again since the last readings',
      overdue: 'the workload is stuck: a state that should be temporary has lasted far too long',
      replaced: 'the pod failed, and the controller has started another one',
      'pod not ready':
        'the containers are ready, but the pod is not: see the readiness gates, and whether the node answers',
      'not delivered':
        'an application, Flux object or Helm release is degraded or incomplete, or could not be applied',
      'out of sync': 'the objects in the cluster differ from what the application declares',
      'delivery unfinished': 'a Helm operation has started, but has not ended',
      'delivery suspended':
        'the delivery is suspended: no change arrives in the cluster until a person resumes the delivery',
      'delivery pending': 'the controller is still delivering a change, or has not reported a state yet',
      lost: 'the volume of the claim no longer exists, so pods that use the claim cannot start',
      'resize failed': 'the volume of the claim could not be resized',
      'modification failed': 'the volume of a claim could not be modified',
      'no endpoints':
        'the selector of the Kubernetes Service matches no pod, so the Service has no endpoints',
      'no address':
        'the Ingress or load balancer still has no address after 10 minutes, so no client can connect',
      'backend missing': 'the Ingress names a Service or a port that does not exist',
      'missed schedule': 'the cron job did not start a run when one was due',
      'last run failed': 'the last run of the cron job failed, and the failed job is already deleted',
      'cannot scale': 'the autoscaler cannot read metrics, or cannot scale the target',
      'at max replicas': 'the autoscaler has wanted more replicas than the maximum for 15 minutes',
      'too few healthy pods':
        'for 15 minutes fewer pods have been healthy than the disruption budget requires',
      'budget not computed':
        'the disruption budget matches pods whose desired number Kubernetes cannot compute',
      unknown: 'the system reports no status of the workload',
    },
    of: (f) => [
      readiness(f),
      f.restartsRising === true ? 'restarts rising' : '',
      f.overdue === true ? 'overdue' : '',
      f.delivery === undefined ? '' : deliveryWords[f.delivery],
      f.leaving === 'replaced' ? '' : f.status === '' && f.ready === undefined ? 'unknown' : f.status,
    ],
  },
  bounds: 'restarts',
  identity: (f) => [f.kind, f.namespace, f.owner, f.node, f.name],
  label: workloadName,
  // A restarted container keeps its uid, which alone does not tell one run from the next.
  pin: (f) => f.run ?? (f.kind === 'container' || f.kind === 'process' ? undefined : f.uid),
  object: (f) => (lasting.has(f.kind) ? f.uid : undefined),
  counters: ['restarts'],
  isOff: (f) => (f.wanted === 0 && scalable.has(f.kind)) || f.status === 'masked',
  noEvidence: (was, is) => {
    // Pausing a rollout or a container, or suspending a delivery, ends no problem of it, and hides its state. So does a new attempt.
    if (/^paused$/i.test(is.status) && !/^paused$/i.test(was.status)) return 'is paused';
    if (is.leaving === 'terminating' && readiness(was) !== '')
      return 'is being deleted and will not become ready again';
    if (is.delivery !== was.delivery) {
      if (is.delivery === 'suspended') return 'is suspended';
      if (is.delivery === 'pending' || is.delivery === 'unfinished')
        return 'has begun another attempt, which has no result yet';
    }
    if (dropsUnready(was, is)) return 'has fewer replicas than before, and no more of them are ready';
    // Without its health check, nothing says that a container is well.
    return was.isHealthChecked === true && is.isHealthChecked === false && readiness(was) !== ''
      ? 'no longer has a health check'
      : undefined;
  },
  choice: ({ kind, name, status, ready, wanted, restarts = 0, detail = '' }, field) => {
    if (kind === 'file') return joinParts(field === 'name' ? '' : name, detail);
    return joinParts(
      field === 'name' ? '' : name,
      status,
      ready === undefined || wanted === undefined || (ready === 1 && wanted === 1)
        ? ''
        : `${ready} of ${wanted} ready`,
      restarts === 0 ? '' : `${formatCount(restarts)} restarts`,
    );
  },
  words: (r) => ({
    name: workloadName(r),
    state: r.status,
    details: [
      r.ready === null && r.wanted === null ? undefined : `${countOutOf(r.ready, r.wanted)} ready`,
      numberWord('restarts', r.restarts),
      r.detail ?? undefined,
    ],
  }),
  impairs: true,
  belongsTo: (f) => (f.owner === '' ? f.name : lastWord(f.owner)),
  logNames: ({ name }) => ({ title: name, names: [name], word: name }),
  shared: {
    run: optional('text'),
    restartsRising: optional('flag'),
    isHealthChecked: optional('flag'),
    overdue: optional('flag'),
    starting: optional({ 'in time': true, slow: true }),
    leaving: optional(wordsOf('replaced terminating')),
    isUnready: optional('flag'),
    delivery: optional(wordsOf('failed outdated unfinished suspended pending')),
  },
});
