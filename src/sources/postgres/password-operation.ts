import { z } from 'zod';
import { scramVerifier } from '../../clients/postgres/scram-verifier.ts';
import { count } from '../../domain/format.ts';
import type { Drift } from '../../domain/operation.ts';
import { PlanError } from '../../domain/plan-error.ts';
import { WireError } from '../../platform/failures.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import { ownPath } from '../own-files.ts';
import type { PostgresParts } from './client.ts';
import { numberOf, textOf } from './parse.ts';
import { passwordIn, zPasswordFile, zRole } from './password-file.ts';
import { planned } from './planning.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { passwordPermit, roleNamed } from './role.ts';
import { sendStatement } from './statement-call.ts';
import { changing } from './statements.ts';

/** Source: PostgreSQL docs, scram_iterations. */
const defaultRounds = 4096;

const passwordParams = z.strictObject({
  role: zRole,
  file: zPasswordFile,
  iterations: z
    .int()
    .min(defaultRounds)
    .max(1_000_000)
    .meta({ description: `how hard it is to guess; default: ${defaultRounds}` })
    .exactOptional(),
});

const shown = (role: string): string => `ALTER ROLE ${quoteIdentifier(role)} PASSWORD 'SCRAM-SHA-256…'`;

const declared = declareOperation({ name: 'password', danger: 'disruptive', params: passwordParams });

/** `password`: gives a role another password. What is sent is what the server keeps of it, never the password itself. */
export const password = defineOperation(declared, ({ client, files, dir }: PostgresParts) => ({
  plan: async ({ role, file }, signal) => {
    const path = ownPath(file, dir);
    await planned(client, 'password', () => passwordIn(files, path, signal));
    const row = await roleNamed(client, role, signal);
    const connections = numberOf(row, 'connections');
    const sessions = textOf(row, 'sessions');
    return {
      targets: [
        {
          name: role,
          uid: `${client.where} role ${textOf(row, 'oid')}`,
          saw: 'may log in',
          where: client.where,
        },
      ],
      calls: [{ line: shown(role), target: 0 }],
      objects: [
        `the password comes from ${path}`,
        connections === undefined || connections === 0
          ? `nobody is logged in as ${role} now`
          : `${count(connections)} sessions of ${role} go on, and log in with the new one from then on: ${sessions}`,
      ],
      ...(connections === undefined ? {} : { reach: { connections } }),
      lost: 'the old password: what is kept of it is not written down, so keep it elsewhere before',
    };
  },

  permits: async (plan, signal) => {
    const { role } = plan.params;
    return passwordPermit(await roleNamed(client, role, signal), role);
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const { role } = plan.params;
    const [target] = plan.targets;
    const found = `${client.where} role ${textOf(await roleNamed(client, role, signal), 'oid')}`;
    if (target === undefined || target.uid === found) return undefined;
    return { target: role, planned: target.uid, found };
  },

  act: async function* (plan, change, signal) {
    const { role, file, iterations = defaultRounds } = plan.params;
    let verifier: string;
    try {
      verifier = await scramVerifier(await passwordIn(files, ownPath(file, dir), signal), iterations);
    } catch (error) {
      if (!(error instanceof WireError || error instanceof PlanError)) throw error;
      yield { is: 'answered', line: shown(role), status: error.message, ok: false };
      return;
    }
    masker.add(verifier);
    const text = changing(
      'password',
      `ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(verifier)}`,
    );
    yield* sendStatement(client, change, { text }, () => ({ status: 'changed' }), signal);
  },
}));
