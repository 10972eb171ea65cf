import { formatDuration } from '../../domain/duration.ts';
import { formatLatency } from '../../domain/format.ts';
import { joinParts } from '../check-words.ts';
import { defineKind } from '../define-kind.ts';
import { fieldsOf } from '../fields.ts';
import { namesByService } from '../log-names.ts';
import { isUp, unreportedComponents } from './components.ts';
import type { Health } from './fact.ts';

const { id, state, number, text, list } = fieldsOf<Health>();

const fields = {
  env: id('the environment of the service', (f) => f.env),
  service: id('the service', (f) => f.service),
  instance: id('its instance; empty where the service was asked as a whole', (f) => f.instance),
  status: state('what the check says', 'up degraded down unknown', (f) => f.status),
  latencyMs: number('time to the answer', 'ms', (f) => f.latencyMs),
  httpStatus: number('status code of the answer', '', (f) => f.httpStatus),
  detail: text('why it is not up', (f) => f.detail),
  components: list(
    'the parts of the service and their status: "db down"',
    (f) => f.components.map((c) => `${c.name} ${c.status}`),
    (f) => f.components.map(({ name, status }) => ({ name, status: status.toLowerCase() })),
  ),
};

/** Components that are not up come first; those that the detail names already are left out. */
const componentsText = (health: Health): string =>
  [...unreportedComponents(health), ...health.components.filter(isUp)]
    .map(({ name, status }) => `${name} ${status}`)
    .join(', ');

/** Whether services answer, as probes see them. */
export const health = defineKind<Health, typeof fields>({
  name: 'health',
  says: 'Whether services and their instances answer, as checks see them',
  fields,
  state: (f) => f.status,
  levels: {
    words: { down: 'crit', degraded: 'warn', unknown: 'unknown' },
    closed: ['up', 'degraded', 'down', 'unknown'],
  },
  bounds: 'latencyMs',
  isOf: (f, env) => f.env === env,
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
  belongsTo: (f) => f.service,
  needs: (f) => f.components.flatMap((part) => (isUp(part) ? [] : [part.name])),
  logNames: namesByService,
});
