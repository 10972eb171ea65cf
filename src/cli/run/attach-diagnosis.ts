import { isOpenIncident } from '../../domain/declared-incident.ts';
import { errorMessage } from '../../domain/error-message.ts';
import { isDrillEnvironment } from '../../domain/record-scope.ts';
import type { DiagnosisResult } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { diagnosisAttachments, newAttachments } from '../../incidents/attachments.ts';
import type { CommandContext } from '../context.ts';
import type { EnvironmentSession } from '../open-environment.ts';
import type { Output } from '../output.ts';

/**
 * Attaches the diagnosis of a run to the open incidents of its environment. A record that cannot be written is reported on
 * stderr, and never stops the run.
 */
export const attachDiagnosis = async (
  { profile, simulator, state: { incidents } }: EnvironmentSession,
  runbook: Runbook,
  results: readonly DiagnosisResult[],
  {
    clock,
    who,
    output,
  }: Pick<CommandContext, 'clock'> & { readonly who: string; readonly output: Pick<Output, 'error'> },
): Promise<void> => {
  if (results.length === 0) return;
  const at = clock.now() + clock.wallOffset();
  const events = diagnosisAttachments({ id: `${runbook.id} ${at}`, runbook: runbook.title, results, at });
  // A drill of a real environment is practice, and its incidents are, too.
  const isDrill = isDrillEnvironment(profile, simulator !== undefined);
  try {
    for (const one of (await incidents.read()).incidents)
      if (
        isOpenIncident(one) &&
        one.system === profile.system &&
        one.env === profile.env &&
        one.isDrill === isDrill
      )
        await incidents.append(one.id, who, at, (now, keys) =>
          isOpenIncident(now) ? newAttachments(keys, events) : [],
        );
  } catch (error) {
    output.error(`opsdeck: warning: the diagnosis is not attached to the incident: ${errorMessage(error)}`);
  }
};
