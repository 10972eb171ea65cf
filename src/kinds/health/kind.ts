import { durationText } from '../../domain/duration.ts';
import { latency } from '../../domain/format.ts';
import { joined } from '../check-words.ts';
import { defineKind } from '../define-kind.ts';
import { fieldsOf } from '../fields.ts';
import { namesByService } from '../log-names.ts';
import { isUp, untoldComponents } from './components.ts';
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
  [...untoldComponents(health), ...health.components.filter(isUp)]
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
  label: (f) => joined(f.service, f.instance),
  line: (f) =>
    [
      `${joined(f.service, f.instance)}: ${f.status}`,
      f.httpStatus === undefined ? '' : `${f.httpStatus}`,
      f.latencyMs === undefined ? '' : `in ${durationText(Math.round(f.latencyMs))}`,
      f.detail,
      componentsText(f),
    ]
      .filter((part) => part !== '')
      .join('  '),
  words: (r) => ({
    name: joined(r.service, r.instance),
    state: r.status,
    value: r.latencyMs === null ? '' : latency(r.latencyMs),
    details: [
      r.httpStatus === null ? undefined : String(r.httpStatus),
      r.latencyMs === null ? undefined : `in ${latency(r.latencyMs)}`,
      r.detail,
      untoldComponents(r)
        .map((c) => `${c.name} ${c.status}`)
        .join(', '),
    ],
  }),
  belongsTo: (f) => f.service,
  needs: (f) => f.components.flatMap((part) => (isUp(part) ? [] : [part.name])),
  logNames: namesByService,
});
