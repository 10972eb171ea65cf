import { z } from 'zod';
import { type ActEvent, notApplicable, type Plan, type Target } from '../../domain/runbooks/operation.ts';
import { formatLatency } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { reportEnded, reportUnknownEnd } from '../kit/operations/report-ended.ts';
import type { MongoClient, MongoContext } from './client.ts';
import { type OperationRow, readOperations } from './operations-in-progress.ts';
import { privilegePermit } from './permissions.ts';
import { mongoCommandLine, sendMongoCommand } from './send-command.ts';

/** Identifies an operation: the next one of the same connection has another ID, and another member has its own IDs. */
interface OperationPin {
  readonly connection: number;
  readonly opid: number | string;
  readonly member: string;
}

/** Rows give it as text. */
const zConnection = z
  .union([
    z.int().min(1),
    z
      .string()
      .regex(/^[1-9]\d{0,14}$/, { error: 'a connection id is a number: see Database sessions' })
      .transform(Number),
  ])
  .pipe(z.int().min(1));

const killParams = z.strictObject({
  connection: z
    .union([zConnection, z.array(zConnection).min(1).max(1000)])
    .meta({ description: 'kill the current operation of the connections with these ids', examples: [42] }),
});

const killCommand = ({ opid }: Pick<OperationPin, 'opid'>) => ({ killOp: 1, op: opid });

const operationSummary = (row: OperationRow): string =>
  [
    `connection ${row.connection}`,
    `operation ${row.opid ?? '?'}`,
    row.application === '' ? row.user : row.application,
    row.client,
    `${row.state}${row.runningMs === undefined ? '' : ` for ${formatLatency(row.runningMs)}`}`,
    row.query,
    row.progress,
  ]
    .filter((part) => part !== '')
    .join(' · ');

const isRunning = ({ state }: OperationRow): boolean => state === 'active' || state === 'waiting';

/** The row of an operation that may be killed. Throws PlanError. */
const requireOperation = (
  rows: readonly OperationRow[],
  connection: number,
): OperationRow & { readonly opid: number | string } => {
  const row = rows.find((candidate) => candidate.connection === connection);
  if (row === undefined)
    throw notApplicable(
      `connection ${connection} has ended, or belongs to opsdeck: choose another connection`,
    );
  if (row.state === 'replication')
    throw notApplicable(
      `only operations of clients can be killed: another member uses connection ${connection} for replication`,
    );
  if (row.state === 'idle in transaction')
    throw notApplicable(
      `connection ${connection} runs no operation, but has an open transaction, which the server ends after transactionLifetimeLimitSeconds`,
    );
  if (!isRunning(row) || row.opid === undefined)
    throw notApplicable(`connection ${connection} runs no operation, so there is nothing to kill`);
  return { ...row, opid: row.opid };
};

const isOperationPin = (value: unknown): value is OperationPin =>
  typeof value === 'object' &&
  value !== null &&
  'connection' in value &&
  'opid' in value &&
  'member' in value;

const plannedPins = ({ earlier }: Pick<Plan, 'earlier'>): readonly OperationPin[] =>
  Array.isArray(earlier) ? earlier.filter(isOperationPin) : [];

const runsStill = (
  { rows, member }: { readonly rows: readonly OperationRow[]; readonly member: string },
  pin: OperationPin,
): boolean =>
  member === pin.member &&
  rows.some((row) => row.connection === pin.connection && row.opid === pin.opid && isRunning(row));

/** An operation ends at its next interruption point, usually at once. */
const maxVerifyAttempts = 25;
const verifyIntervalMs = 200;

/** Reports which operations have ended, polling until all have. */
async function* verifyKilled(
  client: MongoClient,
  pins: readonly OperationPin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let running: readonly OperationPin[] = pins;
  for (let attempt = 0; attempt < maxVerifyAttempts; attempt += 1) {
    try {
      const now = await readOperations(client, signal, { isIdleIncluded: false });
      running = pins.filter((pin) => runsStill(now, pin));
    } catch (error) {
      yield* reportUnknownEnd(
        `opsdeck cannot read the running operations: ${client.fault('sessions', error).message}`,
      );
      return;
    }
    if (running.length === 0 || signal.aborted) break;
    await change.clock.sleep(verifyIntervalMs, signal);
  }
  const left = running.map(
    ({ connection, opid }) => `still running: connection ${connection}, operation ${opid}`,
  );
  yield* reportEnded({ total: pins.length, outcome: 'ended', left });
}

/** `killOp`: ends the current operations of connections, which stay open. Source: MongoDB docs, killOp. */
export const killOperationOperation = defineOperation(
  {
    name: 'killOp',
    danger: 'disruptive',
    params: killParams,
    actions: [
      {
        id: 'kill-operation',
        verb: 'cancel',
        title: 'Kill operation of connection',
        step: 'Kill operation of connection ${param.connections}',
        on: 'sessions',
        where: 'state in (active, waiting)',
        params: [{ name: 'connections', type: 'choices', from: 'sessions.pid', title: 'Connections (ID)' }],
        with: { connection: '${param.connections}' },
        verify: [
          {
            id: 'v1',
            title: 'The killed operations have ended',
            that: 'not any(sessions[source = "$source" and pid in (${param.connections})] | state in (active, waiting) and query = ${before})',
            withinMs: 30_000,
            forMs: 0,
          },
        ],
      },
    ],
  },
  ({ client }: MongoContext) => ({
    plan: async ({ connection }, signal) => {
      const { rows, member } = await readForPlan(client, 'sessions', () => readOperations(client, signal));
      const victims = [...new Set([connection].flat())].map((value) => requireOperation(rows, value));
      return {
        targets: victims.map(
          (row): Target => ({
            name: client.service,
            uid: `${member} connection ${row.connection} operation ${row.opid}`,
            saw: `operation ${row.opid}`,
            where: `${member} connection ${row.connection}`,
            place: `${member} connection ${row.connection}`,
          }),
        ),
        calls: victims.map((row, target) => ({ line: mongoCommandLine('admin', killCommand(row)), target })),
        objects: victims.map(operationSummary),
        lost: 'the operations stop halfway: documents that an update has already changed stay changed',
        reach: {
          share: { part: victims.length, whole: rows.length, of: 'connections' },
          connections: victims.length,
        },
        // A client may leave when its operation fails.
        effects: victims.map(({ connection: pid }) => ({ does: 'ends', kind: 'sessions', where: { pid } })),
        earlier: victims.map((row): OperationPin => ({ connection: row.connection, opid: row.opid, member })),
      };
    },
    permits: (_, signal) => privilegePermit(client, [{ action: 'killop', resource: 'cluster' }], signal),
    recheck: async (plan, signal) => {
      const now = await readOperations(client, signal, { isIdleIncluded: false });
      const [first] = plan.targets;
      // An operation that has ended is not drift while another one remains.
      return first === undefined || plannedPins(plan).some((pin) => runsStill(now, pin))
        ? undefined
        : { target: first.where, planned: first.saw, found: 'no such operation' };
    },
    act: async function* (plan, change, signal) {
      const pins = plannedPins(plan);
      for (const { opid, member } of pins) {
        if (signal.aborted) return;
        yield* sendMongoCommand(
          client,
          change,
          { database: 'admin', command: killCommand({ opid }), member },
          () => ({ status: 'signalled' }),
          signal,
        );
      }
      yield* verifyKilled(client, pins, change, signal);
    },
  }),
);
