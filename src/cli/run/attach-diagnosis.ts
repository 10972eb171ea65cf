import { recordScope } from '../../domain/profile/record-scope.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { DiagnosisResult } from '../../domain/runs/run.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { diagnosisAttachments } from '../../incidents/attachments.ts';
import { attachToOpen, isIncidentOf } from '../../incidents/record-changes.ts';
import type { CommandContext } from '../command/context.ts';
import type { Output } from '../command/output.ts';
import type { EnvironmentSession } from '../opening/open-environment.ts';

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
  const time = clock.wallNow();
  const events = diagnosisAttachments({
    id: `${runbook.id} ${time}`,
    runbook: runbook.title,
    results,
    at: time,
  });
  const scope = recordScope(profile, simulator !== undefined);
  try {
    const here = (await incidents.read()).incidents.filter((incident) => isIncidentOf(scope, incident));
    await attachToOpen(incidents, here, events, { who, at: time });
  } catch (error) {
    output.error(`opsdeck: warning: the diagnosis is not attached to the incident: ${errorMessage(error)}`);
  }
};
