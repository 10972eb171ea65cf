import type { FaultKind } from '../domain/base/fault.ts';
import { pluralize } from '../domain/text/count-text.ts';

/** The words of a state: as a predicate after the object, and as an adjective after several objects. */
export interface StateWords {
  /** 'is falling behind' */
  readonly verb: string;
  /** 'falling behind' */
  readonly short: string;
}

/** The words of a kind of findings. */
interface KindWords {
  readonly noun: string;
  readonly plural: string;
  /** True: a list names its first objects. Otherwise it counts them. */
  readonly isNamed: boolean;
  /** By state, in lower case. `%`: any other state, which replaces the character. `number`: a number beyond its limit. */
  readonly states: Readonly<Record<string, StateWords>>;
}

const words = (verb: string, short: string): StateWords => ({ verb, short });
/** 'is open': the state as it is. */
const being = (short: string): StateWords => words(`is ${short}`, short);

/** The words of a session that others wait for, directly or not. */
export const blockingWords = (waiting: number): StateWords =>
  words(`blocks ${pluralize(waiting, 'session')}`, 'blocking others');

/** The words of a row whose data is too old to judge. */
export const staleWords = words('has no current data', 'without current data');

/** The words of a kind that has none here: one of a plugin. */
export const otherKindWords = (kind: string): KindWords => ({
  noun: `row of ${kind}`,
  plural: kind,
  isNamed: true,
  states: { '%': being('%') },
});

/** The words of each kind of facts, of signals and of sources, by state. */
export const kindWords: Readonly<Record<string, KindWords>> = {
  health: {
    noun: 'service',
    plural: 'services',
    isNamed: true,
    states: {
      down: being('down'),
      'partly down': being('partly down'),
      degraded: being('degraded'),
      unknown: words('could not be checked', 'not checked'),
      number: being('slow'),
      '%': being('%'),
    },
  },
  workloads: {
    noun: 'workload',
    plural: 'workloads',
    isNamed: true,
    states: {
      'none ready': words('has no ready instance', 'without a ready instance'),
      'not running': words('is not running', 'not running'),
      'some not ready': words('is only partly ready', 'partly ready'),
      'slow to start': words('is slow to start', 'slow to start'),
      'restarts rising': words('keeps restarting', 'restarting'),
      crashloopbackoff: words('does not start', 'not starting'),
      crashing: words('crashes again and again', 'crashing'),
      imagepullbackoff: words('does not start', 'not starting'),
      errimagepull: words('does not start', 'not starting'),
      createcontainerconfigerror: words('does not start', 'not starting'),
      oomkilled: words('ran out of memory', 'out of memory'),
      failed: words('has failed', 'failed'),
      'stuck: progressdeadlineexceeded': words('has a stuck rollout', 'with a stuck rollout'),
      overdue: words('stays too long in a temporary state', 'overdue'),
      'out of sync': being('out of sync'),
      lost: words('has lost its volume', 'without their volume'),
      'pod not ready': words('is not ready', 'not ready'),
      'not delivered': words('is not delivered', 'not delivered'),
      'delivery unfinished': words('is not fully delivered', 'not fully delivered'),
      'delivery suspended': words('is suspended', 'suspended'),
      'delivery pending': words('waits for its delivery', 'waiting for delivery'),
      'resize failed': words('could not be resized', 'not resized'),
      'modification failed': words('could not be modified', 'not modified'),
      'no endpoints': words('has no endpoints', 'without endpoints'),
      'no address': words('has no address', 'without an address'),
      'backend missing': words('names a backend that does not exist', 'with a missing backend'),
      'missed schedule': words('missed its schedule', 'with a missed run'),
      'last run failed': words('failed in its last run', 'with a failed last run'),
      'cannot scale': words('cannot scale', 'not scaling'),
      'at max replicas': words('is at its maximum of replicas', 'at maximum replicas'),
      'too few healthy pods': words('has too few healthy pods', 'with too few healthy pods'),
      'budget not computed': words('has a budget that cannot be computed', 'with an unknown budget'),
      unknown: words('has an unknown state', 'in an unknown state'),
      number: words('restarts too often', 'restarting too often'),
      '%': being('%'),
    },
  },
  nodes: {
    noun: 'node',
    plural: 'nodes',
    isNamed: true,
    states: {
      notready: being('not ready'),
      memorypressure: words('runs out of memory', 'short of memory'),
      diskpressure: words('runs out of disk space', 'short of disk space'),
      pidpressure: words('runs too many processes', 'with too many processes'),
      networkunavailable: words('has no network', 'without network'),
      'other problem': words('reports a problem', 'with a reported problem'),
      unknown: words('has an unknown state', 'in an unknown state'),
      '%': being('%'),
    },
  },
  pools: {
    noun: 'pool',
    plural: 'pools',
    isNamed: false,
    states: {
      exhausted: being('exhausted'),
      'near max': being('nearly exhausted'),
      'server full': words('runs out of connections', 'short of connections'),
      unknown: words('reports no usage', 'without reported usage'),
      number: words('is used beyond the limit', 'beyond the limit'),
      '%': being('%'),
    },
  },
  lag: {
    noun: 'consumer group',
    plural: 'consumer groups',
    isNamed: true,
    states: {
      'falling behind': being('falling behind'),
      stalled: words('has stopped processing', 'stalled'),
      stopped: words('has no consumers', 'without consumers'),
      gaining: words('is behind, and catches up', 'behind'),
      steady: being('behind'),
      'messages lost': words('has lost messages', 'with lost messages'),
      'no commit': words('has never committed', 'without a commit'),
      unknown: words('has an unknown lag', 'with unknown lag'),
      number: words('is too far behind', 'too far behind'),
      '%': being('%'),
    },
  },
  queues: {
    noun: 'queue',
    plural: 'queues',
    isNamed: true,
    states: {
      'dead letters': words('holds failed messages', 'with failed messages'),
      redriving: words('moves failed messages back', 'in redrive'),
      'no subscriber': words('has no subscriber', 'without a subscriber'),
      unknown: words('has an unknown length', 'of unknown length'),
      number: being('too long'),
      '%': being('%'),
    },
  },
  breakers: {
    noun: 'breaker',
    plural: 'breakers',
    isNamed: false,
    states: {
      open: being('open'),
      'forced-open': being('forced open'),
      'half-open': being('half-open'),
      disabled: being('disabled'),
      'metrics-only': words('only records calls', 'only recording'),
      unknown: words('has an unknown state', 'in an unknown state'),
      number: words('sees too many failed calls', 'with too many failed calls'),
      '%': being('%'),
    },
  },
  signals: {
    noun: 'signal',
    plural: 'signals',
    isNamed: true,
    states: {
      // Titles are singular or plural: no verb agrees with both.
      silent: words('without data', 'without data'),
      // A word as a value: 'Last build is failure'.
      word: words('is %', '%'),
      value: words('at %', '%'),
    },
  },
  ci: {
    noun: 'CI job',
    plural: 'CI jobs',
    isNamed: true,
    states: {
      failure: words('has failed', 'failed'),
      'optional failure': words('has failed', 'failed'),
      error: words('has failed', 'failed'),
      timed_out: words('has timed out', 'timed out'),
      startup_failure: words('could not start', 'not started'),
      'not passed': words('has not passed', 'not passed'),
      approval: words('waits for an approval', 'waiting for an approval'),
      action_required: words('waits for a person', 'waiting for a person'),
      missing: words('has no result', 'without a result'),
      unknown: words('has an unknown result', 'with an unknown result'),
      unrecognized: words('has an unknown result', 'with an unknown result'),
      number: words('takes too long', 'too slow'),
      '%': being('%'),
    },
  },
  sessions: {
    noun: 'database session',
    plural: 'database sessions',
    isNamed: false,
    states: {
      blocked: words('waits for a lock', 'waiting for locks'),
      blocking: words('blocks others', 'blocking others'),
      'long idle in transaction': words('keeps a transaction open', 'with an open idle transaction'),
      disabled: words('cannot be seen', 'not visible'),
      unknown: words('cannot be seen', 'not visible'),
      number: words('runs for too long', 'running too long'),
      '%': being('%'),
    },
  },
  alerts: {
    noun: 'alert',
    plural: 'alerts',
    isNamed: false,
    states: {
      firing: being('firing'),
      pending: being('pending'),
      acknowledged: being('acknowledged'),
      '%': being('%'),
    },
  },
  sources: {
    noun: 'source',
    plural: 'sources',
    isNamed: true,
    states: {
      unreachable: words('does not answer', 'not answering'),
      timeout: words('does not answer in time', 'not answering in time'),
      throttled: words('accepts no further requests for now', 'throttled'),
      denied: words('denies access', 'denying access'),
      missing: words('lacks something that is read', 'incomplete'),
      malformed: words('gives an unreadable answer', 'unreadable'),
      unconfigured: words('is not configured', 'not configured'),
      'wrong-system': words('is another system', 'answered by another system'),
      cancelled: words('was not read', 'not read'),
      bug: words('could not be read', 'not read'),
    } satisfies Record<FaultKind, StateWords>,
  },
};

/** Returns the words of a state of a kind; `as`: the entry that a state without its own has. */
export const stateWords = (kind: string, state: string, as = '%'): StateWords => {
  const { states } = kindWords[kind] ?? otherKindWords(kind);
  const key = state.toLowerCase();
  if (as === '%' && Object.hasOwn(states, key) && states[key] !== undefined) return states[key];
  const { verb, short } = states[as] ?? being('%');
  const shown = state === '' ? 'in an unknown state' : state;
  return { verb: verb.replace('%', () => shown), short: short.replace('%', () => shown) };
};
