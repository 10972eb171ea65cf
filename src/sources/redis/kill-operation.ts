import { z } from 'zod';
import { type ActEvent, notApplicable, type Plan, type Target } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { reportEnded, reportUnknownEnd } from '../kit/operations/report-ended.ts';
import type { RedisClient, RedisContext } from './client.ts';
import { clientState, readClients } from './feeds.ts';
import type { ClientRow } from './parse.ts';
import { commandPermit } from './permissions.ts';
import { commandLine, sendCommand } from './send-command.ts';

/** Identifies a connection: the ids start again when the server restarts. */
interface ClientPin {
  readonly id: number;
  readonly address: string;
}

/** Rows give it as text. */
const zId = z
  .union([
    z.int().min(1),
    z
      .string()
      .regex(/^[1-9]\d{0,14}$/, { error: 'a connection id is a number: see CLIENT LIST' })
      .transform(Number),
  ])
  .pipe(z.int().min(1));

const killParams = z.strictObject({
  id: z
    .union([zId, z.array(zId).min(1).max(1000)])
    .meta({ description: 'close the connections with these ids, as CLIENT LIST shows them', examples: [42] }),
});

const killCommand = ({ id, address }: ClientPin): readonly string[] => [
  'CLIENT',
  'KILL',
  'ID',
  String(id),
  'ADDR',
  address,
];

const clientSummary = (row: ClientRow): string =>
  [
    `id ${row.id}`,
    row.name === '' ? row.user : row.name,
    row.address,
    clientState(row),
    row.idleSeconds === undefined ? '' : `idle ${row.idleSeconds} s`,
    row.command,
  ]
    .filter((part) => part !== '')
    .join(' · ');

const requireClient = (rows: readonly ClientRow[], id: number): ClientRow => {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined)
    throw notApplicable(`connection ${id} has ended, or belongs to opsdeck: choose another connection`);
  const state = clientState(row);
  if (state === 'replica' || state === 'master')
    throw notApplicable(
      `only connections of clients can be closed: ${id} is the replication link of a ${state}`,
    );
  return row;
};

const isPin = (value: unknown): value is ClientPin =>
  typeof value === 'object' && value !== null && 'id' in value && 'address' in value;

const plannedPins = ({ earlier }: Pick<Plan, 'earlier'>): readonly ClientPin[] =>
  Array.isArray(earlier) ? earlier.filter(isPin) : [];

const isOpen = (rows: readonly ClientRow[], pin: ClientPin): boolean =>
  rows.some(({ id, address }) => id === pin.id && address === pin.address);

/** Reports which connections are gone. */
async function* verifyKilled(
  client: RedisClient,
  pins: readonly ClientPin[],
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  try {
    const rows = await readClients(client, signal);
    const open = pins.filter((pin) => isOpen(rows, pin));
    const left = open.map(({ id, address }) => `still connected: id ${id} · ${address}`);
    yield* reportEnded({ total: pins.length, outcome: 'gone', left });
  } catch (error) {
    yield* reportUnknownEnd(`cannot read the connections: ${client.fault('sessions', error).message}`);
  }
}

async function* killClients(
  client: RedisClient,
  pins: readonly ClientPin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  for (const pin of pins) {
    if (signal.aborted) return;
    yield* sendCommand(
      client,
      change,
      { command: killCommand(pin) },
      (reply) => ({ status: reply === 0 ? `id ${pin.id} no longer exists` : 'killed' }),
      signal,
    );
  }
  yield* verifyKilled(client, pins, signal);
}

/**
 * `kill`: closes connections of clients. The server compares the id and the address itself, so that a connection with
 * a reused id survives. Source: Redis docs, CLIENT KILL: its filters are combined with AND.
 */
export const killOperation = defineOperation(
  {
    name: 'kill',
    danger: 'disruptive',
    params: killParams,
    actions: [
      {
        id: 'kill-client',
        verb: 'terminate',
        title: 'Kill client',
        step: 'Kill client ${param.ids}',
        on: 'sessions',
        params: [{ name: 'ids', type: 'choices', from: 'sessions.pid', title: 'Clients (id)' }],
        with: { id: '${param.ids}' },
        verify: [
          {
            id: 'v1',
            title: 'The connections are gone',
            that: 'not any(sessions[source = "$source" and pid in (${param.ids})] | not (new))',
            withinMs: 30_000,
            forMs: 0,
          },
        ],
      },
    ],
  },
  ({ client }: RedisContext) => ({
    plan: async ({ id }, signal) => {
      const rows = await readForPlan(client, 'sessions', () => readClients(client, signal));
      const victims = [...new Set([id].flat())].map((value) => requireClient(rows, value));
      return {
        targets: victims.map(
          (row): Target => ({
            name: client.service,
            uid: `${client.displayAddress} client ${row.id} ${row.address}`,
            saw: `connected from ${row.address}`,
            where: `${client.displayAddress} client ${row.id}`,
            place: `${client.displayAddress} client ${row.id}`,
          }),
        ),
        calls: victims.map((row, target) => ({ line: commandLine(killCommand(row)), target })),
        objects: victims.map(clientSummary),
        lost: 'commands in progress on these connections are lost. Most clients reconnect by themselves',
        reach: {
          share: { part: victims.length, whole: rows.length, of: 'connections' },
          connections: victims.length,
        },
        effects: victims.map(({ id: pid }) => ({ does: 'ends', kind: 'sessions', where: { pid } })),
        earlier: victims.map((row): ClientPin => ({ id: row.id, address: row.address })),
      };
    },
    permits: (_, signal) => commandPermit(client, ['CLIENT', 'KILL', 'ID', '0'], 'client|kill', signal),
    recheck: async (plan, signal) => {
      const rows = await readClients(client, signal);
      const pins = plannedPins(plan);
      const [first] = plan.targets;
      // A connection that has closed is not drift while another one remains.
      return first === undefined || pins.some((pin) => isOpen(rows, pin))
        ? undefined
        : { target: first.where, planned: first.saw, found: 'the connection has ended' };
    },
    act: (plan, change, signal) => killClients(client, plannedPins(plan), change, signal),
  }),
);
