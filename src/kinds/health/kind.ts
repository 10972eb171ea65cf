import { formatDuration } from '../../domain/text/duration.ts';
import { formatLatency } from '../../domain/text/format.ts';
import { joinParts } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import { namesByService } from '../define/log-names.ts';
import { failedDependencies, isUp, lostReport, unreportedComponents } from './components.ts';
import type { Health } from './fact.ts';

const { id, state, number, text, list } = fieldsOf<Health>();

const fields = {
  env: id('environment', (f) => f.env),
  service: id('service', (f) => f.service),
  instance: id('instance that was checked. Empty when the check covers the whole service', (f) => f.instance),
  status: state('result of the check', 'up degraded down unknown', (f) => f.status),
  latencyMs: number('response time', 'ms', (f) => f.latencyMs),
  httpStatus: number('the service answered with this HTTP status code', '', (f) => f.httpStatus),
  detail: text('tells why the status is not up', (f) => f.detail),
  components: list(
    'lists the components of the service with their status, such as "db down"',
    (f) => f.components.map((c) => `${c.name} ${c.status.toLowerCase()}`),
    (f) => f.components.map(({ name, status }) => ({ name, status: status.toLowerCase() })),
  ),
};

/** Lists components, those that are not up first; skips those that the detail mentions. */
const componentsText = (health: Health): string =>
  [...unreportedComponents(health), ...health.components.filter(isUp)]
    .map(({ name, status }) => `${name} ${status}`)
    .join(', ');

/** Lists services and their instances, and whether each is healthy, from probes. */
export const health = defineKind<Health, typeof fields>({
  name: 'health',
  says: 'Lists services and their instances, and whether each is healthy',
  fields,
  state: (f) => f.status,
  levels: {
    words: { down: 'crit', degraded: 'warn', unknown: 'unknown' },
    closed: ['up', 'degraded', 'down', 'unknown'],
    meanings: {
      up: 'the check passed',
      degraded:
        'the service answers, but reports a problem itself, or the answer matches `degraded` of the check',
      down: 'the check failed: the service gave a wrong response, or none',
      unknown: 'opsdeck could not run the check, so the health of the service is unknown',
    },
  },
  bounds: 'latencyMs',
  isOf: (f, env) => f.env === env,
  noEvidence: lostReport,
  identity: (f) => [f.env, f.service, f.instance],
  label: (f) => joinParts(f.service, f.instance),
  line: (f) =>
    [
      `${joinParts(f.service, f.instance)}: ${f.status}`,
      f.httpStatus === undefined ? '' : `${f.httpStatus}`,
      f.latencyMs === undefined ? '' : `in ${formatDuration(Math.round(f.latencyMs))}`,
      f.detail,
      componentsText(f),
    ]
      .filter((part) => part !== '')
      .join('  '),
  words: (r) => ({
    name: joinParts(r.service, r.instance),
    state: r.status,
    value: r.latencyMs === null ? '' : formatLatency(r.latencyMs),
    details: [
      r.httpStatus === null ? undefined : String(r.httpStatus),
      r.latencyMs === null ? undefined : `in ${formatLatency(r.latencyMs)}`,
      r.detail,
      unreportedComponents(r)
        .map((c) => `${c.name} ${c.status}`)
        .join(', '),
    ],
  }),
  impairs: true,
  belongsTo: (f) => f.service,
  needs: failedDependencies,
  logNames: namesByService,
});
