import { z } from 'zod';
import { MongoError } from '../../clients/mongodb/mongo-types.ts';
import { type ActEvent, notApplicable, PlanError } from '../../domain/runbooks/operation.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { defineOperation, loginResultEvents, readForPlan } from '../kit/operations/define-operation.ts';
import { resolveLocalPath } from '../kit/operations/local-files.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { requiredList } from '../kit/values/wire-value.ts';
import type { MongoClient, MongoContext } from './client.ts';
import { readOperations } from './operations-in-progress.ts';
import { privilegePermit } from './permissions.ts';
import { mongoCommandLine, sendMongoCommand } from './send-command.ts';

const loginParams = z.strictObject({
  user: z
    .string()
    .regex(/^[^\p{Cc}]{1,120}$/u, {
      error: 'not a user name: use 1 to 120 characters without control characters',
    })
    .meta({ description: 'user name' }),
  file: z
    .string()
    .min(1)
    .meta({ description: 'path of a file that has the new password in one line, relative to the profile' }),
  database: z
    .string()
    .min(1)
    .meta({
      description:
        'database in which the user is defined (default: the one in which the login of this source is defined)',
    })
    .exactOptional(),
});
type LoginParams = z.infer<typeof loginParams>;

const maxPasswordBytes = 1024;

/** Reads a password from a file and masks it in all output from now on. Throws WireError, PlanError. */
const readPassword = async (
  { files, dir }: MongoContext,
  file: string,
  signal: AbortSignal,
): Promise<string> => {
  const path = resolveLocalPath(file, dir);
  const { raw, whole } = await files.read(path, { from: 'head', maxBytes: maxPasswordBytes }, signal);
  const password = raw.replace(/\n$/, '');
  secretMasker.add(password);
  const refuse = (why: string): PlanError => new PlanError('failed', `${path} ${why}`);
  if (password === '') throw refuse('is empty. Write the password in one line');
  if (!whole) throw refuse('is too long for a password. Write the password in one line');
  if (/\p{Cc}/u.test(password)) throw refuse('must contain the password in one line, and nothing else');
  return password;
};

const userDatabase = ({ user }: MongoClient, { database }: LoginParams): string =>
  database ?? user?.source ?? 'admin';

/** Throws MongoError, and PlanError when the user does not exist. */
const requireUser = async (
  client: MongoClient,
  params: LoginParams,
  signal: AbortSignal,
): Promise<string> => {
  const database = userDatabase(client, params);
  const reply = await client.ask({ usersInfo: { user: params.user, db: database } }, signal, database);
  if (requiredList(reply.users, 'users').length === 0)
    throw notApplicable(
      `no user ${params.user} in ${database}: check the name, and the database that the user belongs to`,
    );
  return `${database}.${params.user}`;
};

/** The command without the password, for display. */
const shownLine = (database: string, user: string): string =>
  mongoCommandLine(database, { updateUser: user, pwd: '' });

/** `password`: changes the password of a user. Use TLS: the server needs the password itself. */
export const mongoPasswordOperation = defineOperation(
  { name: 'password', danger: 'disruptive', params: loginParams },
  (context: MongoContext) => {
    const { client, dir } = context;
    return {
      plan: async (params, signal) => {
        const { user, file } = params;
        const database = userDatabase(client, params);
        await readForPlan(client, 'password', () => readPassword(context, file, signal));
        const uid = await readForPlan(client, 'users', () => requireUser(client, params, signal));
        const { rows } = await readForPlan(client, 'sessions', () => readOperations(client, signal));
        const own = rows.filter((row) => row.user === user);
        const applications = [...new Set(own.map(({ application }) => application || 'no name'))];
        return {
          targets: [
            {
              name: user,
              uid: `${client.displayAddress} user ${uid}`,
              saw: 'exists',
              where: client.displayAddress,
            },
          ],
          calls: [{ line: shownLine(database, user), target: 0 }],
          objects: [
            `password from ${resolveLocalPath(file, dir)}`,
            own.length === 0
              ? `the user ${user} has no open connection`
              : `${own.length} connections of ${user} stay open, and only new ones need the new password: ${applications.join(', ')}`,
          ],
          reach: { connections: own.length },
          lost: 'opsdeck does not keep the old password: note the password first if you may need the old one again',
        };
      },
      permits: ({ params }, signal) => {
        const database = userDatabase(client, params);
        const resource = { db: database, collection: '' };
        return privilegePermit(client, [{ action: 'changePassword', resource }], signal);
      },
      recheck: async ({ params, targets: [target] }, signal) => {
        const found = `${client.displayAddress} user ${await requireUser(client, params, signal)}`;
        return target === undefined || target.uid === found
          ? undefined
          : { target: params.user, planned: target.uid, found };
      },
      act: async function* ({ params }, change, signal) {
        const database = userDatabase(client, params);
        let pwd: string;
        try {
          pwd = await readPassword(context, params.file, signal);
        } catch (error) {
          if (!(error instanceof WireError || error instanceof PlanError)) throw error;
          yield { is: 'answered', line: shownLine(database, params.user), status: error.message, ok: false };
          return;
        }
        const command = { updateUser: params.user, pwd };
        yield* sendMongoCommand(client, change, { database, command }, () => ({ status: 'changed' }), signal);
      },
    };
  },
);

const authenticationFailed = 18;

/**
 * `login`: checks whether a user can log in with the password from a file: as JSON `login`, accepted or refused. Each
 * check is one login.
 */
export const mongoLoginOperation = defineReadOperation(
  { name: 'login', params: loginParams, resultKinds: ['json'] },
  (context: MongoContext) => {
    const { client, dir } = context;
    return {
      plan: async ({ user, file }, signal) => {
        await readForPlan(client, 'login', () => readPassword(context, file, signal));
        return {
          targets: [
            {
              name: user,
              uid: `${client.displayAddress} user ${user}`,
              saw: '',
              where: client.displayAddress,
            },
          ],
          calls: [{ line: `log in as ${user}`, target: 0 }],
          objects: [`password from ${resolveLocalPath(file, dir)}`],
        };
      },
      act: async function* ({ params }, _change, signal): AsyncIterable<ActEvent> {
        const line = `log in as ${params.user}`;
        yield { is: 'call', line };
        try {
          const password = await readPassword(context, params.file, signal);
          await client
            .asUser(params.user, password, userDatabase(client, params))
            .askAll({ commands: [{ database: 'admin', command: { ping: 1 } }], newConnection: true }, signal);
          yield* loginResultEvents(line, 'accepted');
        } catch (error) {
          if (error instanceof MongoError && error.code === authenticationFailed)
            yield* loginResultEvents(line, 'refused');
          else yield { is: 'answered', line, status: client.fault('login', error).message, ok: false };
        }
      },
    };
  },
);
