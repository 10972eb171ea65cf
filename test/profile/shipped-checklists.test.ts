import { expect, test } from 'vitest';
import { claimsOf } from '../../scripts/coverage/written.ts';
import type { ChecklistItem } from '../../src/domain/profile/profile.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { shippedProfile } from './support/shipped-profile.ts';

/**
 * How an item is decided. `signals`: an expression over facts. `call`: a reading operation with an expected result.
 * `run`: the last run of a runbook. `data`: a person decides from the data, a runbook or a hint. `person`: a person alone.
 */
type Decision = 'signals' | 'call' | 'run' | 'data' | 'person';

/** Line of the runbook, its text, id of the item, decision. Items of one line cover one requirement. */
type Row = readonly [line: number, text: string, id: string, decision: Decision];

interface Written {
  readonly env: string;
  readonly list: string;
  /** The id of its requirement, without the number of the item. */
  readonly row: string;
  /** The runbooks that it gates. */
  readonly gates: readonly string[];
  readonly every?: 'daily' | 'weekly' | 'monthly';
  readonly items: readonly Row[];
}

/** Every checklist of the runbooks, as written there. */
const lists: readonly Written[] = [
  {
    ...{ env: 'event-bus/production', list: 'before-deploy', row: 'S0-C1', gates: ['deploy'] },
    items: [
      [272, 'Verify new version builds successfully', 'builds', 'signals'],
      [273, 'Run full test suite', 'tests', 'signals'],
      [274, 'Check compatibility with dependencies', 'dependencies', 'person'],
      [275, 'Review configuration changes', 'changes', 'data'],
      [276, 'Backup current configuration', 'saved', 'run'],
    ],
  },
  {
    ...{ env: 'event-bus/production', list: 'after-deploy', row: 'S0-C2', gates: [] },
    items: [
      [297, 'All pods running successfully', 'pods', 'signals'],
      [298, 'Health checks passing', 'health', 'signals'],
      [299, 'SLA compliance maintained', 'sla', 'signals'],
      [300, 'No error rate increase', 'errors', 'run'],
      [301, 'Circuit breakers closed', 'breakers', 'signals'],
    ],
  },
  {
    ...{ env: 'trading/production', list: 'daily', row: 'S1-C1', gates: [], every: 'daily' },
    items: [
      [414, 'Review Grafana dashboards for overnight activity', 'dashboards', 'data'],
      [415, 'Check firing alerts (should be 0)', 'alerts', 'signals'],
      [416, 'Verify backup completion', 'backup', 'signals'],
      [420, 'Review application logs for errors', 'errors', 'data'],
      [421, 'Check circuit breaker states', 'breakers', 'signals'],
      [422, 'Validate system resources (CPU, memory, disk)', 'resources', 'signals'],
    ],
  },
  {
    ...{ env: 'trading/production', list: 'weekly', row: 'S1-C2', gates: [], every: 'weekly' },
    items: [
      [427, 'Review deployment metrics', 'deployments', 'data'],
      [428, 'Analyze error trends from past week', 'errors', 'data'],
      [429, 'Review slow queries and optimize', 'queries', 'data'],
      [430, 'Check security scan results', 'findings', 'data'],
      [431, 'Update dependencies if needed', 'dependencies', 'person'],
      [432, 'Review incident postmortems', 'postmortems', 'data'],
      [433, 'Plan upcoming deployments', 'plan', 'person'],
    ],
  },
  {
    ...{ env: 'trading/production', list: 'monthly', row: 'S1-C3', gates: [], every: 'monthly' },
    items: [
      [438, 'Full system audit', 'audit', 'person'],
      [439, 'Database maintenance', 'database', 'data'],
      [444, 'Review and rotate API keys', 'keys', 'data'],
      [445, 'Update TLS certificates', 'tls', 'signals'],
      [446, 'Disaster recovery test', 'recovery', 'run'],
      [450, 'Capacity planning review', 'capacity', 'data'],
      [451, 'Security vulnerability scan', 'vulnerabilities', 'data'],
      [452, 'Documentation review and updates', 'documentation', 'person'],
    ],
  },
  {
    ...{ env: 'event-processing/production', list: 'before-deploy', row: 'S2-C1', gates: [] },
    items: [
      [17, 'All services pass health checks', 'services', 'signals'],
      [18, 'LocalStack services are running', 'localstack', 'signals'],
      [19, 'Kafka cluster is healthy', 'kafka', 'signals'],
      [20, 'MongoDB is accessible', 'mongodb', 'signals'],
      [21, 'All required topics/queues exist', 'resources', 'signals'],
      [22, 'Metrics dashboards are configured', 'dashboards', 'data'],
      [23, 'Alert notifications are set up', 'alarms', 'data'],
    ],
  },
  {
    ...{ env: 'event-processing/production', list: 'daily', row: 'S2-C2', gates: [], every: 'daily' },
    items: [
      [237, 'Review error rate and alert status', 'errors', 'signals'],
      [238, 'Check consumer lag across all topics', 'lag', 'signals'],
      [239, 'Verify all services are healthy', 'services', 'signals'],
      [240, 'Review dead letter queue', 'dead-letters', 'data'],
    ],
  },
  {
    ...{ env: 'event-processing/production', list: 'weekly', row: 'S2-C3', gates: [], every: 'weekly' },
    items: [
      [243, 'Analyze performance trends', 'trends', 'data'],
      [244, 'Review failed events and patterns', 'failed', 'data'],
      [245, 'Check disk usage (MongoDB, Kafka)', 'disk', 'signals'],
      [245, 'Check disk usage (MongoDB, Kafka)', 'disk-kafka', 'call'],
      [246, 'Update operational documentation', 'documentation', 'person'],
    ],
  },
  {
    ...{ env: 'event-processing/production', list: 'monthly', row: 'S2-C4', gates: [], every: 'monthly' },
    items: [
      [249, 'Database index optimization', 'indexes', 'data'],
      [250, 'Review and archive old events', 'archive', 'data'],
      [251, 'Capacity planning review', 'capacity', 'data'],
      [252, 'Disaster recovery drill', 'drill', 'person'],
    ],
  },
  {
    ...{ env: 'eventmesh/production', list: 'before-deploy', row: 'S4-C1', gates: ['deploy'] },
    items: [
      [62, 'All tests passing on CI/CD', 'tests', 'signals'],
      [63, 'Code review approved', 'review', 'call'],
      [64, 'Security scan passed', 'scans', 'run'],
      [65, 'Performance benchmarks acceptable', 'benchmarks', 'data'],
      [66, 'Database migrations tested', 'migrations', 'person'],
      [67, 'Rollback plan prepared', 'rollback', 'signals'],
      [68, 'Stakeholders notified', 'told', 'data'],
    ],
  },
  {
    ...{ env: 'eventmesh/production', list: 'rollback', row: 'S4-C2', gates: [] },
    items: [
      [392, 'Stop affected services', 'stopped', 'run'],
      [393, 'Restore previous version from backup', 'restored', 'run'],
      [394, 'Verify configuration compatibility', 'compatible', 'person'],
      [395, 'Restart services', 'started', 'signals'],
      [396, 'Run health checks', 'healthy', 'signals'],
      [397, 'Monitor for 10-15 minutes', 'watched', 'signals'],
      [398, 'Notify stakeholders', 'told', 'data'],
      [399, 'Document incident', 'written', 'data'],
    ],
  },
  {
    ...{ env: 'eventmesh/production', list: 'security', row: 'S4-C3', gates: [] },
    items: [
      [453, 'No secrets in code or logs', 'secrets', 'data'],
      [454, 'All dependencies up to date', 'dependencies', 'data'],
      [455, 'Security audit passed (cargo-audit)', 'audit', 'run'],
      [456, 'No unsafe code without SAFETY comments', 'unsafe', 'run'],
      [457, 'Input validation on all endpoints', 'input', 'person'],
      [458, 'Rate limiting configured', 'limits', 'person'],
      [459, 'TLS/HTTPS enabled (production)', 'tls', 'signals'],
      [460, 'Regular security scans scheduled', 'scheduled', 'call'],
    ],
  },
];

/** The lines of the runbook, each once. */
const linesOf = ({ items }: Pick<Written, 'items'>): readonly number[] => [
  ...new Set(items.map(([line]) => line)),
];

const decisionOf = ({ mode, that, use, runbook }: ChecklistItem): Decision => {
  if (mode === 'human') return 'person';
  if (mode === 'assist') return 'data';
  if (that !== undefined) return 'signals';
  return use === undefined && runbook !== undefined ? 'run' : 'call';
};

test('the runbooks have 12 lists with 73 items', () => {
  expect(lists).toHaveLength(12);
  expect(lists.flatMap(linesOf)).toHaveLength(73);
});

test.each(sampled(lists, everyNth(2)))(
  '$env: $list has every item of the runbook, in its order',
  async ({ env, list: id, row, gates, every, items }) => {
    const { checklists = [] } = await shippedProfile(env);
    const list = checklists.find((checklist) => checklist.id === id);
    expect(list?.items.map((item) => [item.id, decisionOf(item)])).toEqual(
      items.map(([, , item, decision]) => [item, decision]),
    );
    expect(list?.gates ?? []).toEqual(gates);
    expect(list?.schedule?.every).toBe(every);
    // A person who decides with data is told what to look at.
    for (const item of list?.items.filter(({ mode }) => mode === 'assist') ?? [])
      expect([item.that, item.use, item.show, item.runbook].some((text) => text !== undefined)).toBe(true);
    const [system = '', name = ''] = env.split('/');
    const claims = (await claimsOf(system)).get(name) ?? new Map<string, readonly string[]>();
    expect(items.map(([, , item]) => claims.get(`checklists.${id}.items.${item}`))).toEqual(
      items.map(([line]) => [`${row}-${linesOf({ items }).indexOf(line) + 1}`]),
    );
  },
);

test('no environment has other lists', async () => {
  for (const env of new Set(lists.map((list) => list.env))) {
    const { checklists = [] } = await shippedProfile(env);
    const own = lists.filter((list) => list.env === env).map(({ list }) => list);
    expect(checklists.map(({ id }) => id).toSorted()).toEqual(own.toSorted());
  }
});
