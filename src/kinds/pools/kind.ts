import { formatCount } from '../../domain/format.ts';
import { countOutOf, instanceName, joinParts, numberWord, presentNumber } from '../check-words.ts';
import { defineKind } from '../define-kind.ts';
import { fieldsOf } from '../fields.ts';
import { namesByService } from '../log-names.ts';
import type { Pool } from './fact.ts';
import { poolWord, utilOf } from './use.ts';

const { id, number } = fieldsOf<Pool>();

const fields = {
  service: id('the service that the pool belongs to', (f) => f.service),
  instance: id('its instance', (f) => f.instance),
  name: id('the name of the pool', (f) => f.name),
  kind: id('the driver, or the type of the server: hikari, go-sql, postgres', (f) => f.kind),
  active: number('connections that do something', '', (f) => f.active),
  idle: number('open connections that do nothing', '', (f) => f.idle),
  max: number('the most that it opens', '', (f) => f.max),
  pending: number('requests that wait for a connection', '', (f) => f.pending),
  taken: number('slots of a server that are in use, by idle sessions too', '', (f) => f.taken),
  util: number('the part in use, 0 to 1', 'of 1', utilOf),
};

const plain = (value: number | undefined): string => (value === undefined ? '–' : String(value));

/** Connection pools, and the connection slots of servers. */
export const pools = defineKind<Pool, typeof fields>({
  name: 'pools',
  says: 'Connection pools of applications, and connection slots of servers',
  fields,
  state: poolWord,
  levels: {
    words: { exhausted: 'crit', 'near max': 'warn', unknown: 'unknown' },
    replacedByWarn: ['near max'],
  },
  bounds: 'util',
  identity: (f) => [f.service, f.instance, f.kind, f.name],
  label: (f) => joinParts(instanceName(f), f.name),
  line: (f) =>
    `${joinParts(instanceName(f), f.name)}: active ${plain(f.active)} of ${plain(f.max)}, pending ${plain(f.pending)}`,
  words: (r) => ({
    name: joinParts(instanceName(r), r.name),
    state: r.kind,
    value: `${formatCount(presentNumber(r.taken ?? r.active))}/${formatCount(presentNumber(r.max))}`,
    details: [`${countOutOf(r.taken ?? r.active, r.max)} in use`, numberWord('waiting', r.pending)],
  }),
  belongsTo: (f) => f.service,
  logNames: namesByService,
});
