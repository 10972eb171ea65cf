import { formatCount } from '../../domain/text/format.ts';
import { countOutOf, instanceName, joinParts, numberWord, presentNumber } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import { namesByService } from '../define/log-names.ts';
import type { Pool } from './fact.ts';
import { poolWord, utilOf } from './use.ts';

const { id, computed, inColumn, number } = fieldsOf<Pool>();

const fields = {
  service: inColumn(
    'SERVICE',
    14,
    id('owning service', (f) => f.service),
  ),
  instance: inColumn(
    'INSTANCE',
    14,
    id('instance', (f) => f.instance),
  ),
  name: id('pool name', (f) => f.name),
  kind: id('type of the pool or server, such as hikari, go-sql or postgres', (f) => f.kind),
  active: number('active connections', '', (f) => f.active),
  idle: number('idle connections', '', (f) => f.idle),
  max: number('maximum number of connections of the pool or server', '', (f) => f.max),
  pending: number('number of requests that wait for a connection', '', (f) => f.pending),
  taken: number(
    'number of connection slots in use on the server, including idle sessions',
    '',
    (f) => f.taken,
  ),
  util: computed(number('used share of the maximum, from 0 to 1', 'of 1', utilOf)),
};

const plain = (value: number | undefined): string => (value === undefined ? '–' : String(value));

/** Connection pools, and the connection slots of servers. */
export const pools = defineKind<Pool, typeof fields>({
  name: 'pools',
  says: 'Connection pools of applications and connection slots of servers',
  fields,
  state: poolWord,
  levels: {
    words: { exhausted: 'crit', 'near max': 'warn', unknown: 'unknown' },
    replacedByWarn: ['near max'],
    meanings: {
      exhausted: 'every connection is in use and requests wait, or the server has no free slot',
      'near max': 'at least 80 % of the connections are in use',
      ok: 'the pool has free connections',
      unknown: 'the pool does not report how many connections are in use, or the maximum',
    },
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
  impairs: true,
  belongsTo: (f) => f.service,
  logNames: namesByService,
  shared: {},
});
