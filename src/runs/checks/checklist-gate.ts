import { type ChecklistStatus, endedItems } from '../../domain/checklists/status.ts';
import type { Checklist } from '../../domain/profile/profile.ts';
import { recordScope } from '../../domain/profile/record-scope.ts';
import { actorText } from '../../domain/team/actor.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { checklistFile } from '../../persistence/checklists/checklist-file.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { type ChecklistSources, readChecklists } from '../checklists/read-checklists.ts';
import type { ChecklistGate } from '../context/check-parts.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { checklistRulings, unreadableChecklists, usedUpRulings } from '../policy/checklists.ts';

const gatesOf = ({ profile }: EnvironmentReader, runbook: string): readonly Checklist[] =>
  (profile.checklists ?? []).filter(({ gates }) => gates?.includes(runbook) === true);

/** Creates the gate. `who` is written as the one who ended a list. */
export const createChecklistGate = (
  sources: ChecklistSources & { readonly who: LedgerActor },
): ChecklistGate => {
  const { engine, clock, stateDir, mask, who } = sources;
  const read = new Map<string, readonly ChecklistStatus[]>();
  return {
    rulings: async ({ run, runbook }, overridden, signal) => {
      const lists = gatesOf(engine, runbook);
      if (lists.length === 0) return [];
      try {
        const { statuses, runs } = await readChecklists(lists, sources, signal);
        read.set(run, statuses);
        const usedUp = usedUpRulings(statuses, runs, run);
        return usedUp.length > 0 ? usedUp : checklistRulings(runbook, statuses, overridden);
      } catch (error) {
        return [unreadableChecklists(errorMessage(error))];
      }
    },
    ended: async (run, usesTicks) => {
      const statuses = read.get(run) ?? [];
      read.delete(run);
      if (!usesTicks) return;
      const { file = checklistFile(stateDir, mask) } = sources;
      const { system, env, isDrill } = recordScope(engine.profile, sources.isSimulated);
      // The run is over and recorded. Where the end cannot be, the policy refuses the ticks of before this run.
      for (const status of statuses.filter(({ list }) => list.schedule === undefined))
        await file
          .append({
            ...{ system, env, list: status.list.id, occurrence: status.occurrence, run },
            ...(isDrill ? { drill: true as const } : {}),
            who: actorText(who),
            at: clock.wallNow(),
            is: 'end',
            items: endedItems(status),
          })
          .catch(() => false);
    },
  };
};
