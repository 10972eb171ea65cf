import { defined } from '../../domain/base/defined.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Finding } from '../../sources/kit/contract/source.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import type { StateFlags } from './flags.ts';

const source = 'state';
const migrateMs = 60_000;
const inspectMs = 15_000;
const missingExit = 1;
const unreachableExit = 3;

type StateSpec = NonNullable<Profile['state']>;

const serverRemedy =
  'check that the database server runs, and that state: in the profile has the right address';

/** Inspects the state database. A database that cannot be reached is the only finding. */
export const stateFindings = async (
  spec: StateSpec,
  { clock, openStateTransport }: Pick<CommandContext, 'clock' | 'openStateTransport'>,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly isReachable: boolean }> => {
  const unreachable = (what: string, remedy?: string) => ({
    findings: [{ source, ok: false, what, ...defined({ remedy }) }],
    isReachable: false,
  });
  if ('problem' in spec) return unreachable(spec.problem, 'set the value of state: in the profile');
  const { inspectStateDatabase, shownStateAddress } = await import('../../persistence/team/inspect.ts');
  try {
    const findings = await inspectStateDatabase(spec, openStateTransport(), signal);
    return { findings: findings.map((finding) => ({ source, ...finding })), isReachable: true };
  } catch (error) {
    const { message, remedy } = toFault(source, shownStateAddress(spec), error, clock.now());
    return unreachable(message, remedy ?? serverRemedy);
  }
};

const specOf = ({ state, system, env }: Profile): StateSpec => {
  if (state !== undefined) return state;
  throw new UsageError(
    `${system}/${env} has no state database: the state is on this machine. Set state: postgres://… in the profile.`,
  );
};

const migrate = async (
  { options, context, output, interruption }: Invocation<StateFlags>,
  spec: StateSpec,
): Promise<number> => {
  const { ownerUrl: variable, role } = options;
  const url = variable === undefined ? undefined : context.processEnv[variable];
  if (variable !== undefined && (url ?? '') === '')
    throw new UsageError(`--owner-url: the environment variable ${variable} has no value`);
  if ('problem' in spec) throw new UsageError(`cannot use state: in the profile: ${spec.problem}`);
  const { migrateStateDatabase, shownStateAddress, stateUser } = await import(
    '../../persistence/team/inspect.ts'
  );
  const deadline = context.clock.deadline(migrateMs);
  const owner = url === undefined ? spec : { url };
  try {
    const grantee = role ?? stateUser(spec);
    const signal = AbortSignal.any([deadline.signal, interruption()]);
    const done = await migrateStateDatabase(owner, grantee, context.openStateTransport(), signal);
    output.line(
      done.from === done.to
        ? `${done.shown}: the tables already have version ${done.to}. ${grantee} has the rights that opsdeck needs`
        : `${done.shown}: the tables were upgraded from version ${done.from} to ${done.to}. ${grantee} has the rights that opsdeck needs`,
    );
    return 0;
  } catch (error) {
    if (error instanceof WireError) {
      const { remedy = serverRemedy } = toFault(source, '', error, context.clock.now());
      output.error(
        `opsdeck: cannot migrate the state database ${shownStateAddress(owner)}: ${error.message}. ${sentenceCase(remedy)}.`,
      );
      return error.kind === 'unreachable' ? unreachableExit : missingExit;
    }
    throw error instanceof Error && error.message.startsWith('the tables have version')
      ? new UsageError(error.message)
      : error;
  } finally {
    deadline.clear();
  }
};

const status = async (
  { options, context, output }: Invocation<StateFlags>,
  spec: StateSpec,
): Promise<number> => {
  const deadline = context.clock.deadline(inspectMs);
  const { findings, isReachable } = await stateFindings(spec, context, deadline.signal);
  deadline.clear();
  if (options.json === true) output.json({ opsdeck: 1, reachable: isReachable, findings }, true);
  else
    for (const { ok, what, remedy } of findings) {
      output.line(`${ok ? 'ok     ' : 'MISSING'} ${what}`);
      if (remedy !== undefined) output.line(`        ${remedy}`);
    }
  if (!isReachable) return unreachableExit;
  return findings.every(({ ok }) => ok) ? 0 : missingExit;
};

/** `opsdeck state migrate|status`: the database that the machines of a team share. */
export const state: SubCommand<StateFlags> = (invocation) =>
  withEnvironment(invocation.context, { memory: false }, async ({ profile, engine }) => {
    invocation.sharing?.learn({ profile, engine });
    const spec = specOf(profile);
    return invocation.args[0] === 'migrate' ? migrate(invocation, spec) : status(invocation, spec);
  });
