import { defined } from '../../domain/base/defined.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { expiredLogin } from './login-renewal.ts';

/** The refusal of a proposal: the reason, and the ending of the run. */
export type ProposalRefusal = NonNullable<Proposal['refusal']>;

/** Returns the refusal of a source for changes: it is a different system, or its identity is unknown. */
export const identityRefusal = async (
  engine: EnvironmentReader,
  source: string,
  signal: AbortSignal,
): Promise<ProposalRefusal | undefined> => {
  const fault = await engine.confirmIdentity(source, signal);
  if (fault === undefined) return undefined;
  if (fault.kind === 'wrong-system')
    return { ending: 'forbidden', why: `${source} is locked: ${fault.message}` };
  const login = expiredLogin(engine.profile, { ...fault, source });
  return {
    ending: 'failed',
    why: `opsdeck cannot confirm that ${source} is still the same system: ${fault.message}`,
    ...defined({ login }),
  };
};
